// What stands in the fake world: devices, notices on opening, the help card.

import type { HelpView } from '../../ipc/HelpView';
import type { Notice } from '../../ipc/Notice';
import type { SettingsView } from '../../ipc/SettingsView';
import type { Scene } from './scenes';

export function openingNotices(scenes: ReadonlySet<Scene>): Notice[] {
  const all: Partial<Record<Scene, Notice>> = {
    'no-sound': { kind: 'noSound' },
    'device-lost': { kind: 'deviceLost', keptSeconds: 42 },
    interrupted: { kind: 'interrupted', keptSeconds: 42 },
    'mic-denied': { kind: 'microphoneRefused' },
    recovered: { kind: 'takeRecovered', seconds: 57, pieces: 1 },
    damaged: { kind: 'takeDamaged', keptSeconds: 49, lostSeconds: 3 },
    'storage-low': { kind: 'storageLow', minutes: 12 },
    'storage-full': { kind: 'storageFull', keptSeconds: 42 },
    'read-only': { kind: 'readOnly' },
    'silent-input': { kind: 'silentInput', switch: scenes.has('phone') },
    'late-route': { kind: 'lateRoute', name: 'Kitchen headphones' },
  };
  return [...scenes].flatMap((scene) => all[scene] ?? []);
}

export function settingsOf(scenes: ReadonlySet<Scene>): SettingsView {
  return {
    outputs: [
      { id: 'out-1', name: 'Built-in speakers', default: true },
      { id: 'out-2', name: 'Kitchen headphones', default: false },
    ],
    inputs: [
      { id: 'in-1', name: 'Built-in microphone', default: true },
      { id: 'in-2', name: 'USB microphone', default: false },
    ],
    output: null,
    input: null,
    sound: scenes.has('no-sound') ? null : 'PipeWire · 48 kHz · 256 frames',
    calibration: scenes.has('calibrated')
      ? {
          kind: 'measured',
          roundTripMs: 31.4,
          confidence: 0.97,
          measuredAt: 'today, 19:02',
          approximate: false,
        }
      : { kind: 'notMeasured' },
    theme: 'system',
    voice: true,
    feltBeat: scenes.has('phone') ? false : null,
    roomMinutes: scenes.has('storage-low') ? 12 : null,
    version: '0.1.0',
    dataFolder: 'Undersong, in your music folder',
  };
}

/** No line is listed until a person has checked it; `checked` shows what a checked one looks like. */
export function helpView(checked: boolean): HelpView {
  return {
    countries: [
      { code: 'AU', name: 'Australia', emergency: null, line: null },
      { code: 'FR', name: 'France', emergency: null, line: null },
      {
        code: 'XX',
        name: 'Examplia',
        emergency: checked ? '000 000' : null,
        line: checked
          ? {
              name: 'The Example Line',
              call: '000 111',
              text: '000 222',
              hours: 'Day and night',
              cost: 'Free',
              stale: true,
            }
          : null,
      },
    ],
    chosen: checked ? 'XX' : null,
    directory: 'https://findahelpline.com',
  };
}
