import { expect, test } from 'vitest';
import { METER_BYTES, pack, unpack, type MeterFrame } from './meters';

test('a reading arrives as it was sent, in 64 bytes', () => {
  const frame: MeterFrame = {
    playhead: 12.5,
    rolling: true,
    outputPeak: [0.5, 0.25],
    inputPeak: 0.125,
    inputRms: 0.0625,
    duckingDb: -9,
    xruns: 3,
    safeSeconds: 41.75,
    recording: 'recording',
    generation: 17,
  };
  const bytes = pack(frame);
  expect(bytes.byteLength).toBe(METER_BYTES);
  expect(unpack(bytes)).toEqual(frame);
});

test('each number stands where the app puts it', () => {
  const bytes = new DataView(new ArrayBuffer(METER_BYTES));
  bytes.setFloat64(40, 7, true);
  bytes.setUint32(52, 9, true);
  expect(unpack(bytes)).toMatchObject({ safeSeconds: 7, generation: 9, recording: 'off' });
});
