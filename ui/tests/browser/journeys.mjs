// Whole ways through the app, in the order a person takes them.

import { afterASession } from './screens.mjs';

/** @typedef {import('./person.mjs').Person} Person */
/** @typedef {{ name: string, scene?: string, size?: 'phone' | 'desktop' | 'smallest', still?: boolean, walk: (person: Person) => Promise<void> }} Journey */

/** @type {Journey[]} */
export const JOURNEYS = [
  {
    name: 'a whole session by keyboard alone, and the piece is in the album',
    size: 'desktop',
    walk: async (p) => {
      const keys = p.page.keyboard;
      await tabTo(p, 'Something different');
      await keys.press('Enter');
      await tabTo(p, 'Start');
      await keys.press('Enter');
      await p.seesScreen('checkin');
      await tabTo(p, 'From rough to good');
      await keys.press('ArrowRight');
      await keys.press('ArrowUp');
      await p.reads('neither rough nor good');
      await tabTo(p, 'Next');
      await keys.press('Enter');
      await p.seesScreen('session');
      await p.page.locator('[data-phase="guiding"]').waitFor();
      await tabTo(p, 'Kalimba');
      await keys.press('Space');
      await p.page.getByRole('button', { name: 'Kalimba', pressed: true }).waitFor();
      await p.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
      await keys.press('Space');
      await p.page.locator('[data-phase="paused"]').waitFor();
      await keys.press('Space');
      await p.page.locator('[data-phase="guiding"]').waitFor();
      await tabTo(p, 'Stop');
      await keys.press('Enter');
      await p.wait(6);
      await p.seesScreen('after');
      await tabTo(p, 'Name it, or don’t');
      await keys.type('By hand');
      await tabTo(p, 'Keep');
      await keys.press('Enter');
      await p.seesScreen('checkin');
      await tabTo(p, 'Skip');
      await keys.press('Enter');
      await tabTo(p, 'Done');
      await keys.press('Enter');
      await p.seesScreen('today');
      await tabTo(p, 'Pieces');
      await keys.press('Enter');
      await p.seesScreen('pieces');
      await p.reads('By hand');
    },
  },
  {
    name: 'going back asks before it ends a session, and never leads out of it unasked',
    walk: async (p) => {
      await p.startSession('Three warm layers');
      await p.press('Kalimba');
      await p.page.goBack();
      await p.button('Stay').click();
      await p.seesScreen('session');
      await p.page.locator('[data-phase="guiding"]').waitFor();
      await p.follow('I need help now');
      await p.seesScreen('help');
      await p.page.goBack();
      await p.seesScreen('session');
      await p.press('Resume');
      await p.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
      await p.page.keyboard.press('Escape');
      await p.button('Stay').waitFor();
      // The first Escape belongs to the dialog.
      await p.page.keyboard.press('Escape');
      await p.button('Stay').waitFor({ state: 'detached' });
      await p.page.locator('[data-phase="guiding"]').waitFor();
      await p.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
      await p.page.keyboard.press('Escape');
      await p.press('Stop here');
      await p.wait(6);
      await p.seesScreen('after');
    },
  },
  {
    name: 'what is typed into stays in sight above the keyboard, and nothing lies under the bars',
    walk: async (p) => {
      await afterASession(p);
      const field = p.page.getByRole('textbox', { name: /Name it/ });
      for (const [size, keyboard] of /** @type {const} */ ([
        [{ width: 360, height: 640 }, 300],
        [{ width: 800, height: 360 }, 190],
      ])) {
        await p.page.setViewportSize(size);
        await tell(p, { '--inset-top': 40, '--inset-bottom': 24, '--inset-keyboard': 0 });
        await p.page.evaluate(() => scrollTo(0, 0));
        await field.focus();
        await tell(p, { '--inset-keyboard': keyboard });
        await p.page.waitForFunction(
          (least) => {
            const box = document.activeElement?.getBoundingClientRect();
            return box && box.top >= 0 && box.bottom <= innerHeight - least;
          },
          keyboard,
          { timeout: 5000 },
        );
      }
      await p.page.setViewportSize({ width: 390, height: 844 });
      await tell(p, { '--inset-keyboard': 0 });
      await p.press('Keep');
      const skip = await p.button('Skip').boundingBox();
      if (!skip || skip.y + skip.height > 844 - 24) throw new Error('Skip is under the bar');
      const help = await p.page.getByRole('link', { name: 'I need help now' }).boundingBox();
      if (!help || help.y < 40) throw new Error('help is under the clock');
    },
  },
  {
    name: 'a fader goes by arrow keys, and Undo takes it back',
    walk: async (p) => {
      await p.startSession('Three faders');
      const fader = p.page.getByRole('slider', { name: 'Bass', exact: true });
      await fader.focus();
      for (let i = 0; i < 3; i++) await p.page.keyboard.press('ArrowLeft');
      await p.page.waitForTimeout(600);
      const moved = await fader.inputValue();
      if (Number(moved) >= 0.79) throw new Error(`the fader stayed at ${moved}`);
    },
  },
  {
    name: 'a refused microphone leads to the pads and the session goes on',
    scene: 'mic-refused',
    walk: async (p) => {
      await p.press('Start');
      await p.press('Skip');
      await p.press('Start');
      await p.reads("Undersong can't hear you");
      await p.page.getByRole('alert').getByRole('button', { name: 'Play on the pads' }).click();
      await p.page.locator('[data-phase="guiding"]').waitFor();
      await p.next();
      await p.page.locator('[data-surface="notes"]').waitFor();
    },
  },
  {
    name: 'a piece goes into the bin, comes back by Undo, goes again and is restored',
    walk: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Small weather');
      await p.press('Delete');
      await p.press('Undo');
      await p.button('Play Small weather').waitFor();
      await p.press('More about Small weather');
      await p.press('Delete');
      await p.page.getByText('In the bin ·').click();
      await p.press('Restore Small weather');
      await p.button('Play Small weather').waitFor();
    },
  },
  {
    name: 'something unforeseen is one kind sentence, with details behind More',
    scene: 'unexpected',
    walk: async (p) => {
      await p.follow('Pieces');
      await p.press('More about Small weather');
      await p.press('Rename');
      await p.page.getByRole('textbox', { name: 'Name' }).fill('Other');
      await p.press('Save');
      await p.reads('What you made is safe');
      if (await p.page.getByText('disk I/O').isVisible())
        throw new Error('the detail is shown at once');
      await p.page.getByText('More', { exact: true }).first().click();
      await p.reads('disk I/O');
    },
  },
  {
    name: 'help is one touch away in a session, the music pauses, and Back goes on',
    walk: async (p) => {
      await p.startSession('Three warm layers');
      await p.follow('I need help now');
      await p.seesScreen('help');
      await p.press('Back');
      await p.seesScreen('session');
      await p.page.locator('[data-phase="paused"]').waitFor();
      await p.press('Resume');
      await p.page.locator('[data-phase="guiding"]').waitFor();
    },
  },
  {
    name: 'evening stays chosen on every screen',
    walk: async (p) => {
      await p.follow('Settings');
      await p.page.getByRole('radio', { name: 'Evening' }).check();
      await p.page.locator('html[data-theme="evening"]').waitFor();
      await p.follow('Today');
      await p.page.locator('html[data-theme="evening"]').waitFor();
    },
  },
  {
    name: 'with reduced motion a whole session still comes to its piece',
    still: true,
    walk: async (p) => {
      await afterASession(p);
      await p.press('Hear it');
      await p.wait(3);
      await p.press('Keep');
      await p.seesScreen('checkin');
    },
  },
  {
    name: 'the smallest window can do a whole session',
    size: 'smallest',
    walk: async (p) => {
      await afterASession(p);
      await p.press('Let it go');
      await p.seesScreen('checkin');
      await p.reads('is in the bin for 30 days');
    },
  },
];

/** Presses Tab until the thing with this name has the focus. @param {Person} p @param {string} name */
async function tabTo(p, name) {
  for (let i = 0; i < 60; i++) {
    await p.page.keyboard.press('Tab');
    const here = await p.page.evaluate(() => {
      const on = document.activeElement;
      const label = on instanceof HTMLInputElement ? on.labels?.[0]?.textContent : null;
      return (on?.getAttribute('aria-label') ?? label ?? on?.textContent ?? '').trim();
    });
    if (here === name) return;
  }
  throw new Error(`“${name}” cannot be reached by Tab`);
}

/** What a phone's shell tells the page is covered, in px. @param {Person} p @param {Record<string, number>} insets */
async function tell(p, insets) {
  await p.page.evaluate((told) => {
    for (const [name, px] of Object.entries(told)) {
      document.documentElement.style.setProperty(name, `${px}px`);
    }
  }, insets);
}
