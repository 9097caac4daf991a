import { expect, test } from 'vitest';
import { moodAt, moodWords, nudged, placeOfMood } from './mood';

test('the top right corner is good and lively, the bottom left rough and flat', () => {
  expect(moodAt(1, 0)).toEqual({ valence: 4, arousal: 4 });
  expect(moodAt(0, 1)).toEqual({ valence: -4, arousal: -4 });
});

test('a touch is shown where it was made', () => {
  const { x, y } = placeOfMood(moodAt(0.25, 0.75));
  expect(x).toBeCloseTo(0.25, 1);
  expect(y).toBeCloseTo(0.75, 1);
});

test('an arrow key at the edge stays at the edge', () => {
  expect(nudged({ valence: 4, arousal: 0 }, 1, 0)).toEqual({ valence: 4, arousal: 0 });
});

test('a mood is said without a number', () => {
  expect(moodWords({ valence: -1, arousal: -4 })).toBe('a little rough, very low energy');
  expect(moodWords({ valence: 0, arousal: 0 })).toBe('neither rough nor good, middling energy');
});
