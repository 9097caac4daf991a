import { expect, test } from 'vitest';
import type { SessionPhase } from '../ipc/SessionPhase';
import { backFrom, leavesSession, type Place } from './back';
import type { Screen } from './router.svelte';

const at = (screen: Screen, more: Partial<Place> = {}) =>
  backFrom({ dialog: false, screen, phase: null, behind: false, ...more });

test('a dialog goes first, wherever it is', () => {
  for (const screen of ['today', 'session', 'pieces'] as const) {
    expect(at(screen, { dialog: true, phase: 'guiding' })).toBe('closeDialog');
  }
});

test('nobody loses a session by a swipe of the thumb', () => {
  expect(at('session', { phase: 'guiding' })).toBe('askToLeave');
  expect(at('session', { phase: 'paused', behind: true })).toBe('askToLeave');
  expect(at('session', { phase: 'ending' })).toBe('stay');
});

test('before the first sound and after the last there is nothing to ask', () => {
  expect(at('checkin', { phase: 'ready' })).toBe('leaveSession');
  expect(at('session', { phase: 'ready' })).toBe('leaveSession');
  expect(at('after', { phase: 'ended' })).toBe('leaveSession');
  expect(at('checkin', { phase: 'ended' })).toBe('leaveSession');
  expect(at('session')).toBe('goToToday');
});

test('other screens lead back to where one came from, and in the end out of the app', () => {
  expect(at('pieces', { behind: true })).toBe('goBack');
  expect(at('help')).toBe('goToToday');
  expect(at('today', { behind: true })).toBe('leaveApp');
});

test('looking at help or settings does not leave a session', () => {
  const phases: (SessionPhase | null)[] = ['ready', 'ending', 'ended', null];
  for (const screen of ['help', 'settings', 'session', 'after'] as const) {
    expect(leavesSession(screen, 'guiding')).toBe(false);
  }
  for (const screen of ['today', 'pieces', 'checkin'] as const) {
    expect(leavesSession(screen, 'guiding')).toBe(true);
    expect(leavesSession(screen, 'paused')).toBe(true);
    for (const phase of phases) expect(leavesSession(screen, phase)).toBe(false);
  }
});
