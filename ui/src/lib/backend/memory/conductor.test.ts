import { expect, test } from 'vitest';
import { Conductor } from './conductor';
import { EXERCISES } from './exercises';

const exercise = (id: string) => EXERCISES.find((e) => e.id === id)!;

/** Lets seconds pass in small strides, as the clock does. */
function pass(conductor: Conductor, seconds: number) {
  for (let left = seconds; left > 0; left -= 0.25) conductor.advance(Math.min(0.25, left));
}

test('a session left alone comes to its end by itself', () => {
  for (const { id } of EXERCISES) {
    const conductor = new Conductor(exercise(id), 'full', false);
    conductor.act({ kind: 'start' });
    pass(conductor, 9 * 60);
    expect(conductor.phase, id).toBe('ended');
  }
});

test('two minutes are about two minutes', () => {
  const conductor = new Conductor(exercise('lp01'), 'twoMinutes', false);
  conductor.act({ kind: 'start' });
  pass(conductor, 150);
  expect(conductor.phase).toBe('ended');
  expect(conductor.playhead).toBeGreaterThan(100);
});

test('a take waits, is counted in, recorded and kept', () => {
  const conductor = new Conductor(exercise('vs02'), 'full', false);
  conductor.act({ kind: 'start' });
  conductor.act({ kind: 'next' });
  const seen = new Set<string>();
  for (let i = 0; i < 120; i++) {
    conductor.advance(0.25);
    const surface = conductor.view.surface;
    if (surface.kind === 'record') seen.add(surface.take.state.kind);
  }
  expect([...seen]).toEqual(['waiting', 'countIn', 'recording', 'kept']);
});

test('a sound beyond the limit is refused kindly', () => {
  const conductor = new Conductor(exercise('lp01'), 'full', false);
  conductor.act({ kind: 'start' });
  conductor.act({ kind: 'slot', index: 0, on: true });
  conductor.act({ kind: 'slot', index: 1, on: true });
  const surface = conductor.view.surface;
  expect(surface).toMatchObject({ kind: 'grid', full: true });
  expect(conductor.view.ring.bands).toHaveLength(1);
});

test('paused, nothing moves', () => {
  const conductor = new Conductor(exercise('lp01'), 'full', false);
  conductor.act({ kind: 'start' });
  pass(conductor, 5);
  conductor.act({ kind: 'pause' });
  pass(conductor, 60);
  expect(conductor.playhead).toBeCloseTo(5);
});
