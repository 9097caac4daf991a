// The album as the store holds it, and the one piece that sounds.

import type { Backend } from '../backend/backend';
import type { Exported } from '../ipc/Exported';
import type { ExportFormat } from '../ipc/ExportFormat';
import type { PiecesView } from '../ipc/PiecesView';
import type { Notices } from '../shell/notices.svelte';
import { clock, count } from '../words/time';

export class PiecesStore {
  /** `null` until it was first asked for. */
  view = $state.raw<PiecesView | null>(null);
  /** The piece being written somewhere, and how much of it is, 0…1. */
  exporting = $state.raw<{ id: string; done: number } | null>(null);
  readonly playing = $derived(this.view?.playing?.id ?? null);
  #backend: Backend;
  #notices: Notices;

  constructor(backend: Backend, notices: Notices) {
    this.#backend = backend;
    this.#notices = notices;
    backend.onChanged((what) => what === 'pieces' && void this.refresh());
  }

  refresh = () =>
    this.#notices.attempt(async () => {
      this.view = await this.#backend.pieces();
    });

  /** Plays a piece, or stops it if it is the one that sounds. */
  toggle = (id: string) =>
    this.#notices.attempt(async () => {
      if (this.playing === id) await this.#backend.stopPiece();
      else await this.#backend.playPiece(id);
      this.view = await this.#backend.pieces();
    });

  stop = () =>
    this.#notices.attempt(async () => {
      if (this.playing !== null) await this.#backend.stopPiece();
    });

  /** Answers the piece under its new name, or nothing when it was refused. */
  rename = (id: string, name: string) =>
    this.#notices.attempt(async () => {
      const piece = await this.#backend.renamePiece(id, name);
      await this.refresh();
      return piece;
    });

  /** Into the bin, with a way back on top of the screen. */
  remove = (id: string, name: string) =>
    this.#notices.attempt(async () => {
      await this.#backend.deletePiece(id);
      await this.refresh();
      this.#notices.say(`“${name}” is in the bin for 30 days.`, () => this.restore(id));
      return true;
    });

  restore = (id: string) =>
    this.#notices.attempt(async () => {
      await this.#backend.restorePiece(id);
      await this.refresh();
      return true;
    });

  /** Asks where to, writes, and says what was written; answers whether anything was. */
  export = (id: string, format: ExportFormat) =>
    this.#notices.attempt(async () => {
      this.exporting = { id, done: 0 };
      try {
        const told = (done: number) => (this.exporting = { id, done });
        const done = await this.#backend.exportPiece(id, format, told);
        if (done) this.#notices.say(saved(done));
        return done !== null;
      } finally {
        this.exporting = null;
      }
    });

  callOffExport = () => this.#notices.attempt(() => this.#backend.callOffExport());
}

function saved({ file, files, seconds, loudness }: Exported): string {
  const what = files === 1 ? clock(seconds) : `${count(files, 'file')}, ${clock(seconds)}`;
  if (loudness === null) return `Saved as ${file}: ${what}.`;
  return `Saved as ${file}: ${what}, ${loudness.toFixed(0).replace('-', '−')} LUFS.`;
}
