// Every screen and surface a person can come to, as a way to walk there. Each is looked at in both
// sizes and themes: by axe, for overflow, for small targets, and by a camera.

/** @typedef {import('./person.mjs').Person} Person */
/** @typedef {{ name: string, scene?: string, reach: (person: Person) => Promise<void> }} Place */

/** @type {Place[]} */
export const PLACES = [
  { name: 'today', reach: async () => {} },
  { name: 'today-first-run', scene: 'first-run', reach: async () => {} },
  {
    name: 'today-unfinished',
    scene: 'unfinished',
    reach: (p) => p.reads('Round bass and Kalimba wait'),
  },
  {
    name: 'session-left-earlier',
    scene: 'unfinished',
    reach: async (p) => {
      await p.press('Carry on where you were');
      await p.button('Carry on').waitFor();
    },
  },
  {
    name: 'session-interrupted',
    scene: 'interrupted',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Soft keys');
      await p.press('Pause');
      await p.button('Start this part again').waitFor();
    },
  },
  {
    name: 'session-going-back',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Soft keys');
      await p.page.keyboard.press('Escape');
      await p.button('Stop here').waitFor();
    },
  },
  { name: 'today-different', reach: (p) => p.press('Something different') },
  {
    name: 'checkin-before',
    reach: async (p) => {
      await p.press('Start');
      await p.seesScreen('checkin');
      await touchField(p, 0.27, 0.66);
    },
  },
  {
    name: 'checkin-safety',
    scene: 'heavy',
    reach: async (p) => {
      await p.press('Start');
      await p.press('Next');
      await p.reads('That sounds like a lot');
    },
  },
  {
    name: 'session-ready',
    reach: async (p) => {
      await p.press('Start');
      await p.press('Skip');
      await p.seesScreen('session');
    },
  },
  {
    name: 'session-grid',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.wait(3);
      await p.press('Frame drum');
      await p.next(2);
      await p.press('Round bass');
      await p.press('Kalimba');
      await p.wait(9);
    },
  },
  {
    name: 'session-grid-full',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Soft keys');
      await p.press('Glass');
      await p.reads('Up to one sound at once');
    },
  },
  {
    name: 'session-listen',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Soft keys');
      await p.next(4);
      await p.wait(6);
    },
  },
  {
    name: 'session-keep',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Soft keys');
      await p.next(5);
      await p.press('Keep');
    },
  },
  {
    name: 'session-record-waiting',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await p.next();
    },
  },
  {
    name: 'session-record-countin',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await p.next();
      await p.wait(4.2);
    },
  },
  {
    name: 'session-record',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await takeOneHum(p);
      await p.next();
      // Little by little, so that the level is drawn as it comes in.
      for (let i = 0; i < 28; i++) {
        await p.page.evaluate(() => Reflect.get(window, 'undersong').advance(0.5));
        await p.page.waitForTimeout(45);
      }
      await p.reads('safe');
    },
  },
  {
    name: 'session-record-kept',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await takeOneHum(p);
    },
  },
  {
    name: 'session-record-nothing',
    scene: 'silent-take',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await p.next();
      await p.wait(25);
    },
  },
  {
    name: 'session-notes',
    reach: async (p) => {
      await p.press('Start');
      await p.press('Skip');
      await p.press('Play on the pads');
      await p.next();
      await p.press('A third above');
    },
  },
  {
    name: 'session-pan',
    reach: async (p) => {
      await p.startSession('Hum choir');
      await takeOneHum(p);
      await p.next();
      await p.wait(22);
      await p.next();
      await p.wait(22);
      await p.next();
      await slide(p, 'First hum', -0.7);
      await slide(p, 'Third hum', 0.7);
    },
  },
  {
    name: 'session-faders',
    reach: async (p) => {
      await p.startSession('Three faders');
      await slide(p, 'Drums', 0.45);
      await slide(p, 'Tune', 0.95);
      await p.wait(4);
    },
  },
  {
    name: 'session-choose',
    reach: async (p) => {
      await p.startSession('Three faders');
      await p.next(4);
      await p.press('Hear The sunny street');
      await p.press('Choose The lullaby');
    },
  },
  {
    name: 'session-paused',
    reach: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Bell');
      await p.wait(5);
      await p.press('Pause');
      await p.page.getByText('Paused').waitFor();
    },
  },
  {
    name: 'session-mic-refused',
    scene: 'mic-refused',
    reach: async (p) => {
      await p.press('Start');
      await p.press('Skip');
      await p.press('Start');
      await p.reads("Undersong can't hear you");
    },
  },
  { name: 'after', reach: afterASession },
  {
    name: 'after-playing',
    reach: async (p) => {
      await afterASession(p);
      await p.press('Hear it');
      await p.wait(12);
    },
  },
  {
    name: 'after-nothing',
    scene: 'nothing-made',
    reach: afterASession,
  },
  {
    name: 'checkin-after',
    reach: async (p) => {
      await p.press('Start');
      await touchField(p, 0.27, 0.66);
      await p.press('Next');
      await p.press('Start');
      await p.press('Stop');
      await p.wait(6);
      await p.seesScreen('after');
      await p.press('Keep');
      await p.seesScreen('checkin');
      await touchField(p, 0.63, 0.72);
    },
  },
  {
    name: 'checkin-line',
    reach: async (p) => {
      await afterASession(p);
      await p.press('Keep');
      await p.press('Skip');
      await p.button('Done').waitFor();
    },
  },
  { name: 'pieces', reach: (p) => p.follow('Pieces') },
  {
    name: 'pieces-playing',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('Play Small weather');
      await p.wait(13);
    },
  },
  {
    name: 'pieces-sheet',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Kitchen choir');
      await p.button('Rename').waitFor();
    },
  },
  {
    name: 'pieces-export',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Kitchen choir');
      await p.press('Export');
    },
  },
  {
    name: 'pieces-exporting',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Kitchen choir');
      await p.press('Export');
      await p.press('FLAC');
      await p.button('Call it off').waitFor();
    },
  },
  {
    name: 'pieces-rename',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Kitchen choir');
      await p.press('Rename');
    },
  },
  {
    name: 'pieces-bin',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Kitchen choir');
      await p.press('Delete');
      await p.page.getByText('In the bin ·').click();
      await p.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    },
  },
  { name: 'pieces-empty', scene: 'first-run', reach: (p) => p.follow('Pieces') },
  { name: 'settings', reach: (p) => p.follow('Settings') },
  {
    name: 'settings-calibrated',
    reach: async (p) => {
      await p.follow('Settings');
      await p.press('Calibrate');
      await p.reads('31 milliseconds');
    },
  },
  { name: 'today-reminded', scene: 'reminded', reach: (p) => p.reads('One small beat today?') },
  {
    name: 'after-offer',
    scene: 'first-run',
    reach: async (p) => {
      await afterASession(p);
      await p.press('Keep');
      await p.reads('Same time tomorrow?');
    },
  },
  {
    name: 'after-offer-form',
    scene: 'first-run',
    reach: async (p) => {
      await afterASession(p);
      await p.press('Keep');
      await p.press('Another time');
    },
  },
  {
    name: 'settings-reminder-tried',
    reach: async (p) => {
      await p.follow('Settings');
      await p.press('Send one in ten seconds');
      await p.wait(11);
      await p.reads('Got it?');
    },
  },
  {
    name: 'settings-reminder-awaited',
    scene: 'phone',
    reach: async (p) => {
      await p.follow('Settings');
      await p.press('Send one in ten seconds');
      await p.reads('from the phone itself');
    },
  },
  {
    name: 'settings-reminders-refused',
    scene: 'remind-denied',
    reach: async (p) => {
      await p.follow('Settings');
      await p.reads('and that is fine');
      await inTheMiddle(p, 'Add days off');
    },
  },
  {
    name: 'settings-days-off',
    scene: 'remind-away',
    reach: async (p) => {
      await p.follow('Settings');
      await p.press('Add days off');
      await p.page.getByLabel('First day').fill('2026-12-24');
      await p.page.getByLabel('Last day').fill('2027-01-02');
      await inTheMiddle(p, 'Save days off');
    },
  },
  {
    name: 'pieces-microphone-switch',
    scene: 'silent-input,phone',
    reach: async (p) => {
      await p.follow('Pieces');
      await p.reads('Mic access');
    },
  },
  {
    name: 'settings-in-the-hand',
    scene: 'phone',
    reach: async (p) => {
      await p.follow('Settings');
      await p.page.getByRole('switch', { name: 'Feel the beat' }).check();
      await inTheMiddle(p, 'Check this device');
      await p.page.getByRole('switch', { name: 'Feel the beat' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'device', reach: toTheCheck },
  {
    name: 'device-running',
    reach: async (p) => {
      await toTheCheck(p);
      await p.press('Begin');
      await p.wait(14);
      await p.reads('31 milliseconds');
    },
  },
  {
    name: 'device-question',
    reach: async (p) => {
      await toTheCheck(p);
      await p.press('Begin');
      await throughTheCheck(p);
      await p.reads('Did it come?');
    },
  },
  {
    name: 'device-over',
    scene: 'not-heard,late-route,remind-missed',
    reach: async (p) => {
      await toTheCheck(p);
      await p.press('Begin');
      await throughTheCheck(p);
      await p.reads('It did not come');
      await p.page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'help', reach: (p) => p.follow('I need help now') },
  { name: 'help-line', scene: 'helplines', reach: (p) => p.follow('I need help now') },
  {
    name: 'notices',
    scene: 'no-sound,recovered,storage-low,late-route',
    reach: (p) => p.reads('Your last take was kept'),
  },
];

/**
 * Scrolls a button away from the edges: half behind the way at the bottom it would be too small.
 * @param {Person} p @param {string} name
 */
async function inTheMiddle(p, name) {
  const button = p.page.getByRole('button', { name });
  await button.evaluate((element) => element.scrollIntoView({ block: 'center' }));
}

/** @param {Person} p */
async function toTheCheck(p) {
  await p.follow('Settings');
  await p.press('Check this device');
  await p.seesScreen('device');
}

/** Up to the reminder's ten seconds, and through them. @param {Person} p */
async function throughTheCheck(p) {
  for (const seconds of [9, 21, 11, 0.1]) await p.wait(seconds);
}

/** @param {Person} p */
export async function afterASession(p) {
  await p.startSession('Three warm layers');
  await p.press('Frame drum');
  await p.next(2);
  await p.press('Soft keys');
  await p.press('Glass');
  await p.press('Stop');
  await p.wait(6);
  await p.seesScreen('after');
}

/** @param {Person} p */
async function takeOneHum(p) {
  await p.next();
  await p.wait(22);
  await p.reads('Kept 0:13');
}

/** @param {Person} p @param {number} x @param {number} y */
export async function touchField(p, x, y) {
  const field = p.page.locator('.field');
  await field.waitFor();
  const box = await field.boundingBox();
  if (!box) throw new Error('no field to touch');
  await field.click({ position: { x: box.width * x, y: box.height * y } });
}

/** @param {Person} p @param {string} name @param {number} value */
async function slide(p, name, value) {
  await p.page.getByRole('slider', { name, exact: true }).fill(String(value));
}
