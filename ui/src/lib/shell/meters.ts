// What moves: meters pulled from the app at most 30 times a second, only while someone looks and the
// page is visible. Between two pulls the playhead goes on by itself, so that the hand never stutters.

import type { Backend } from '../backend/backend';
import { unpack, type MeterFrame } from '../backend/meters';
import { onFrame } from '../kit/frame';

/** A little over a thirtieth of a second, so that a 60 Hz screen asks every second frame. */
const PULL_EVERY_MS = 1000 / 30 - 2;
/** A correction smaller than this is spread over frames; a larger one is a jump, and shown as one. */
const JUMP_SECONDS = 0.15;

const STILL: MeterFrame = {
  playhead: 0,
  rolling: false,
  outputPeak: [0, 0],
  inputPeak: 0,
  inputRms: 0,
  duckingDb: 0,
  xruns: 0,
  safeSeconds: 0,
  recording: 'off',
  generation: 0,
};

export class Meters {
  /** The last reading. */
  frame: MeterFrame = STILL;
  #backend: Backend;
  #watchers = new Set<(frame: MeterFrame) => void>();
  #stop: (() => void) | undefined;
  #asking = false;
  #lastAsked = 0;
  /** The drawn playhead at `#shownAt`, in seconds and milliseconds. */
  #shown = 0;
  #shownAt = 0;
  #level = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Pulls from now on, calling `watch` with each reading, until the answer is called. */
  watch = (watch: (frame: MeterFrame) => void): (() => void) => {
    this.#watchers.add(watch);
    this.#stop ??= onFrame((now) => void this.#pull(now));
    return () => {
      this.#watchers.delete(watch);
      if (this.#watchers.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  };

  /** Where the playhead is now, in seconds. */
  playhead = (): number => {
    const now = performance.now();
    if (this.frame.rolling) this.#shown += (now - this.#shownAt) / 1000;
    this.#shownAt = now;
    return this.#shown;
  };

  /** How loud it sounds, 0 … 1, falling softly. */
  level = (): number => this.#level;

  async #pull(now: number) {
    if (this.#asking || document.hidden || now - this.#lastAsked < PULL_EVERY_MS) return;
    this.#asking = true;
    this.#lastAsked = now;
    const asked = performance.now();
    try {
      const frame = unpack(await this.#backend.meters());
      const heard = performance.now();
      this.#take(frame, (asked + heard) / 2, heard);
    } catch {
      // A missed reading does no harm: the next one is 33 ms away, and says all this one said.
    } finally {
      this.#asking = false;
    }
  }

  /** `readAt`: when the app most likely looked at its clock. */
  #take(frame: MeterFrame, readAt: number, now: number) {
    const before = this.playhead();
    const there = frame.playhead + (frame.rolling ? (now - readAt) / 1000 : 0);
    const off = there - before;
    const jump = Math.abs(off) > JUMP_SECONDS || !frame.rolling || !this.frame.rolling;
    this.#shown = jump ? there : before + off * 0.15;
    this.#shownAt = now;
    this.frame = frame;
    const peak = Math.min(1, Math.max(frame.outputPeak[0], frame.outputPeak[1]));
    this.#level = Math.max(peak, this.#level * 0.85);
    for (const watch of this.#watchers) watch(frame);
  }
}
