// A conductor made of arithmetic: it runs an exercise's steps along a playhead that is moved from
// outside, and says what the real one would say. No sound, no clock of its own.
//
// Phases are those of `SessionPhase`; a take's states those of `RecordState`.

import type { Act } from '../../ipc/Act';
import type { Band } from '../../ipc/Band';
import type { IpcError } from '../../ipc/IpcError';
import type { Length } from '../../ipc/Length';
import type { Microphone } from '../../ipc/Microphone';
import type { RecordState } from '../../ipc/RecordState';
import type { SessionPhase } from '../../ipc/SessionPhase';
import type { SessionView } from '../../ipc/SessionView';
import type { Surface } from '../../ipc/Surface';
import { band, envelopeOf, ring } from './envelopes';
import { NOTES, SOUNDS, VERSIONS, type Exercise, type Step } from './exercises';

const BEATS = 4;
const BARS_OF_A_TAKE = 4;
const FADE_SECONDS = 4;
const TWO_MINUTES = 120;

/** What the hands did, copied whole before each touch, so that Undo is one assignment. */
interface Hands {
  /** Sounds of the grid that are on, and the second from which each is heard. */
  slots: Map<number, number>;
  gains: number[];
  pans: number[];
  muted: Set<string>;
  chosen: number | null;
  kept: boolean | null;
}

export class Conductor {
  readonly exercise: Exercise;
  playhead = 0;
  phase: SessionPhase = 'ready';
  generation = 1;
  easier = false;
  withoutMicrophone = false;
  /** What the system says of the microphone. */
  ear: Microphone = 'allowed';
  #length: Length;
  #steps: Step[];
  #step = 0;
  #stepStart: number;
  #stepEnd: number;
  #hands: Hands;
  #undo: Hands[] = [];
  /** Bands that were recorded, or played on the pads. */
  #made: Band[] = [];
  #audition: number | null = null;
  #full = false;
  #endingSince = 0;
  #punchIn = 0;
  /** A take of this step is over. */
  #taken = false;
  #silentTake: boolean;
  readonly bar: number;

  constructor(exercise: Exercise, length: Length, silentTake: boolean) {
    this.exercise = exercise;
    this.#length = length;
    this.#silentTake = silentTake;
    this.bar = (60 / exercise.bpm) * BEATS;
    const whole = exercise.steps.reduce((sum, step) => sum + step.seconds, 0);
    const part = length === 'full' ? 1 : TWO_MINUTES / whole;
    this.#steps = exercise.steps.map((step) => ({ ...step, seconds: step.seconds * part }));
    this.#stepStart = this.bar;
    this.#stepEnd = this.#endOf(0, this.bar);
    this.#hands = {
      slots: new Map(),
      gains: exercise.bed.map(() => 0),
      pans: [0, 0, 0],
      muted: new Set(),
      chosen: null,
      kept: null,
    };
  }

  /** Whole bars, at least enough for a count-in and a take. */
  #endOf(step: number, start: number): number {
    const current = this.#steps[step];
    const least = current?.hands.kind === 'record' ? BARS_OF_A_TAKE + 3 : 2;
    return start + Math.max(least, Math.round((current?.seconds ?? 0) / this.bar)) * this.bar;
  }

  /** As it was when it was cut off: Ready, in that step, with these sounds. */
  takeUp(step: number, sounds: string[]) {
    for (const name of sounds) this.#hands.slots.set(SOUNDS.indexOf(name), 0);
    this.playhead = (1 + 8 * step) * this.bar;
    this.#enter(step, this.playhead + this.bar);
  }

  /** Lets `seconds` go by. Answers whether the view changed by itself. */
  advance(seconds: number): boolean {
    const before = this.#signature();
    if (this.phase === 'guiding' || this.phase === 'ending') this.playhead += seconds;
    while (this.phase === 'guiding' && this.playhead >= this.#stepEnd) {
      if (this.#step + 1 < this.#steps.length) this.#enter(this.#step + 1, this.#stepEnd);
      else this.#end();
    }
    if (this.phase === 'guiding') this.#listen();
    if (this.phase === 'ending' && this.playhead >= this.#endingSince + FADE_SECONDS) {
      this.phase = 'ended';
    }
    return this.#touched(before);
  }

  #enter(step: number, at: number) {
    this.#step = step;
    this.#stepStart = at;
    this.#stepEnd = this.#endOf(step, at);
    this.#punchIn = at + 2 * this.bar;
    this.#taken = false;
    this.#full = false;
    this.#undo = [];
    this.#audition = null;
  }

  #end() {
    this.phase = 'ending';
    this.#endingSince = this.playhead;
  }

  /** A take that is over becomes a band. */
  #listen() {
    const hands = this.#steps[this.#step]?.hands;
    if (hands?.kind !== 'record' || this.withoutMicrophone || this.#taken) return;
    if (this.playhead < this.#punchIn + BARS_OF_A_TAKE * this.bar) return;
    this.#taken = true;
    if (!this.#silentTake) this.#made.push(band(hands.take, hands.color));
  }

  #recordState(): RecordState {
    if (this.#taken) {
      const seconds = BARS_OF_A_TAKE * this.bar;
      return this.#silentTake ? { kind: 'nothing' } : { kind: 'kept', seconds, clipped: false };
    }
    if (this.playhead >= this.#punchIn) return { kind: 'recording' };
    return { kind: this.playhead >= this.#punchIn - this.bar ? 'countIn' : 'waiting' };
  }

  /** 0 off, 1 counting in, 2 recording: as in the meters. */
  get recording(): 'off' | 'countIn' | 'recording' {
    const surface = this.#surface();
    if (surface.kind !== 'record' || this.phase !== 'guiding') return 'off';
    const kind = surface.take.state.kind;
    return kind === 'recording' || kind === 'countIn' ? kind : 'off';
  }

  get safeSeconds(): number {
    return this.recording === 'recording' ? Math.max(0, this.playhead - this.#punchIn - 0.3) : 0;
  }

  #signature(): string {
    const now = this.#surface();
    const waiting = now.kind === 'grid' ? now.slots.map((s) => (s.waiting ? 1 : 0)).join('') : '';
    const take = now.kind === 'record' ? now.take.state.kind : '';
    return [this.phase, this.#step, take, waiting, this.#speaking()].join('|');
  }

  #touched(before: string): boolean {
    const changed = before !== this.#signature();
    if (changed) this.generation++;
    return changed;
  }

  /** The cue is spoken in the bar before its step. */
  #speaking(): boolean {
    return this.phase === 'guiding' && Math.abs(this.playhead - this.#stepStart) < this.bar;
  }

  act(act: Act): void {
    const touch = ['slot', 'note', 'gain', 'pan', 'choose', 'keep'].includes(act.kind);
    if (touch) this.#undo.push(structuredClone(this.#hands));
    this.#do(act);
    this.generation++;
  }

  #do(act: Act): void {
    const nextBar = Math.ceil((this.playhead + 0.05) / this.bar) * this.bar;
    const hands = this.#hands;
    switch (act.kind) {
      case 'start':
        if (this.phase === 'ready') this.phase = 'guiding';
        return;
      case 'stop':
        if (this.phase === 'ready') this.phase = 'ended';
        else if (this.phase !== 'ended') this.#end();
        return;
      case 'pause':
        if (this.phase === 'guiding') this.phase = 'paused';
        return;
      case 'resume':
        if (this.phase === 'paused') this.phase = 'guiding';
        return;
      case 'next':
      case 'skip':
        if (this.phase === 'paused') this.phase = 'guiding';
        if (this.phase === 'guiding') this.#stepEnd = Math.min(this.#stepEnd, nextBar);
        return;
      case 'easier':
        this.easier = act.on;
        return;
      case 'withoutMicrophone':
        this.withoutMicrophone = act.on;
        return;
      case 'slot': {
        const max = this.#max();
        this.#full = act.on && hands.slots.size >= max && !hands.slots.has(act.index);
        if (this.#full) return;
        if (act.on) hands.slots.set(act.index, nextBar);
        else hands.slots.delete(act.index);
        return;
      }
      case 'note': {
        const step = this.#steps[this.#step]?.hands;
        if (step?.kind !== 'record') return;
        hands.chosen = act.index;
        const name = `${step.take}: ${NOTES[act.index] ?? ''}`;
        this.#made = this.#made.filter((b) => !b.name.startsWith(step.take));
        this.#made.push(band(name, step.color));
        return;
      }
      case 'gain':
        hands.gains[act.index] = act.db;
        return;
      case 'pan':
        hands.pans[act.index] = act.pan;
        return;
      case 'mute': {
        const name = this.#bands()[act.index]?.name;
        if (name && act.on) hands.muted.add(name);
        else if (name) hands.muted.delete(name);
        return;
      }
      case 'audition':
        this.#audition = act.index;
        return;
      case 'choose':
        hands.chosen = act.index;
        return;
      case 'keep':
        hands.kept = act.keep;
        return;
      case 'again':
        this.#made.pop();
        this.#taken = false;
        this.#punchIn = nextBar + this.bar;
        this.#stepEnd = Math.max(this.#stepEnd, this.#punchIn + (BARS_OF_A_TAKE + 1) * this.bar);
        return;
      case 'undo':
        this.#hands = this.#undo.pop() ?? hands;
        return;
    }
  }

  #max(): number {
    const hands = this.#steps[this.#step]?.hands;
    return hands?.kind === 'grid' ? Math.min(hands.max, this.easier ? 2 : hands.max) : 0;
  }

  #bands(): Band[] {
    const hands = this.#hands;
    const muted = (name: string) => hands.muted.has(name);
    const bed = this.exercise.bed.map(([name, color], i) =>
      band(name, color, { gainDb: hands.gains[i] ?? 0, muted: muted(name) }),
    );
    const grid = [...hands.slots.keys()].map((i) =>
      band(SOUNDS[i] ?? '', i, { muted: muted(SOUNDS[i] ?? '') }),
    );
    const made = this.#made.map((b, i) => ({
      ...b,
      pan: hands.pans[i] ?? 0,
      muted: muted(b.name),
    }));
    const step = this.#steps[this.#step]?.hands;
    const coming =
      step?.kind === 'record' && !this.withoutMicrophone && !this.#taken
        ? [
            band(step.take, step.color, {
              recording: true,
              envelope: new Array<number>(180).fill(0),
            }),
          ]
        : [];
    return [...bed, ...grid, ...made, ...coming];
  }

  #surface(): Surface {
    const hands = this.#steps[this.#step]?.hands ?? { kind: 'listen' };
    switch (hands.kind) {
      case 'listen':
        return { kind: 'listen' };
      case 'grid':
        return {
          kind: 'grid',
          max: this.#max(),
          full: this.#full,
          slots: SOUNDS.map((name, i) => {
            const from = this.#hands.slots.get(i);
            return {
              name,
              color: i,
              on: from !== undefined,
              waiting: from !== undefined && this.playhead < from,
              envelope: envelopeOf(name),
            };
          }),
        };
      case 'record':
        if (this.withoutMicrophone) {
          const notes = NOTES.map((name, i) => ({ name, color: [2, 4, 3, 5][i] ?? 0 }));
          const own = this.#made.find((b) => b.name.startsWith(hands.take));
          const chosen = own ? NOTES.findIndex((n) => own.name.endsWith(`: ${n}`)) : null;
          return { kind: 'notes', notes, chosen };
        }
        return {
          kind: 'record',
          take: {
            name: hands.take,
            state: this.#recordState(),
            bars: BARS_OF_A_TAKE,
            punchIn: this.#punchIn,
            punchOut: this.#punchIn + BARS_OF_A_TAKE * this.bar,
          },
        };
      case 'faders':
        return {
          kind: 'faders',
          faders: this.exercise.bed
            .slice(0, this.easier ? 2 : 3)
            .map(([name, color], i) => ({ name, color, gainDb: this.#hands.gains[i] ?? 0 })),
        };
      case 'pan':
        return {
          kind: 'pan',
          tracks: this.#made.map((b, i) => ({
            name: b.name,
            color: b.color,
            pan: this.#hands.pans[i] ?? 0,
          })),
        };
      case 'choose':
        return {
          kind: 'choose',
          options: VERSIONS.map((name, i) => ({
            key: 'abc'[i] ?? '',
            name,
            color: [2, 3, 4][i] ?? 0,
            playing: this.#audition === i,
            chosen: this.#hands.chosen === i,
          })),
        };
      case 'keep':
        return { kind: 'keep', kept: this.#hands.kept };
    }
  }

  /** What is left to keep, as the bands of a cover. */
  get cover(): Band[] {
    return this.#bands().filter((b) => !b.recording && !b.muted);
  }

  get letGo(): boolean {
    return this.#hands.kept === false;
  }

  get view(): SessionView {
    const exercise = this.exercise;
    return {
      session: `session-${exercise.id}`,
      exercise: exercise.id,
      title: exercise.title,
      length: this.#length,
      phase: this.phase,
      step: this.#step,
      steps: this.#steps.length,
      prompt: this.#steps[this.#step]?.prompt ?? '',
      hint: this.withoutMicrophone ? null : exercise.hint,
      surface: this.#surface(),
      ring: ring(this.#bands(), 4 * this.bar, 0),
      stepStart: this.#stepStart,
      stepEnd: this.#stepEnd,
      barSeconds: this.bar,
      beatsPerBar: BEATS,
      easier: this.easier ? 'on' : 'off',
      withoutMicrophone: !exercise.microphone
        ? 'unavailable'
        : this.withoutMicrophone
          ? 'on'
          : 'off',
      microphone: exercise.microphone && !this.withoutMicrophone ? this.ear : 'notNeeded',
      speaking: this.#speaking(),
      generation: this.generation,
    };
  }
}

/** An error as the app would send it. */
export function refuse(error: IpcError): never {
  throw error;
}
