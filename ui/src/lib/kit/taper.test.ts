import { expect, test } from 'vitest';
import { dbOf, dbWords, panWords, placeOf } from './taper';

test('a fader put down where it was is where it was', () => {
  for (const db of [-59, -30, -12, -3, 0, 6]) expect(dbOf(placeOf(db))).toBeCloseTo(db, 6);
});

test('the bottom of a fader is silence, the top 6 dB louder', () => {
  expect(dbOf(0)).toBe(-60);
  expect(dbOf(1)).toBe(6);
  expect(placeOf(-60)).toBe(0);
});

test('half-way up a fader is a useful loudness, not nothing', () => {
  expect(dbOf(0.5)).toBeCloseTo(-12, 0);
});

test('a screen reader hears gain and pan in words', () => {
  expect(dbWords(0)).toBe('as it is');
  expect(dbWords(-6.2)).toBe('6 decibels quieter');
  expect(panWords(-0.5)).toBe('50 percent left');
  expect(panWords(0.01)).toBe('middle');
});
