// The ring with a brush: bands, rim, hand. Everything is drawn around the origin, in CSS pixels;
// twelve o'clock is up. Knows nothing of time: the caller says where things are.

import type { Band } from '../../ipc/Band';
import { drawPattern } from './pattern';
import { thickness, type Slot } from './geometry';

/** Colours as the page has them now. */
export interface Inks {
  layers: string[];
  ink: string;
  hair: string;
  paper: string;
  record: string;
}

const LAYERS = ['clay', 'moss', 'dusk', 'honey', 'plum', 'lake', 'rose', 'bark'];
/** Points along a band's outline: one a degree, so that a curve looks like one at 560 px. */
const POINTS = 360;
const TURN = Math.PI * 2;
const TOP = -Math.PI / 2;

/** Reads the colours in force at `element`. */
export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim() || '#888';
  return {
    layers: LAYERS.map(of),
    ink: of('ink'),
    hair: of('hair'),
    paper: of('paper'),
    record: of('record'),
  };
}

/** A band's outline from twelve o'clock to `part` of a turn. */
function outline(band: Band, slot: Slot, part: number): Path2D {
  const path = new Path2D();
  const end = Math.max(1, Math.round(POINTS * part));
  const axis = slot.inner + slot.depth * 0.22;
  // A brush stroke: most of its weight outside, a little inside.
  for (let i = 0; i <= end; i++) {
    const a = TOP + (i / POINTS) * TURN;
    const r = axis + slot.depth * 0.78 * thickness(band, i / POINTS);
    path.lineTo(Math.cos(a) * r, Math.sin(a) * r);
  }
  if (part >= 1) path.closePath();
  for (let i = end; i >= 0; i--) {
    const a = TOP + (i / POINTS) * TURN;
    const r = axis - slot.depth * 0.22 * thickness(band, i / POINTS);
    if (part >= 1 && i === end) path.moveTo(Math.cos(a) * r, Math.sin(a) * r);
    else path.lineTo(Math.cos(a) * r, Math.sin(a) * r);
  }
  path.closePath();
  return path;
}

/** One band, up to `part` of a turn. */
export function drawBand(
  ctx: CanvasRenderingContext2D,
  band: Band,
  slot: Slot,
  inks: Inks,
  part = 1,
) {
  const path = outline(band, slot, part);
  ctx.save();
  ctx.globalAlpha = band.muted ? 0.22 : 1;
  ctx.fillStyle = band.recording ? inks.record : (inks.layers[band.color % 8] ?? inks.ink);
  ctx.fill(path, 'evenodd');
  if (!band.recording && slot.depth > 5) {
    ctx.clip(path, 'evenodd');
    ctx.globalAlpha = band.muted ? 0.12 : 0.3;
    ctx.strokeStyle = inks.paper;
    ctx.fillStyle = inks.paper;
    drawPattern(ctx, band.color, slot.inner, slot.inner + slot.depth);
  }
  ctx.restore();
}

/** The empty place of a band that is still to come. */
export function drawPlace(ctx: CanvasRenderingContext2D, slot: Slot, inks: Inks) {
  ctx.strokeStyle = inks.hair;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.arc(0, 0, slot.inner + slot.depth * 0.22, 0, TURN);
  ctx.stroke();
}

/** The step's time around the figure; the dot grows a little on each beat (`pulse` 0 … 1). */
export function drawRim(
  ctx: CanvasRenderingContext2D,
  radius: number,
  part: number,
  pulse: number,
  inks: Inks,
) {
  ctx.lineWidth = 2;
  ctx.strokeStyle = inks.hair;
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, TURN);
  ctx.stroke();
  const a = TOP + part * TURN;
  ctx.strokeStyle = inks.ink;
  ctx.lineWidth = 3;
  ctx.lineCap = 'round';
  ctx.beginPath();
  ctx.arc(0, 0, radius, TOP, a);
  ctx.stroke();
  ctx.fillStyle = inks.ink;
  ctx.beginPath();
  ctx.arc(Math.cos(a) * radius, Math.sin(a) * radius, 5 + 3 * pulse, 0, TURN);
  ctx.fill();
}

/** The one hand, from the hole to just outside the bands. */
export function drawHand(
  ctx: CanvasRenderingContext2D,
  from: number,
  to: number,
  turn: number,
  inks: Inks,
) {
  const a = TOP + turn * TURN;
  const [x, y] = [Math.cos(a), Math.sin(a)];
  ctx.lineCap = 'round';
  // A paper edge, so that the hand is seen over dark and light bands alike.
  for (const [colour, width] of [
    [inks.paper, 5],
    [inks.ink, 2],
  ] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(x * from, y * from);
    ctx.lineTo(x * to, y * to);
    ctx.stroke();
  }
}
