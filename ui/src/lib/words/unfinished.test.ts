import { expect, test } from 'vitest';
import { leftText } from './unfinished';

const left = (layers: string[], takes: number) =>
  leftText({
    title: 'Hum choir',
    step: 1,
    steps: 6,
    layers,
    takes,
    motif: { bands: [], turnSeconds: 0, turnStart: 0 },
  });

test('what waits is named, whatever it is', () => {
  expect(left([], 0)).toBe('Everything is as you left it.');
  expect(left(['Rain'], 0)).toBe('Rain waits for you.');
  expect(left(['Rain', 'Kalimba', 'Bell'], 0)).toBe('Rain, Kalimba and Bell wait for you.');
  expect(left([], 1)).toBe('1 recording is kept.');
  expect(left(['First hum'], 2)).toBe('First hum waits for you, and 2 recordings are kept.');
});
