// What every screen is handed: the backend and the stores that mirror it. Made once, in `main.ts`,
// and passed down by context.

import { createContext } from 'svelte';
import type { Backend } from '../backend/backend';
import { DeviceCheckStore } from '../device/check.svelte';
import { NO_SYSTEM, type System } from '../backend/system';
import type { SettingsView } from '../ipc/SettingsView';
import type { SettingsChange } from '../ipc/SettingsChange';
import { PiecesStore } from '../pieces/pieces.svelte';
import { RemindersStore } from '../reminders/reminders.svelte';
import { SessionStore } from '../session/session.svelte';
import { backFrom, leavesSession } from './back';
import { Meters } from './meters';
import { Notices } from './notices.svelte';
import { Router } from './router.svelte';
import { showTheme } from './theme';

export class App {
  readonly backend: Backend;
  readonly router = new Router();
  readonly notices: Notices;
  readonly meters: Meters;
  readonly session: SessionStore;
  readonly pieces: PiecesStore;
  readonly reminders: RemindersStore;
  readonly deviceCheck: DeviceCheckStore;
  /** `null` until it was first asked for. */
  settings = $state.raw<SettingsView | null>(null);

  /** Somebody went back in the middle of a session, and is asked. */
  askingToLeave = $state(false);
  #system: System;

  constructor(backend: Backend, system: System = NO_SYSTEM) {
    this.backend = backend;
    this.#system = system;
    this.notices = new Notices(backend);
    this.meters = new Meters(backend);
    this.session = new SessionStore(backend, this.notices);
    this.pieces = new PiecesStore(backend, this.notices);
    this.reminders = new RemindersStore(backend, this.notices);
    this.deviceCheck = new DeviceCheckStore(backend, this.notices);
    backend.onChanged((what) => what === 'settings' && void this.askSettings());
    backend.onChanged((what) => what === 'takenUp' && void this.takeUp());
    system.onBack(() => void this.back());
    this.router.mayGo = (to) => {
      const phase = this.session.view?.phase ?? null;
      const leaves = this.router.route.screen === 'session' && leavesSession(to.screen, phase);
      if (leaves) this.askingToLeave = true;
      return !leaves;
    };
  }

  #show(settings: SettingsView) {
    this.settings = settings;
    showTheme(settings.theme);
  }

  askSettings = () => this.notices.attempt(async () => this.#show(await this.backend.settings()));

  change = (change: SettingsChange) =>
    this.notices.attempt(async () => this.#show(await this.backend.changeSettings(change)));

  calibrate = () => this.notices.attempt(async () => this.#show(await this.backend.calibrate()));

  /** The way to allow it: the system's question or its settings, else our own screen. */
  allowMicrophone = async () => {
    const opened = await this.notices.attempt(() => this.backend.allowMicrophone());
    if (opened === false) this.router.go({ screen: 'settings' });
  };

  /** A reminder was taken up: its exercise is chosen, and its check-in comes next. */
  takeUp = async () => {
    const session = await this.session.refresh();
    if (!session) return;
    const isReady = session.phase === 'ready';
    this.router.go(isReady ? { screen: 'checkin', phase: 'before' } : { screen: 'session' });
  };

  /** One step back, by whichever gesture. */
  back = async () => {
    const dialog = document.querySelector<HTMLDialogElement>('dialog[open]');
    const step = backFrom({
      dialog: dialog !== null,
      screen: this.router.route.screen,
      phase: this.session.view?.phase ?? null,
      behind: this.router.behind,
    });
    switch (step) {
      case 'closeDialog':
        return dialog?.close();
      case 'askToLeave':
        this.askingToLeave = true;
        return;
      case 'leaveSession':
        if (await this.session.leave()) this.router.replace({ screen: 'today' });
        return;
      case 'goBack':
        return this.router.back();
      case 'goToToday':
        return this.router.replace({ screen: 'today' });
      case 'leaveApp':
        return this.#system.leave();
      case 'stay':
        return;
    }
  };

  /** Stops softly: what was made is kept, and After comes next. */
  stopHere = async () => {
    this.askingToLeave = false;
    await this.session.act({ kind: 'stop' });
  };

  /** What to ask first, and the screen a session that already runs belongs to. */
  wake = async () => {
    await Promise.all([this.askSettings(), this.notices.refresh()]);
    const session = await this.session.refresh();
    if (session && ['guiding', 'paused', 'ending'].includes(session.phase)) {
      this.router.replace({ screen: 'session' });
    } else if (!session && ['checkin', 'session', 'after'].includes(this.router.route.screen)) {
      this.router.replace({ screen: 'today' });
    }
  };
}

export const [getApp, setApp] = createContext<App>();
