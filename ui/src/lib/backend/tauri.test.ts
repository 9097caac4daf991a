import { afterEach, expect, test, vi } from 'vitest';
import { tauriBackend, tauriSystem } from './tauri';

interface Asked {
  command: string;
  args: Record<string, unknown>;
}

function shell(answer: (asked: Asked) => unknown) {
  const asked: Asked[] = [];
  let next = 1;
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: async (command: string, args: Record<string, unknown>) => {
        asked.push({ command, args });
        return answer({ command, args });
      },
      transformCallback: () => next++,
    },
  });
  return asked;
}

afterEach(() => {
  Reflect.deleteProperty(window, '__TAURI_INTERNALS__');
  vi.unstubAllGlobals();
});

test('a wish goes out under its command, its parts named', async () => {
  const asked = shell(() => null);
  const backend = tauriBackend();
  await backend.renamePiece('p1', 'Small weather');
  await backend.answer('before', null);
  await backend.act({ kind: 'gain', index: 1, db: -6 });
  expect(asked).toEqual([
    { command: 'rename_piece', args: { id: 'p1', name: 'Small weather' } },
    { command: 'answer', args: { phase: 'before', answers: null } },
    { command: 'act', args: { act: { kind: 'gain', index: 1, db: -6 } } },
  ]);
});

test('a refusal arrives as an error we have words for, even from the bridge itself', async () => {
  shell(() => Promise.reject('command today not allowed'));
  await expect(tauriBackend().today()).rejects.toEqual({
    code: 'unexpected',
    detail: 'command today not allowed',
  });
});

test('meters are bytes, as a buffer or as a list of numbers', async () => {
  shell(() => new Array(64).fill(0));
  expect((await tauriBackend().meters()).byteLength).toBe(64);
});

test('however many listen, one channel is opened a run', () => {
  const asked = shell(() => null);
  const backend = tauriBackend();
  backend.onChanged(vi.fn());
  backend.onChanged(vi.fn());
  expect(asked.map((a) => a.command)).toEqual(['subscribe']);
});

test('only Android’s window hears of the back gesture, and leaves by it', async () => {
  const asked = shell(() => null);
  const desk = tauriSystem();
  desk.onBack(vi.fn());
  desk.leave();
  expect(asked).toEqual([]);
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (Linux; Android 14; Pixel 7)' });
  const phone = tauriSystem();
  phone.onBack(vi.fn());
  phone.leave();
  await vi.waitFor(() =>
    expect(asked.map((a) => a.command)).toEqual([
      'plugin:app|register_listener',
      'plugin:app|exit',
    ]),
  );
});
