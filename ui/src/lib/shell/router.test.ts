import { expect, test } from 'vitest';
import { hashOf, routeOf } from './router.svelte';

test('an address nobody knows leads to Today', () => {
  expect(routeOf('#/make')).toEqual({ screen: 'today' });
  expect(routeOf('')).toEqual({ screen: 'today' });
});

test('the check-in remembers whether it comes before or after', () => {
  const after = { screen: 'checkin', phase: 'after' } as const;
  expect(routeOf(hashOf(after))).toEqual(after);
});
