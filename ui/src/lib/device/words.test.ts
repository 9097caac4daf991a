import { expect, test } from 'vitest';
import { isRunning, stageWords } from './words';

test('a check that has ended says so, and one that runs says what it does', () => {
  expect(isRunning('question')).toBe(true);
  expect(isRunning('calledOff')).toBe(false);
  expect(stageWords('steadiness')).toContain('Nothing of it is kept');
});
