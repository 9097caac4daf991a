// Reminders as the app last told them. Wishes go out; the view that comes back is shown.

import type { Backend } from '../backend/backend';
import type { ReminderAnswer } from '../ipc/ReminderAnswer';
import type { RemindersView } from '../ipc/RemindersView';
import type { ReminderWish } from '../ipc/ReminderWish';
import type { Notices } from '../shell/notices.svelte';

export class RemindersStore {
  /** `null` until it was first asked for. */
  view = $state.raw<RemindersView | null>(null);
  /** Whether the app starts at login; `null` where it cannot, and until it was first asked for. */
  atLogin = $state<boolean | null>(null);
  #backend: Backend;
  #notices: Notices;

  constructor(backend: Backend, notices: Notices) {
    this.#backend = backend;
    this.#notices = notices;
    backend.onChanged((what) => what === 'reminders' && void this.refresh());
  }

  #show = (wish: () => Promise<RemindersView>) =>
    this.#notices.attempt(async () => (this.view = await wish()));

  refresh = () => this.#show(() => this.#backend.reminders());

  /** `null` is "no reminders". Answers whether it was taken. */
  decide = async (wish: ReminderWish | null) =>
    (await this.#show(() => this.#backend.decideReminders(wish))) !== undefined;

  /** Answers whether they were taken. */
  takeDaysOff = async (from: string, until: string) =>
    (await this.#show(() => this.#backend.takeDaysOff(from, until))) !== undefined;

  giveDaysBack = (from: string, until: string) =>
    this.#show(() => this.#backend.giveDaysBack(from, until));

  #showLogin = (wish: () => Promise<boolean | null>) =>
    this.#notices.attempt(async () => {
      this.atLogin = await wish();
    });

  askLogin = () => this.#showLogin(() => this.#backend.startsAtLogin());

  /** What could not be changed is shown as it is. */
  startAtLogin = async (on: boolean) => {
    await this.#showLogin(() => this.#backend.startAtLogin(on));
    await this.askLogin();
  };

  tryOne = () => this.#show(() => this.#backend.tryReminder());

  arrived = (arrived: boolean) => this.#show(() => this.#backend.reminderArrived(arrived));

  answer = async (answer: ReminderAnswer) =>
    (await this.#show(() => this.#backend.answerReminder(answer))) !== undefined;

  exportCalendar = () =>
    this.#notices.attempt(async () => {
      const file = await this.#backend.exportCalendar();
      if (file) this.#notices.say(`Saved as ${file}. Open it, and your calendar will remind you.`);
    });
}
