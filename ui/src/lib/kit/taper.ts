// The way of a fader: how far along its line a gain in dB sits. Cubic in amplitude, so that the
// middle of the way is −12 dB and most of the travel is where ears are, not in the last −40 dB.

/** The quietest a fader says, in dB; below it is silence anyway. */
export const QUIETEST = -60;
/** The loudest, in dB. */
export const LOUDEST = 6;

/** `at` is 0 … 1 along the fader; answers dB, −60 … +6. */
export function dbOf(at: number): number {
  if (at <= 0) return QUIETEST;
  return Math.max(QUIETEST, LOUDEST + 60 * Math.log10(Math.min(1, at)));
}

/** Where a gain in dB sits, 0 … 1 along the fader. */
export function placeOf(db: number): number {
  if (db <= QUIETEST) return 0;
  return Math.min(1, Math.pow(10, (Math.min(LOUDEST, db) - LOUDEST) / 60));
}

/** What a screen reader says of a gain. */
export function dbWords(db: number): string {
  if (db <= QUIETEST) return 'silent';
  const rounded = Math.round(db);
  if (rounded === 0) return 'as it is';
  return rounded > 0 ? `${rounded} decibels louder` : `${-rounded} decibels quieter`;
}

/** What a screen reader says of a pan, −1 left … +1 right. */
export function panWords(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100);
  if (percent < 3) return 'middle';
  return `${percent} percent ${pan < 0 ? 'left' : 'right'}`;
}
