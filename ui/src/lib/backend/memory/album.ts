// Pieces that were never made: what the album looks like after three weeks.

import type { PieceView } from '../../ipc/PieceView';
import { band, ring } from './envelopes';

type Sketch = [
  name: string,
  day: string,
  seconds: number,
  exercise: string,
  bands: [name: string, color: number][],
];

const SKETCHES: Sketch[] = [
  [
    'Thursday, leaning',
    'today',
    41,
    'Hum choir',
    [
      ['First hum', 2],
      ['Second hum', 4],
      ['Third hum', 3],
    ],
  ],
  [
    'Small weather',
    'Tue',
    52,
    'Three warm layers',
    [
      ['Rain', 7],
      ['Bell', 6],
      ['Soft keys', 3],
    ],
  ],
  [
    'Walk-in beat',
    'Sun',
    36,
    'Three warm layers',
    [
      ['Frame drum', 0],
      ['Shaker', 1],
    ],
  ],
  [
    'Kitchen choir',
    '12 Nov',
    58,
    'Hum choir',
    [
      ['Low hum', 5],
      ['Middle hum', 4],
      ['High hum', 6],
      ['Drone', 7],
    ],
  ],
  [
    'The sunny street',
    '9 Nov',
    44,
    'Three faders',
    [
      ['Drums', 0],
      ['Bass', 1],
      ['Tune', 5],
    ],
  ],
  [
    'Rain on tin',
    '8 Nov',
    39,
    'Three warm layers',
    [
      ['Glass', 5],
      ['Rain', 7],
      ['Kalimba', 4],
    ],
  ],
];

export function threeWeeksOfPieces(): PieceView[] {
  return SKETCHES.map(([name, day, seconds, exercise, bands], i) => ({
    id: `piece-${i}`,
    name,
    named: i % 2 === 0,
    day,
    madeAt: `2026-11-${String(19 - i).padStart(2, '0')}T19:0${i}:00+01:00`,
    seconds,
    exercise,
    cover: ring(bands.map(([n, c], k) => band(n, c, { gainDb: -3 * (k % 3), pan: (k - 1) * 0.3 }))),
    recovered: i === 4,
    binDays: null,
  }));
}
