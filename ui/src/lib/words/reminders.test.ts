import { expect, test } from 'vitest';
import { formOf, wishOf } from '../reminders/form';
import type { ReminderWish } from '../ipc/ReminderWish';
import { daysOffWords, wishWords } from './reminders';

const at = (from: string, until: string | null = null) => ({ from, until });
const seven = at('19:00');
const monWedFri: ReminderWish = {
  week: [seven, null, seven, null, seven, null, null],
  cue: { kind: 'coffee' },
  quiet: null,
};

test('a wish reads like a sentence', () => {
  expect(wishWords(monWedFri)).toBe('Mon, Wed, Fri at 19:00, after coffee');
  const every = { ...monWedFri, week: Array(7).fill(at('18:00', '20:00')), cue: null };
  expect(wishWords(every)).toBe('every day some time between 18:00 and 20:00');
});

test('another time at the weekend is said, and survives the form', () => {
  const ten = at('10:00');
  const wish = { ...monWedFri, week: [seven, null, seven, null, seven, ten, ten] };
  expect(wishWords(wish)).toBe('Mon, Wed, Fri at 19:00, Sat, Sun at 10:00, after coffee');
  expect(wishOf(formOf(wish))).toEqual(wish);
});

test('a window, own words and quiet hours survive the form', () => {
  const wish: ReminderWish = {
    week: Array(7).fill(at('18:00', '20:00')),
    cue: { kind: 'own', words: 'when the kettle sings' },
    quiet: at('22:00', '08:00') as ReminderWish['quiet'],
  };
  expect(wishOf(formOf(wish))).toEqual(wish);
});

test('own words left empty are no cue', () => {
  const form = { ...formOf(monWedFri), cue: 'own' as const, own: '  ' };
  expect(wishOf(form).cue).toBeNull();
});

test('days taken off one by one leave a wish without a day', () => {
  const form = { ...formOf(monWedFri), days: Array(7).fill(false) };
  expect(wishOf(form).week).toEqual(Array(7).fill(null));
  expect(formOf(wishOf(form)).from).toBe('19:00');
});

test('days off read as a person writes them into a diary', () => {
  expect(daysOffWords({ from: '2026-12-24', until: '2027-01-02' })).toBe('24 Dec – 2 Jan');
  expect(daysOffWords({ from: '2026-12-24', until: '2026-12-28' })).toBe('24 – 28 Dec');
  expect(daysOffWords({ from: '2027-01-02', until: '2027-01-02' })).toBe('2 Jan');
});
