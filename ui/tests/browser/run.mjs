// The built UI in a real Chromium, over the fake backend: every screen in both sizes and themes, a
// walk by keyboard alone, twice the text size. Pictures go to UNDERSONG_SCREENS or target/screens.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { JOURNEYS } from './journeys.mjs';
import { Person } from './person.mjs';
import {
  complaintsOf,
  FIELDS,
  hold,
  LOOKS,
  PHONE_PLACES,
  placeOf,
  underKeyboard,
} from './phone.mjs';
import { PLACES } from './screens.mjs';
import { serve } from './server.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const screens = process.env['UNDERSONG_SCREENS'] || here('../../../target/screens');
const only = process.argv[2];
mkdirSync(screens, { recursive: true });

const site = await serve(process.env['UNDERSONG_DIST'] || here('../../dist'));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});

let passed = 0;
/** @type {string[]} */
const failed = [];

/** @type {{ name: string, work: () => Promise<void> }[]} */
const tests = [];

/** @param {string} name @param {() => Promise<void>} work */
function test(name, work) {
  if (!only || name.includes(only)) tests.push({ name, work });
}

/** Takes tests off the list until it is empty. */
async function worker() {
  for (let next = tests.shift(); next; next = tests.shift()) await run(next.name, next.work);
}

/** @param {string} name @param {() => Promise<void>} work */
async function run(name, work) {
  try {
    await work();
    passed++;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name}\n      ${String(error).replaceAll('\n', '\n      ')}`);
  }
}

/** @param {string} what @param {unknown[]} list */
function none(what, list) {
  if (list.length > 0) throw new Error(`${what}:\n  ${list.join('\n  ')}`);
}

for (const size of /** @type {const} */ (['phone', 'desktop'])) {
  for (const theme of /** @type {const} */ (['light', 'evening'])) {
    for (const place of PLACES) {
      test(`${place.name}, ${size}, ${theme}`, async () => {
        const person = await Person.at(browser, site.address, { scene: place.scene, size, theme });
        try {
          await place.reach(person);
          await person.settle();
          await person.page.screenshot({ path: `${screens}/${place.name}-${size}-${theme}.png` });
          none('axe found', await person.barriers());
          if ((await person.overflow()) > 0) throw new Error('the page is wider than the window');
          none('too small to touch', await person.smallTargets());
          none('the page complained', person.complaints);
        } finally {
          await person.close();
        }
      });
    }
  }
}

for (const place of PLACES) {
  for (const size of /** @type {const} */ (['smallest', 'desktop'])) {
    test(`${place.name}, ${size}, text at 200 %`, async () => {
      const how = { scene: place.scene, size, text: 200, still: true };
      const person = await Person.at(browser, site.address, how);
      try {
        await place.reach(person);
        await person.settle();
        await person.page.screenshot({ path: `${screens}/large-${place.name}-${size}.png` });
        const over = await person.overflow();
        if (over > 0) throw new Error(`${over} px wider than the window`);
      } finally {
        await person.close();
      }
    });
  }
}

for (const place of PLACES) {
  test(`${place.name}, phone on its side`, async () => {
    const how = { scene: place.scene, size: /** @type {const} */ ('lying'), still: true };
    const person = await Person.at(browser, site.address, how);
    try {
      await place.reach(person);
      await person.settle();
      await person.page.screenshot({ path: `${screens}/lying-${place.name}.png` });
      if ((await person.overflow()) > 0) throw new Error('the page is wider than the window');
      none('too small to touch', await person.smallTargets());
    } finally {
      await person.close();
    }
  });
}

for (const journey of JOURNEYS) {
  test(journey.name, async () => {
    const how = { scene: journey.scene, size: journey.size ?? 'phone', still: journey.still };
    const person = await Person.at(browser, site.address, how);
    try {
      await journey.walk(person);
      none('the page complained', person.complaints);
    } finally {
      await person.close();
    }
  });
}

for (const place of PHONE_PLACES) {
  test(`${place.name}, on a phone that is turned`, async () => {
    const person = await Person.at(browser, site.address, { scene: place.scene, still: true });
    try {
      await place.reach(person);
      const found = [];
      for (const look of LOOKS) {
        await hold(person, look);
        await person.page.screenshot({ path: `${screens}/phone-${place.name}-${look.name}.png` });
        found.push(...(await complaintsOf(person, look)));
      }
      none('on a phone', found);
      none('the page complained', person.complaints);
    } finally {
      await person.close();
    }
  });
}

for (const { name, place, field } of FIELDS) {
  test(`${name} is seen above a keyboard`, async () => {
    const { scene, reach } = placeOf(place);
    const person = await Person.at(browser, site.address, { scene, still: true });
    try {
      await reach(person);
      for (const look of LOOKS.filter((look) => look.size.height > look.size.width)) {
        await hold(person, look);
        const wrong = await underKeyboard(person, field);
        await person.page.screenshot({ path: `${screens}/keyboard-${place}-${look.name}.png` });
        none(`with the text at ${look.text} %`, wrong);
        await person.page.evaluate(() =>
          document.documentElement.style.removeProperty('--inset-keyboard'),
        );
      }
      none('the page complained', person.complaints);
    } finally {
      await person.close();
    }
  });
}

// Most of a test is waiting for frames: three people at once cost little more than one.
await Promise.all([worker(), worker(), worker()]);

await browser.close();
site.close();
for (const name of failed) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
