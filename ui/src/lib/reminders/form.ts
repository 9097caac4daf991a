// The reminder form as hands fill it in, and the wish it stands for. One time for the week, and
// another for Saturday and Sunday if somebody likes: nobody sets seven clocks.

import type { ReminderCue } from '../ipc/ReminderCue';
import type { ReminderTime } from '../ipc/ReminderTime';
import type { ReminderWish } from '../ipc/ReminderWish';

export type CueKind = ReminderCue['kind'] | 'none';

export interface Form {
  /** `HH:MM`, as a native time field has it. */
  from: string;
  /** `null` is a time; otherwise some time until then. */
  until: string | null;
  /** Seven, Monday first. */
  days: boolean[];
  /** `null`: as in the week. */
  weekend: string | null;
  cue: CueKind;
  own: string;
  quiet: { from: string; until: string } | null;
}

const SATURDAY = 5;

/** The form that shows `wish`. */
export function formOf(wish: ReminderWish): Form {
  const chosen = wish.week.filter((day) => day !== null);
  const week = wish.week.slice(0, SATURDAY).find((day) => day !== null) ?? chosen[0];
  const weekend = wish.week.slice(SATURDAY).find((day) => day !== null);
  return {
    from: week?.from ?? '19:00',
    until: week?.until ?? null,
    days: wish.week.map((day) => day !== null),
    weekend: weekend && weekend.from !== week?.from ? weekend.from : null,
    cue: wish.cue?.kind ?? 'none',
    own: wish.cue?.kind === 'own' ? wish.cue.words : '',
    quiet: wish.quiet && { from: wish.quiet.from, until: wish.quiet.until ?? wish.quiet.from },
  };
}

/** The wish a form stands for. */
export function wishOf(form: Form): ReminderWish {
  const week: ReminderTime = { from: form.from, until: form.until };
  const weekend: ReminderTime = form.weekend === null ? week : { from: form.weekend, until: null };
  return {
    week: form.days.map((on, day) => (on ? (day < SATURDAY ? week : weekend) : null)),
    cue: cueOf(form),
    quiet: form.quiet,
  };
}

function cueOf(form: Form): ReminderCue | null {
  if (form.cue === 'none') return null;
  if (form.cue !== 'own') return { kind: form.cue };
  const words = form.own.trim();
  return words ? { kind: 'own', words } : null;
}
