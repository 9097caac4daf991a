// What the Session screen reads off the meters: how many seconds are safe, which number stands in the
// ring, how loud the take is as it comes in. Each is a value that changes a few times a second, so
// that the page is not laid out thirty times.

import type { RecordView } from '../ipc/RecordView';
import type { SessionView } from '../ipc/SessionView';
import type { Meters } from '../shell/meters';
import type { SessionStore } from './session.svelte';
import type { MeterFrame } from '../backend/meters';

const TRACE_POINTS = 180;

export class SessionClock {
  /** Whole seconds of the running take that are on disk. */
  safe = $state(0);
  /** Beats left of the count-in, or the bar of the take; empty when there is nothing to count. */
  number = $state('');
  /** Seconds left of this step, for whoever asks. */
  left = $state(0);
  #trace = new Array<number>(TRACE_POINTS).fill(0);
  #tracedFrom = -1;
  #session: SessionStore;

  constructor(meters: Meters, session: SessionStore) {
    this.#session = session;
    $effect(() => meters.watch((frame) => this.#read(frame)));
  }

  /** Loudness of the running take around its turn, 0 … 255, as far as it has come. */
  trace = (): number[] => this.#trace;

  #read(frame: MeterFrame) {
    const view = this.#session.view;
    if (!view) return;
    // A change that nobody told us about: ask.
    if (frame.generation > view.generation) void this.#session.refresh();
    this.safe = Math.floor(frame.safeSeconds);
    this.left = Math.max(0, Math.ceil(view.stepEnd - frame.playhead));
    const take = view.surface.kind === 'record' ? view.surface.take : null;
    this.number = take ? numberIn(view, take, frame) : '';
    if (take && frame.recording === 'recording') this.#hear(take, frame);
  }

  #hear(take: RecordView, frame: MeterFrame) {
    if (this.#tracedFrom !== take.punchIn) {
      this.#tracedFrom = take.punchIn;
      this.#trace = new Array<number>(TRACE_POINTS).fill(0);
    }
    const part = (frame.playhead - take.punchIn) / (take.punchOut - take.punchIn);
    if (part < 0 || part >= 1) return;
    const at = Math.floor(part * TRACE_POINTS);
    // Amplitude is drawn as ears hear it; a hum near the microphone peaks around 0.3.
    const loud = Math.round(255 * Math.min(1, Math.sqrt(frame.inputPeak)));
    for (let k = 0; k < 4; k++) {
      const i = at + k;
      if (i < TRACE_POINTS) this.#trace[i] = Math.max(k === 0 ? (this.#trace[i] ?? 0) : 0, loud);
    }
  }
}

/** What stands in the middle of the ring. */
export function numberIn(view: SessionView, take: RecordView, frame: MeterFrame): string {
  const beat = view.barSeconds / Math.max(1, view.beatsPerBar);
  switch (take.state.kind) {
    case 'countIn': {
      const left = Math.ceil((take.punchIn - frame.playhead) / beat - 0.01);
      return left >= 1 && left <= view.beatsPerBar ? String(left) : '';
    }
    case 'recording': {
      const bar = Math.floor((frame.playhead - take.punchIn) / view.barSeconds) + 1;
      return bar >= 1 && bar <= take.bars ? String(bar) : '';
    }
    default:
      return '';
  }
}
