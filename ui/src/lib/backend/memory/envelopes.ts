// Loudness around one turn, made up but plausible: what the app takes from the audio itself.
// Deterministic, so that a picture of a screen is the same every time.

import type { Band } from '../../ipc/Band';
import type { Ring } from '../../ipc/Ring';

const POINTS = 180;

/** Sixteen steps: `X` loud, `x` normal, `g` soft, `-` rest; and how long each sounds, in points. */
const PATTERNS: Record<string, [steps: string, length: number]> = {
  'Frame drum': ['X---x-g-X-x-x---', 7],
  Shaker: ['x-g-x-g-x-g-x-g-', 4],
  'Round bass': ['X-------x---g---', 24],
  'Soft keys': ['x-----g-x-------', 30],
  Kalimba: ['x--g-x---x-g--x-', 10],
  Glass: ['x---------g-----', 40],
  Bell: ['X---------------', 60],
  Drums: ['X-g-x-g-X-g-x-gx', 6],
  Bass: ['X-----x-X---x---', 18],
};

function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s ^ (s >>> 15), 2246822507) ^ Math.imul(s ^ (s >>> 13), 3266489909)) >>> 0;
    return s / 4294967296;
  };
}

function struck(steps: string, length: number): number[] {
  const out = new Array<number>(POINTS).fill(0);
  for (let i = 0; i < steps.length; i++) {
    const loud = { X: 1, x: 0.72, g: 0.36 }[steps[i] ?? '-'];
    if (!loud) continue;
    const at = Math.round((i / steps.length) * POINTS);
    for (let k = 0; k < length * 3; k++) {
      const j = (at + k) % POINTS;
      const v = loud * Math.min(1, (k + 1) / 2) * Math.exp(-k / length);
      out[j] = Math.max(out[j] ?? 0, v);
    }
  }
  return out;
}

/** A voice or a pad: a few slow swells. */
function swelling(seed: number): number[] {
  const r = random(seed * 7919 + 13);
  const swells = Array.from({ length: 4 }, () => ({
    at: r(),
    wide: 0.07 + r() * 0.1,
    loud: 0.5 + r() * 0.5,
  }));
  return Array.from({ length: POINTS }, (_, i) => {
    let v = 0.12;
    for (const s of swells) {
      let off = Math.abs(i / POINTS - s.at);
      off = Math.min(off, 1 - off);
      v = Math.max(v, s.loud * Math.exp(-(off * off) / (2 * s.wide * s.wide)));
    }
    return v * (0.88 + 0.12 * r());
  });
}

/** The envelope of a sound by its name; unknown names are voices, each its own. */
export function envelopeOf(name: string): number[] {
  const pattern = PATTERNS[name];
  const seed = [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % 9973;
  const shape = pattern ? struck(...pattern) : swelling(seed);
  return shape.map((v) => Math.round(v * 255));
}

export function band(name: string, color: number, more: Partial<Band> = {}): Band {
  return {
    name,
    color,
    envelope: envelopeOf(name),
    gainDb: 0,
    pan: 0,
    muted: false,
    recording: false,
    ...more,
  };
}

export function ring(bands: Band[], turnSeconds = 0, turnStart = 0): Ring {
  return { bands, turnSeconds, turnStart };
}
