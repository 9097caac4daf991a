// The mood field in numbers and words. Valence −4 rough … +4 good, arousal −4 low … +4 high energy.

export interface Mood {
  valence: number;
  arousal: number;
}

export const FURTHEST = 4;
/** One press of an arrow key. */
export const NUDGE = 0.5;

const held = (value: number) => Math.min(FURTHEST, Math.max(-FURTHEST, value));
/** Tenths are finer than a finger. */
const tenth = (value: number) => Math.round(held(value) * 10) / 10 + 0;

/** `x` and `y` are 0 … 1 from the top left corner of the field. */
export function moodAt(x: number, y: number): Mood {
  return {
    valence: tenth((x * 2 - 1) * FURTHEST),
    arousal: tenth((1 - y * 2) * FURTHEST),
  };
}

/** Where a mood lies, 0 … 1 from the top left corner. */
export function placeOfMood(mood: Mood): { x: number; y: number } {
  return { x: (mood.valence / FURTHEST + 1) / 2, y: (1 - mood.arousal / FURTHEST) / 2 };
}

export function nudged(mood: Mood, right: number, up: number): Mood {
  return {
    valence: tenth(mood.valence + right * NUDGE),
    arousal: tenth(mood.arousal + up * NUDGE),
  };
}

function much(value: number): string {
  const far = Math.abs(value);
  return far < 0.75 ? '' : far < 2 ? 'a little ' : far < 3.3 ? '' : 'very ';
}

export function valenceWords(valence: number): string {
  if (Math.abs(valence) < 0.75) return 'neither rough nor good';
  return `${much(valence)}${valence < 0 ? 'rough' : 'good'}`;
}

export function arousalWords(arousal: number): string {
  if (Math.abs(arousal) < 0.75) return 'middling energy';
  return `${much(arousal)}${arousal < 0 ? 'low' : 'high'} energy`;
}

export function moodWords(mood: Mood): string {
  return `${valenceWords(mood.valence)}, ${arousalWords(mood.arousal)}`;
}
