// The album as the store holds it, and the one piece that sounds.

import type { Backend } from '../backend/backend';
import type { PiecesView } from '../ipc/PiecesView';
import type { Notices } from '../shell/notices.svelte';
import { clock } from '../words/time';

export class PiecesStore {
  /** `null` until it was first asked for. */
  view = $state.raw<PiecesView | null>(null);
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

  exportWav = (id: string) =>
    this.#notices.attempt(async () => {
      const done = await this.#backend.exportPiece(id);
      if (!done) return;
      const loudness = done.loudness.toFixed(0).replace('-', '−');
      this.#notices.say(`Saved as ${done.file}: ${clock(done.seconds)}, ${loudness} LUFS.`);
    });
}
