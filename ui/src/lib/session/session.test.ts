import { expect, test, vi } from 'vitest';
import { MemoryBackend } from '../backend/memory';
import type { Act } from '../ipc/Act';
import { Notices } from '../shell/notices.svelte';
import { SessionStore } from './session.svelte';

async function atTheFaders() {
  const backend = new MemoryBackend('?clock=script');
  const notices = new Notices(backend);
  const session = new SessionStore(backend, notices);
  await session.begin({ exercise: 'mx01', length: 'full' });
  await session.act({ kind: 'start' });
  return { backend, notices, session };
}

test('a hand on a fader sends its last place, not every place on the way', async () => {
  const { backend, session } = await atTheFaders();
  const sent: Act[] = [];
  const act = backend.act;
  backend.act = (wish) => {
    sent.push(wish);
    return act(wish);
  };
  const moves = [-3, -6, -9, -12].map((db) =>
    session.slide('gain 0', { kind: 'gain', index: 0, db }),
  );
  await Promise.all(moves);
  expect(sent.length).toBeLessThan(4);
  expect(sent.at(-1)).toEqual({ kind: 'gain', index: 0, db: -12 });
});

test('a view that comes late does not overwrite a newer one', async () => {
  const { backend, session } = await atTheFaders();
  const old = await backend.session();
  await session.act({ kind: 'gain', index: 0, db: -20 });
  backend.session = async () => old;
  await session.refresh();
  const surface = session.view?.surface;
  expect(surface?.kind === 'faders' && surface.faders[0]?.gainDb).toBe(-20);
});

test('a refused wish becomes a line with words, never silence', async () => {
  const { backend, notices, session } = await atTheFaders();
  backend.act = vi.fn(() => Promise.reject({ code: 'notNow' }));
  expect(await session.act({ kind: 'next' })).toBe(false);
  expect(notices.lines).toHaveLength(1);
  expect(await session.act({ kind: 'next' })).toBe(false);
  expect(notices.lines, 'the same trouble twice is one line').toHaveLength(1);
});
