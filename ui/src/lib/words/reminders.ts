// What is said about reminders. Invitations, never orders; nothing is counted against anybody.

import type { DaysOff } from '../ipc/DaysOff';
import type { ReminderCue } from '../ipc/ReminderCue';
import type { ReminderTime } from '../ipc/ReminderTime';
import type { ReminderWish } from '../ipc/ReminderWish';

export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export const DAY_NAMES = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export const CUES: [Exclude<ReminderCue['kind'], 'own'>, string][] = [
  ['coffee', 'after coffee'],
  ['lunch', 'after lunch'],
  ['work', 'after work'],
  ['dinner', 'after dinner'],
  ['bed', 'before bed'],
];

/** "at 19:00", "some time between 18:00 and 20:00". */
export function timeWords(time: ReminderTime): string {
  return time.until ? `some time between ${time.from} and ${time.until}` : `at ${time.from}`;
}

/** "every day", "Mon, Wed, Fri", "" for none. */
export function dayWords(on: boolean[]): string {
  if (on.every(Boolean)) return 'every day';
  return DAYS.filter((_, day) => on[day]).join(', ');
}

/** "Mon, Wed, Fri at 19:00, Sat at 10:00, after coffee". */
export function wishWords(wish: ReminderWish): string {
  const times = new Map<string, boolean[]>();
  wish.week.forEach((time, day) => {
    if (!time) return;
    const words = timeWords(time);
    const days = times.get(words) ?? Array.from({ length: 7 }, () => false);
    days[day] = true;
    times.set(words, days);
  });
  const parts = [...times].map(([words, days]) => `${dayWords(days)} ${words}`);
  if (wish.cue) parts.push(cueWords(wish.cue));
  return parts.join(', ');
}

export function cueWords(cue: ReminderCue): string {
  if (cue.kind === 'own') return cue.words;
  return CUES.find(([kind]) => kind === cue.kind)?.[1] ?? '';
}

const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** "24 Dec – 2 Jan", "24 – 28 Dec", "24 Dec". */
export function daysOffWords({ from, until }: Pick<DaysOff, 'from' | 'until'>): string {
  const last = dayAndMonth(until);
  if (from === until) return last;
  const sameMonth = from.slice(0, 7) === until.slice(0, 7);
  return `${sameMonth ? Number(from.slice(8)) : dayAndMonth(from)} – ${last}`;
}

/** "2026-12-24" is "24 Dec". */
function dayAndMonth(date: string): string {
  return `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
}
