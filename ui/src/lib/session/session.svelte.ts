// The running session as the conductor last told it. Wishes go out; the view that comes back is
// shown. Views carry a generation, so one that arrives late never overwrites a newer one.

import type { Backend } from '../backend/backend';
import type { Act } from '../ipc/Act';
import type { Begin } from '../ipc/Begin';
import type { SessionView } from '../ipc/SessionView';
import type { Notices } from '../shell/notices.svelte';

export class SessionStore {
  view = $state.raw<SessionView | null>(null);
  #backend: Backend;
  #notices: Notices;
  /** The latest wish of a hand that is still moving, by control; and whether one is on its way. */
  #latest = new Map<string, Act>();
  #sending = false;

  constructor(backend: Backend, notices: Notices) {
    this.#backend = backend;
    this.#notices = notices;
    backend.onChanged((what) => what === 'session' && void this.refresh());
  }

  #show(view: SessionView | null) {
    const now = this.view;
    const older = view && now?.session === view.session && view.generation < now.generation;
    if (!older) this.view = view;
  }

  refresh = () =>
    this.#notices.attempt(async () => {
      this.#show(await this.#backend.session());
      return this.view;
    });

  begin = (begin: Begin) =>
    this.#notices.attempt(async () => {
      this.view = null;
      this.#show(await this.#backend.begin(begin));
      return this.view;
    });

  /** The session that was cut off goes on. */
  carryOn = () =>
    this.#notices.attempt(async () => {
      this.view = null;
      this.#show(await this.#backend.carryOn());
      return this.view;
    });

  /** One wish that counts. Answers whether it was granted. */
  act = async (act: Act): Promise<boolean> => {
    const view = await this.#notices.attempt(() => this.#backend.act(act));
    if (view) this.#show(view);
    return view !== undefined;
  };

  /** A wish of a moving hand: only the latest of each control is sent, one at a time. */
  slide = async (control: string, act: Act) => {
    this.#latest.set(control, act);
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const next = this.#latest.entries().next();
        if (next.done) break;
        const [key, wish] = next.value;
        this.#latest.delete(key);
        await this.act(wish);
      }
    } finally {
      this.#sending = false;
    }
  };

  leave = () =>
    this.#notices.attempt(async () => {
      await this.#backend.leave();
      this.view = null;
      return true;
    });
}
