// Where each band of the ring lies. Pure: lengths are in CSS pixels from the centre, angles in
// turns from twelve o'clock, clockwise.

import type { Band } from '../../ipc/Band';
import { placeOf } from '../taper';

/** A band's place: it may grow from `inner` to `inner + depth`. */
export interface Slot {
  inner: number;
  depth: number;
}

/** The hole in the middle, and the outermost reach of a band, as parts of the radius. */
const HOLE = 0.3;
const REACH = 0.86;
/** No band is thicker than this part of the radius, however alone it is; on a tile a bolder one. */
const THICKEST = 0.24;
const THICKEST_SMALL = 0.5;
const SMALL = 40;

/** Widths are the balance: at 0 dB a whole share, at silence a third of one. */
function share(band: Band): number {
  return 0.3 + (0.7 * placeOf(band.gainDb)) / placeOf(0);
}

/** The places of all bands, from the middle outwards, in a circle of `radius`. */
export function slots(bands: readonly Band[], radius: number): Slot[] {
  if (bands.length === 0) return [];
  const gap = radius * 0.03;
  const room = radius * (REACH - HOLE) - gap * (bands.length - 1);
  const shares = bands.map(share);
  const all = shares.reduce((sum, s) => sum + s, 0);
  const most = radius * (radius < SMALL ? THICKEST_SMALL : THICKEST);
  const depths = shares.map((s) => Math.min(most, (room * s) / all));
  const used = depths.reduce((sum, d) => sum + d, 0);
  // What is left over goes half inside, so that one band alone sits in the middle of its field.
  let inner = radius * HOLE + (room - used) * 0.5;
  return depths.map((depth) => {
    const slot = { inner, depth };
    inner += depth + gap;
    return slot;
  });
}

/** How thick the band is at `turn`, 0 … 1 of its depth. Panned left, its left half is the thick one. */
export function thickness(band: Band, turn: number): number {
  const n = band.envelope.length;
  const at = Math.round(turn * n);
  const near = (k: number) => (band.envelope[(((at + k) % n) + n) % n] ?? 0) / 255;
  const loud = n === 0 ? 0.3 : near(-1) * 0.25 + near(0) * 0.5 + near(1) * 0.25;
  const side = (1 + band.pan * Math.sin(turn * 2 * Math.PI)) / (1 + Math.abs(band.pan));
  return (0.18 + 0.82 * loud) * (0.2 + 0.8 * side);
}

/** Which band a touch `distance` from the centre means; `null` for the hole and the rim. */
export function bandAt(places: readonly Slot[], distance: number): number | null {
  const slack = 8;
  let best: number | null = null;
  let nearest = Infinity;
  places.forEach((slot, i) => {
    const off = Math.abs(distance - (slot.inner + slot.depth / 2));
    if (off <= slot.depth / 2 + slack && off < nearest) {
      best = i;
      nearest = off;
    }
  });
  return best;
}

/** Where in its turn a timeline position is, 0 … 1; 0 when nothing turns. */
export function turnOf(seconds: number, turnStart: number, turnSeconds: number): number {
  if (turnSeconds <= 0) return 0;
  const turns = (seconds - turnStart) / turnSeconds;
  return turns - Math.floor(turns);
}

/** How far `seconds` is from `from` to `to`, 0 … 1. */
export function progress(seconds: number, from: number, to: number): number {
  if (to <= from) return 0;
  return Math.min(1, Math.max(0, (seconds - from) / (to - from)));
}

/** The sentence a screen reader hears for the figure. */
export function describe(bands: readonly Band[]): string {
  if (bands.length === 0) return 'An empty ring.';
  const names = bands.map((b) => (b.muted ? `${b.name}, muted` : b.name));
  const listed =
    names.length === 1
      ? names[0]
      : `${names.slice(0, -1).join('; ')}; and ${names[names.length - 1]}`;
  return `A ring of ${bands.length === 1 ? 'one band' : `${bands.length} bands`}: ${listed}.`;
}
