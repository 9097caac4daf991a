import { expect, test } from 'vitest';
import type { IpcError } from '../ipc/IpcError';
import type { Notice } from '../ipc/Notice';
import { asIpcError, troubleOf } from './errors';
import { noticeText } from './notices';
import { clock, spoken } from './time';

const ERRORS: IpcError[] = [
  { code: 'microphoneRefused' },
  { code: 'microphoneSwitchedOff' },
  { code: 'noMicrophone' },
  { code: 'storageFull', minutes: 2 },
  { code: 'diskFull' },
  { code: 'readOnly' },
  { code: 'notFound', what: 'piece' },
  { code: 'notNow' },
  { code: 'invalidInput', field: 'name' },
  { code: 'notHeard' },
  { code: 'alreadyOpen' },
  { code: 'locked', detail: 'the key of this store is missing' },
  { code: 'unexpected', detail: 'store: /data/take-7: EIO' },
];

const NOTICES: Notice[] = [
  { kind: 'noSound' },
  { kind: 'deviceLost', keptSeconds: 42 },
  { kind: 'deviceLost', keptSeconds: null },
  { kind: 'interrupted', keptSeconds: 42 },
  { kind: 'interrupted', keptSeconds: null },
  { kind: 'microphoneRefused' },
  { kind: 'deviceBack', name: 'Kitchen headphones' },
  { kind: 'takeRecovered', seconds: 57, pieces: 1 },
  { kind: 'takeRecovered', seconds: 57, pieces: 0 },
  { kind: 'takeRecovered', seconds: 0, pieces: 1 },
  { kind: 'takeDamaged', keptSeconds: 49, lostSeconds: 3 },
  { kind: 'storageLow', minutes: 12 },
  { kind: 'takesUnreadable', takes: 2 },
  { kind: 'storageFull', keptSeconds: 42 },
  { kind: 'storageFull', keptSeconds: 0 },
  { kind: 'readOnly' },
  { kind: 'silentInput', switch: false },
  { kind: 'silentInput', switch: true },
  { kind: 'lateRoute', name: 'Kitchen headphones' },
];

/** Words the tone leaves out: nobody is ordered about, nothing has failed. */
const UNKIND =
  /\b(should|must|just|fail(ed|ure)?|error|invalid|fix|wrong|lazy|null|undefined)\b|!/i;

test('every error and notice is kind, whole, and names no file or code', () => {
  for (const text of [...ERRORS.map((e) => troubleOf(e).text), ...NOTICES.map(noticeText)]) {
    expect(text).not.toMatch(UNKIND);
    expect(text).not.toMatch(/[{}/\\]|EIO|take-7/);
    expect(text.length).toBeGreaterThan(20);
    expect(text).toMatch(/[.?]$/);
  }
});

test('what a bug report needs stands behind “more”, not in the sentence', () => {
  const trouble = troubleOf({ code: 'unexpected', detail: 'store: EIO' });
  expect(trouble.detail).toBe('store: EIO');
});

test('whatever was thrown has words', () => {
  expect(asIpcError('command not found').code).toBe('unexpected');
  expect(asIpcError(new Error('x'))).toEqual({ code: 'unexpected', detail: 'x' });
  expect(asIpcError({ code: 'notNow' })).toEqual({ code: 'notNow' });
});

test('lengths are said as people say them', () => {
  expect(clock(41.9)).toBe('0:41');
  expect(spoken(65)).toBe('1 minute 5 seconds');
});
