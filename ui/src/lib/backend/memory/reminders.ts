// Reminders of the fake world: what was wished, and a clock that a test moves.

import type { DaysOff } from '../../ipc/DaysOff';
import type { ReminderAnswer } from '../../ipc/ReminderAnswer';
import type { ReminderCard } from '../../ipc/ReminderCard';
import type { RemindersView } from '../../ipc/RemindersView';
import type { ReminderWish } from '../../ipc/ReminderWish';
import { daysOffWords } from '../../words/reminders';
import { refuse } from './conductor';
import type { Scene } from './scenes';

/** It is Thursday evening here; one wish begins tomorrow. */
const TODAY = 3;
const DATE = '2026-11-19';
const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const OFFER: ReminderWish = week([4, 6, 1, 3], '19:40');
const KEPT: ReminderWish = {
  ...week([0, 2, 3, 4], '19:00'),
  cue: { kind: 'coffee' },
};

function week(days: number[], from: string): ReminderWish {
  const time = { from, until: null };
  return {
    week: NAMES.map((_, day) => (days.includes(day) ? time : null)),
    cue: null,
    quiet: null,
  };
}

export class Reminders {
  #is: (scene: Scene) => boolean;
  #wish: ReminderWish | null;
  #asked: boolean;
  #trial: RemindersView['trial'] = 'untried';
  /** Seconds until the one that is tried comes. */
  #left = 0;
  #card: ReminderCard | null = null;
  #daysOff: DaysOff[] = [];
  startsAtLogin: boolean | null = false;

  constructor(scenes: ReadonlySet<Scene>) {
    this.#is = (scene) => scenes.has(scene);
    this.#asked = !this.#is('first-run');
    this.#wish = this.#asked ? KEPT : null;
    if (this.#is('reminded') || this.#is('remind-waited')) {
      this.#card = {
        text: 'One small beat today?',
        title: 'Three warm layers',
        cue: 'after coffee',
        canWait: !this.#is('remind-waited'),
      };
    }
    if (this.#is('remind-away')) this.takeDaysOff('2026-11-16', '2026-12-06');
    if (this.#is('phone')) this.startsAtLogin = null;
  }

  /** `true` when something changed. */
  advance(seconds: number): boolean {
    if (this.#trial !== 'waiting') return false;
    this.#left -= seconds;
    if (this.#left > 0) return false;
    this.#trial = this.#is('remind-missed') ? 'missed' : 'sent';
    return true;
  }

  view(hasPiece: boolean): RemindersView {
    const silent = this.#is('remind-silent');
    return {
      wish: this.#wish,
      offer: !this.#asked && hasPiece ? OFFER : null,
      next: silent ? null : this.#next(),
      daysOff: this.#daysOff,
      permission: this.#is('remind-denied')
        ? 'denied'
        : this.#is('remind-nothing')
          ? 'unavailable'
          : 'granted',
      whileOpen: !this.#is('phone'),
      silent,
      trial: this.#trial,
      card: this.#card,
    };
  }

  #next(): string | null {
    for (let n = 1; n <= 60; n++) {
      const day = (TODAY + n) % 7;
      const time = this.#wish?.week[day];
      const date = new Date(Date.parse(DATE) + n * 86_400_000).toISOString().slice(0, 10);
      const isOff = this.#daysOff.some((off) => off.from <= date && date <= off.until);
      if (!time || isOff) continue;
      return n < 7
        ? `${NAMES[day]} ${time.from}`
        : `${NAMES[day]} ${daysOffWords({ from: date, until: date })} ${time.from}`;
    }
    return null;
  }

  takeDaysOff(from: string, until: string) {
    if (until < from || until < DATE) refuse({ code: 'invalidInput', field: 'until' });
    const off = { from, until, now: from <= DATE && DATE <= until };
    this.#daysOff = [...this.#daysOff, off].sort((a, b) => (a.from < b.from ? -1 : 1));
    if (off.now) this.#card = null;
  }

  giveDaysBack(from: string, until: string) {
    const left = this.#daysOff.filter((off) => off.from !== from || off.until !== until);
    if (left.length === this.#daysOff.length) refuse({ code: 'notFound', what: 'days off' });
    this.#daysOff = left;
  }

  decide(wish: ReminderWish | null) {
    if (wish?.cue?.kind === 'own' && wish.cue.words.length > 80)
      refuse({ code: 'invalidInput', field: 'cue' });
    this.#wish = wish;
    this.#asked = true;
  }

  tryOne() {
    this.#trial = 'waiting';
    this.#left = 10;
  }

  arrived(arrived: boolean) {
    if (this.#trial !== 'sent') refuse({ code: 'notNow' });
    this.#trial = arrived ? 'arrived' : 'missed';
  }

  answer(answer: ReminderAnswer) {
    const card = this.#card ?? refuse({ code: 'notNow' });
    if (answer === 'later' && !card.canWait) refuse({ code: 'notNow' });
    this.#card = null;
  }
}
