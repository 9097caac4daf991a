// A session that was cut off in the fake world, and the piece it becomes.

import type { PieceView } from '../../ipc/PieceView';
import type { UnfinishedView } from '../../ipc/UnfinishedView';
import { band, ring } from './envelopes';
import { cardOf, EXERCISES, SOUNDS } from './exercises';

export function leftEarlier(): UnfinishedView {
  const [layers] = EXERCISES;
  return {
    title: 'Three warm layers',
    step: 2,
    steps: 6,
    layers: ['Round bass', 'Kalimba'],
    takes: 0,
    motif: layers ? cardOf(layers).motif : ring([]),
  };
}

export function unfinishedPiece(left: UnfinishedView): PieceView {
  return {
    id: 'piece-unfinished',
    name: 'Unfinished, Thursday evening',
    named: false,
    day: 'today',
    madeAt: '2026-11-19T19:30:00+01:00',
    seconds: 46,
    exercise: left.title,
    cover: ring(left.layers.map((name) => band(name, SOUNDS.indexOf(name)))),
    recovered: true,
    binDays: null,
  };
}
