// The lines on top of the screen: what the app reports, and what became of our own wishes. Every
// refused wish ends here, never in silence.

import type { Backend } from '../backend/backend';
import type { Notice } from '../ipc/Notice';
import { asIpcError, troubleOf, type Trouble } from '../words/errors';

/** A line of the screen's own: a wish refused, or something done that can be undone. */
export type Line =
  | { id: number; kind: 'trouble'; trouble: Trouble; again: () => unknown }
  | { id: number; kind: 'done'; text: string; undo?: () => unknown };

export class Notices {
  /** As the app reports them; the index is the one to dismiss by. */
  reported = $state.raw<Notice[]>([]);
  lines = $state.raw<Line[]>([]);
  #backend: Backend;
  #next = 1;

  constructor(backend: Backend) {
    this.#backend = backend;
    backend.onChanged((what) => what === 'notices' && void this.refresh());
  }

  refresh = () =>
    this.attempt(async () => {
      this.reported = await this.#backend.notices();
    });

  /** Does `wish`; if it is refused, says so kindly and answers `undefined`. */
  attempt = async <T>(wish: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await wish();
    } catch (thrown) {
      const trouble = troubleOf(asIpcError(thrown));
      // The same trouble twice is one line.
      const others = this.lines.filter(
        (line) => line.kind !== 'trouble' || line.trouble.text !== trouble.text,
      );
      const again = () => this.attempt(wish);
      this.lines = [...others, { id: this.#next++, kind: 'trouble', trouble, again }];
      return undefined;
    }
  };

  /** Says what was done, for a while. */
  say = (text: string, undo?: () => unknown) => {
    const line: Line = undo
      ? { id: this.#next++, kind: 'done', text, undo }
      : { id: this.#next++, kind: 'done', text };
    this.lines = [...this.lines.filter((l) => l.kind !== 'done'), line];
    // Long enough to read twice; longer where there is something to decide.
    setTimeout(() => this.drop(line.id), undo ? 20_000 : 8000);
  };

  drop = (id: number) => {
    this.lines = this.lines.filter((line) => line.id !== id);
  };

  dismiss = (index: number) =>
    this.attempt(async () => {
      await this.#backend.dismissNotice(index);
      this.reported = await this.#backend.notices();
    });
}
