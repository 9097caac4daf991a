// The meter frame, as 64 little-endian bytes: the layout of `crates/app/src/ipc/meters.rs`.

export const METER_BYTES = 64;

/** Levels are linear amplitude, 0 … 1; times are seconds. */
export interface MeterFrame {
  playhead: number;
  rolling: boolean;
  outputPeak: [left: number, right: number];
  inputPeak: number;
  inputRms: number;
  duckingDb: number;
  xruns: number;
  safeSeconds: number;
  recording: 'off' | 'countIn' | 'recording';
  generation: number;
}

const RECORDING = ['off', 'countIn', 'recording'] as const;

export function unpack(view: DataView): MeterFrame {
  return {
    playhead: view.getFloat64(0, true),
    rolling: view.getFloat64(8, true) > 0,
    outputPeak: [view.getFloat32(16, true), view.getFloat32(20, true)],
    inputPeak: view.getFloat32(24, true),
    inputRms: view.getFloat32(28, true),
    duckingDb: view.getFloat32(32, true),
    xruns: view.getUint32(36, true),
    safeSeconds: view.getFloat64(40, true),
    recording: RECORDING[view.getUint32(48, true)] ?? 'off',
    generation: view.getUint32(52, true),
  };
}

/** The other way round: for the fake backend and for tests. */
export function pack(frame: MeterFrame): DataView {
  const view = new DataView(new ArrayBuffer(METER_BYTES));
  view.setFloat64(0, frame.playhead, true);
  view.setFloat64(8, frame.rolling ? 1 : 0, true);
  view.setFloat32(16, frame.outputPeak[0], true);
  view.setFloat32(20, frame.outputPeak[1], true);
  view.setFloat32(24, frame.inputPeak, true);
  view.setFloat32(28, frame.inputRms, true);
  view.setFloat32(32, frame.duckingDb, true);
  view.setUint32(36, frame.xruns, true);
  view.setFloat64(40, frame.safeSeconds, true);
  view.setUint32(48, RECORDING.indexOf(frame.recording), true);
  view.setUint32(52, frame.generation, true);
  return view;
}
