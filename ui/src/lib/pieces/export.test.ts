import { render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { MemoryBackend } from '../backend/memory';
import { Notices } from '../shell/notices.svelte';
import PieceExport from './PieceExport.svelte';
import { PiecesStore } from './pieces.svelte';

test('a phone, which cannot write into a folder, offers no stems', () => {
  const nothing = () => undefined;
  render(PieceExport, {
    formats: ['wav', 'flac'],
    exporting: null,
    onexport: nothing,
    oncalloff: nothing,
    onback: nothing,
  });
  expect(screen.getByRole('button', { name: 'WAV' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Stems' })).toBeNull();
});

test('while it is written, it says how far it is, and the way out is there', () => {
  const oncalloff = vi.fn();
  render(PieceExport, {
    formats: ['wav'],
    exporting: 0.4,
    onexport: () => undefined,
    oncalloff,
    onback: () => undefined,
  });
  expect(screen.getByRole('progressbar', { name: 'Exporting' })).toHaveValue(0.4);
  screen.getByRole('button', { name: 'Call it off' }).click();
  expect(oncalloff).toHaveBeenCalledOnce();
});

test('an export that is called off says nothing and leaves the piece as it was', async () => {
  const backend = new MemoryBackend();
  const notices = new Notices(backend);
  const said = vi.spyOn(notices, 'say');
  const pieces = new PiecesStore(backend, notices);
  await pieces.refresh();
  const id = pieces.view?.pieces[0]?.id ?? '';
  const writing = pieces.export(id, 'wav');
  expect(pieces.exporting).toEqual({ id, done: 0 });
  await pieces.callOffExport();
  expect(await writing).toBe(false);
  expect(said).not.toHaveBeenCalled();
  expect(pieces.exporting).toBeNull();
});

test('what was written is said, with how many files', async () => {
  const backend = new MemoryBackend();
  const notices = new Notices(backend);
  const said = vi.spyOn(notices, 'say');
  const pieces = new PiecesStore(backend, notices);
  await pieces.refresh();
  const piece = pieces.view?.pieces[0];
  expect(await pieces.export(piece?.id ?? '', 'stems')).toBe(true);
  expect(said.mock.lastCall?.[0]).toContain(`Saved as ${piece?.name} stems: 6 files`);
}, 10_000);
