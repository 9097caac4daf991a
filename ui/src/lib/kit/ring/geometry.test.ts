import { expect, test } from 'vitest';
import type { Band } from '../../ipc/Band';
import { bandAt, describe, progress, slots, thickness, turnOf } from './geometry';

const band = (more: Partial<Band> = {}): Band => ({
  name: 'Kalimba',
  color: 4,
  envelope: new Array<number>(180).fill(200),
  gainDb: 0,
  pan: 0,
  muted: false,
  recording: false,
  ...more,
});

test('bands lie outside one another and inside the rim', () => {
  const places = slots([band(), band(), band(), band(), band()], 200);
  let edge = 0;
  for (const { inner, depth } of places) {
    expect(inner).toBeGreaterThan(edge);
    edge = inner + depth;
  }
  expect(edge).toBeLessThanOrEqual(200 * 0.86 + 0.001);
});

test('a quieter layer is a narrower band', () => {
  const [loud, quiet] = slots([band(), band({ gainDb: -24 }), band(), band()], 200);
  expect(quiet!.depth).toBeLessThan(loud!.depth);
});

test('a layer panned left is thick on the left and thin on the right', () => {
  const left = band({ pan: -1 });
  expect(thickness(left, 0.75)).toBeGreaterThan(thickness(left, 0.25) * 2);
});

test('a touch on a band finds it; a touch in the hole finds none', () => {
  const places = slots([band(), band()], 200);
  expect(bandAt(places, places[1]!.inner + places[1]!.depth / 2)).toBe(1);
  expect(bandAt(places, 10)).toBeNull();
});

test('the hand is at twelve o’clock where a turn begins, also before the first', () => {
  expect(turnOf(8, 8, 4)).toBe(0);
  expect(turnOf(9, 8, 4)).toBe(0.25);
  expect(turnOf(7, 8, 4)).toBe(0.75);
  expect(turnOf(3, 0, 0)).toBe(0);
});

test('the rim is full at the end of a step and never more', () => {
  expect(progress(5, 0, 10)).toBe(0.5);
  expect(progress(50, 0, 10)).toBe(1);
  expect(progress(-1, 0, 10)).toBe(0);
});

test('the figure is said in words', () => {
  expect(describe([band(), band({ name: 'Rain', muted: true })])).toBe(
    'A ring of 2 bands: Kalimba; and Rain, muted.',
  );
});
