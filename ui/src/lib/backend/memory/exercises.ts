// The three exercises of the fake, in the words of the real ones. Times in seconds.

import type { ExerciseCard } from '../../ipc/ExerciseCard';
import type { Length } from '../../ipc/Length';
import { band, ring } from './envelopes';

export type StepKind =
  | { kind: 'listen' }
  | { kind: 'grid'; max: number }
  | { kind: 'record'; take: string; color: number }
  | { kind: 'faders' }
  | { kind: 'pan' }
  | { kind: 'choose' }
  | { kind: 'keep' };

export interface Step {
  seconds: number;
  prompt: string;
  hands: StepKind;
}

export interface Exercise {
  id: string;
  title: string;
  minutes: number;
  bpm: number;
  why: string;
  /** Sounds that are there from the start. */
  bed: [name: string, color: number][];
  microphone: boolean;
  /** "Headphones on", or nothing. */
  hint: string | null;
  extra: string | null;
  steps: Step[];
}

export const SOUNDS = [
  'Frame drum',
  'Shaker',
  'Round bass',
  'Soft keys',
  'Kalimba',
  'Glass',
  'Bell',
  'Rain',
];

export const NOTES = ['Home', 'A third above', 'A fifth above', 'An octave below'];

export const VERSIONS = ['The lullaby', 'The sunny street', 'Yours'];

export const EXERCISES: Exercise[] = [
  {
    id: 'lp01',
    title: 'Three warm layers',
    minutes: 6,
    bpm: 84,
    why: 'Eight sounds that all get along. Every choice sounds good.',
    bed: [],
    microphone: false,
    hint: null,
    extra: null,
    steps: [
      {
        seconds: 40,
        prompt: 'Eight sounds, and they all get along. Touch any one.',
        hands: { kind: 'grid', max: 1 },
      },
      {
        seconds: 80,
        prompt: 'Add a second. Wait four bars before you decide anything.',
        hands: { kind: 'grid', max: 2 },
      },
      {
        seconds: 80,
        prompt: 'Add a third. This is your little band.',
        hands: { kind: 'grid', max: 3 },
      },
      {
        seconds: 80,
        prompt: 'Swap one for another. What changed in you when it changed?',
        hands: { kind: 'grid', max: 3 },
      },
      {
        seconds: 50,
        prompt: 'Let it play. You do not have to do a thing.',
        hands: { kind: 'listen' },
      },
      { seconds: 30, prompt: 'Would you like to keep it?', hands: { kind: 'keep' } },
    ],
  },
  {
    id: 'vs02',
    title: 'Hum choir',
    minutes: 8,
    bpm: 72,
    why: 'You said rough and low. Making something small with your voice has helped before.',
    bed: [['Drone', 7]],
    microphone: true,
    hint: 'Headphones on, so the microphone hears only you',
    extra: 'I trusted my own choices while making this.',
    steps: [
      {
        seconds: 40,
        prompt: 'Three hums, stacked. Headphones on, so the microphone hears only you.',
        hands: { kind: 'listen' },
      },
      {
        seconds: 90,
        prompt: 'First hum: about two slow breaths on the note you hear.',
        hands: { kind: 'record', take: 'First hum', color: 2 },
      },
      {
        seconds: 100,
        prompt: 'Second hum: find a note that sits next to the first.',
        hands: { kind: 'record', take: 'Second hum', color: 4 },
      },
      {
        seconds: 100,
        prompt: 'Third: lower, or so soft it is almost breath.',
        hands: { kind: 'record', take: 'Third hum', color: 3 },
      },
      { seconds: 90, prompt: 'Spread them out: left, middle, right.', hands: { kind: 'pan' } },
      {
        seconds: 60,
        prompt: 'Listen. That is a choir, and all of it is you.',
        hands: { kind: 'listen' },
      },
    ],
  },
  {
    id: 'mx01',
    title: 'Three faders',
    minutes: 6,
    bpm: 72,
    why: 'One song, three sounds. Balance alone changes how it feels.',
    bed: [
      ['Drums', 0],
      ['Bass', 1],
      ['Tune', 5],
    ],
    microphone: false,
    hint: null,
    extra: null,
    steps: [
      { seconds: 30, prompt: 'Three sounds, three faders.', hands: { kind: 'faders' } },
      { seconds: 90, prompt: 'Make it a lullaby.', hands: { kind: 'faders' } },
      {
        seconds: 90,
        prompt: 'Same three sounds, now for stepping into a sunny street.',
        hands: { kind: 'faders' },
      },
      {
        seconds: 90,
        prompt: 'Now yours: how would you like to feel in an hour?',
        hands: { kind: 'faders' },
      },
      {
        seconds: 60,
        prompt: 'Hear all three. Which one stays with you?',
        hands: { kind: 'choose' },
      },
    ],
  },
];

/** The card of an exercise, with a motif of its own sounds. */
export function cardOf(exercise: Exercise, length: Length = 'full'): ExerciseCard {
  const motifs: Record<string, [string, number][]> = {
    lp01: [
      ['Frame drum', 0],
      ['Round bass', 2],
      ['Kalimba', 4],
    ],
    vs02: [
      ['First hum', 2],
      ['Second hum', 4],
      ['Third hum', 3],
    ],
  };
  const bands = (motifs[exercise.id] ?? exercise.bed).map(([n, c]) => band(n, c));
  return {
    id: exercise.id,
    title: exercise.title,
    minutes: length === 'full' ? exercise.minutes : 2,
    length,
    why: exercise.why,
    microphone: exercise.microphone,
    headphones: exercise.microphone,
    motif: ring(bands),
  };
}
