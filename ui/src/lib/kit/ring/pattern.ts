// A pattern for each colour, so that colour is never the only sign. Drawn inside the band's own
// outline (the caller clips), in paper colour, faint.

const TURN = Math.PI * 2;

/** Draws pattern `kind` 0 … 7 between two radii around the origin. */
export function drawPattern(ctx: CanvasRenderingContext2D, kind: number, from: number, to: number) {
  const deep = to - from;
  const step = Math.max(3.5, deep / 5);
  // A large ring is drawn with a broader pen.
  ctx.lineWidth = Math.max(1, deep / 30);
  switch (kind % 8) {
    case 0: // clay: plain
      break;
    case 1: // moss: spokes
      spokes(ctx, from, to, 0, 120);
      break;
    case 2: // dusk: rings
      for (let r = from + step; r < to; r += step) circle(ctx, r);
      break;
    case 3: // honey: dots
      dots(ctx, from, to, step, Math.max(1.3, step * 0.2));
      break;
    case 4: // plum: slanted
      spokes(ctx, from, to, 0.12, 110);
      break;
    case 5: // lake: waves
      for (let r = from + step; r < to; r += step * 1.2) wave(ctx, r, step * 0.35);
      break;
    case 6: // rose: few, large dots
      dots(ctx, from, to, step * 1.7, Math.max(2.2, step * 0.35));
      break;
    case 7: // bark: slanted both ways
      spokes(ctx, from, to, 0.1, 70);
      spokes(ctx, from, to, -0.1, 70);
      break;
  }
}

function spokes(ctx: CanvasRenderingContext2D, from: number, to: number, lean: number, n: number) {
  ctx.beginPath();
  for (let i = 0; i < n; i++) {
    const a = (i / n) * TURN;
    ctx.moveTo(Math.cos(a) * from, Math.sin(a) * from);
    ctx.lineTo(Math.cos(a + lean) * to, Math.sin(a + lean) * to);
  }
  ctx.stroke();
}

function circle(ctx: CanvasRenderingContext2D, r: number) {
  ctx.beginPath();
  ctx.arc(0, 0, r, 0, TURN);
  ctx.stroke();
}

function wave(ctx: CanvasRenderingContext2D, r: number, height: number) {
  ctx.beginPath();
  for (let i = 0; i <= 240; i++) {
    const a = (i / 240) * TURN;
    const q = r + Math.sin(a * 36) * height;
    ctx.lineTo(Math.cos(a) * q, Math.sin(a) * q);
  }
  ctx.stroke();
}

function dots(ctx: CanvasRenderingContext2D, from: number, to: number, step: number, size: number) {
  ctx.beginPath();
  let row = 0;
  for (let r = from + step / 2; r < to; r += step) {
    const n = Math.max(8, Math.round((r * TURN) / (step * 1.5)));
    for (let i = 0; i < n; i++) {
      const a = ((i + (row % 2) / 2) / n) * TURN;
      const x = Math.cos(a) * r;
      const y = Math.sin(a) * r;
      ctx.moveTo(x + size, y);
      ctx.arc(x, y, size, 0, TURN);
    }
    row++;
  }
  ctx.fill();
}
