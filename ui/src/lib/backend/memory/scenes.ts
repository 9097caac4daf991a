// Which world the fake backend opens in, from the page's address: `?scene=first-run`. One word a
// situation a person can meet; several are joined by commas. `?clock=script` lets time stand still
// until a test moves it, `?speed=8` lets it run.

export const SCENES = [
  'first-run',
  'heavy', // the first check-in asks for the safety card
  'stirred', // the second one does
  'extra', // one more item after the session
  'helplines', // one checked line on the help card
  'no-sound',
  'device-lost',
  'interrupted', // a call came in the middle of a take
  'mic-denied', // the system's question was answered with no
  'unfinished', // a session of today was cut off
  'recovered',
  'damaged',
  'storage-low',
  'storage-full',
  'disk-full', // an export finds no room
  'read-only',
  'silent-input',
  'late-route',
  'mic-asks', // the system has not been asked yet
  'mic-refused',
  'no-mic',
  'not-heard', // the calibration hears nothing
  'calibrated',
  'silent-take', // a take without a sound
  'nothing-made', // the session ends with nothing to keep
  'reminded', // one came today, and waits on Today
  'remind-waited', // the same one, an hour later
  'remind-denied', // notifications are switched off
  'remind-nothing', // nothing here shows notifications
  'remind-silent', // nobody answered for a long time
  'remind-away', // days off, now
  'phone', // nothing starts at login; reminders come without the app
  'remind-missed', // the one that was tried did not arrive
  'unexpected', // renaming fails in a way nobody foresaw
  'slow', // every answer takes two seconds
] as const;

export type Scene = (typeof SCENES)[number];

export interface World {
  scenes: ReadonlySet<Scene>;
  clock: 'real' | 'script';
  speed: number;
}

export function worldOf(query: string): World {
  const params = new URLSearchParams(query);
  const named = (params.get('scene') ?? '').split(',');
  return {
    scenes: new Set(SCENES.filter((scene) => named.includes(scene))),
    clock: params.get('clock') === 'script' ? 'script' : 'real',
    speed: Math.min(60, Math.max(0.1, Number(params.get('speed')) || 1)),
  };
}
