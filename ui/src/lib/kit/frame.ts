// The one requestAnimationFrame of the app. Whoever draws what moves subscribes; with nobody
// listening nothing runs, so a still screen costs nothing.

type Draw = (nowMs: number) => void;

const drawers = new Set<Draw>();
let handle = 0;

function run(nowMs: number) {
  handle = drawers.size > 0 ? requestAnimationFrame(run) : 0;
  for (const draw of drawers) draw(nowMs);
}

/** Calls `draw` once a frame, with milliseconds, until the answer is called. */
export function onFrame(draw: Draw): () => void {
  drawers.add(draw);
  if (!handle) handle = requestAnimationFrame(run);
  return () => drawers.delete(draw);
}

let lessMotion: MediaQueryList | undefined;

/** Whether this person asked for less motion; it can change while the app is open. */
export function isStill(): boolean {
  lessMotion ??= matchMedia('(prefers-reduced-motion: reduce)');
  return lessMotion.matches;
}
