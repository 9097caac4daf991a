// A person at the page: opens a world, touches things by their names, lets time go by.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
  smallest: { width: 360, height: 640 },
  /** A small phone on its side. */
  lying: { width: 800, height: 360 },
};

export class Person {
  /** Everything the page complained about. @type {string[]} */
  complaints = [];

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} address
   * @param {{ scene?: string, size?: keyof typeof SIZES, theme?: 'light' | 'evening', still?: boolean, text?: number }} [how]
   */
  static async at(browser, address, how = {}) {
    const person = new Person();
    const context = await browser.newContext({
      viewport: SIZES[how.size ?? 'phone'],
      deviceScaleFactor: how.size === 'desktop' ? 1 : 2,
      colorScheme: how.theme === 'evening' ? 'dark' : 'light',
      reducedMotion: how.still ? 'reduce' : 'no-preference',
      hasTouch: how.size !== 'desktop',
      // The page itself stays under the window's policy; axe comes in by the debugger.
      bypassCSP: false,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        person.complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => person.complaints.push(String(error)));
    person.page = page;
    person.context = context;
    const query = new URLSearchParams({ clock: 'script', scene: how.scene ?? '' });
    await page.goto(`${address}?${query}`);
    if (how.text) {
      await page.evaluate((percent) => {
        document.documentElement.style.fontSize = `${percent}%`;
      }, how.text);
    }
    await page.locator('[data-screen]').first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    return person;
  }

  /** @type {import('playwright-core').Page} */
  // @ts-expect-error set by `at`
  page;
  /** @type {import('playwright-core').BrowserContext} */
  // @ts-expect-error set by `at`
  context;

  /** @param {string} name */
  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** @param {string} name */
  async press(name) {
    await this.button(name).first().click();
  }

  /** @param {string} name */
  async follow(name) {
    await this.page
      .getByRole('link', { name, exact: true })
      .filter({ visible: true })
      .first()
      .click();
  }

  /** Lets seconds of the fake clock go by. @param {number} seconds */
  async wait(seconds) {
    await this.page.evaluate(async (s) => {
      Reflect.get(window, 'undersong').advance(s);
      // The meters are read and drawn within two frames of it.
      for (let i = 0; i < 4; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
    }, seconds);
  }

  /** The cross-fades, and two readings of the meters: what a picture needs to be the same again. */
  async settle() {
    await this.page.waitForTimeout(320);
  }

  /** @param {string} name */
  async seesScreen(name) {
    await this.page.locator(`[data-screen="${name}"]`).waitFor();
  }

  /** @param {string} text */
  async reads(text) {
    await this.page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor();
  }

  /** Today → check-in skipped → the session at its first step. @param {string} title */
  async startSession(title) {
    for (const door of ['', 'Something different', 'Tiny · 2 min']) {
      if (door) await this.press(door);
      if (await this.page.getByRole('heading', { name: title }).isVisible()) break;
    }
    await this.press('Start');
    await this.seesScreen('checkin');
    await this.press('Skip');
    await this.seesScreen('session');
    const ready = this.page.locator('[data-phase="ready"]');
    if (await ready.isVisible()) await this.press('Start');
    await this.page.locator('[data-phase="guiding"]').waitFor();
  }

  /** Goes on to the next step and waits until it is there. @param {number} [times] */
  async next(times = 1) {
    for (let i = 0; i < times; i++) {
      const step = Number(
        await this.page.locator('[data-screen="session"]').getAttribute('data-step'),
      );
      await this.press('Next');
      await this.wait(3.6);
      await this.page.locator(`[data-step="${step + 1}"]`).waitFor();
    }
  }

  /** What axe finds wrong, in words. */
  async barriers() {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(() =>
      // @ts-expect-error axe was put there one line above
      axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    );
    return found.violations.flatMap((/** @type {any} */ rule) =>
      rule.nodes.map(
        (/** @type {any} */ node) =>
          `${rule.id}: ${node.target.join(' ')} (${node.failureSummary?.split('\n').slice(1, 3).join(' ').trim()})`,
      ),
    );
  }

  /** By how many pixels the page is wider than the window. */
  async overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  /** Names of things to touch that are smaller than 24 × 24, or of controls lower than 44. */
  async smallTargets() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('button, select, summary, nav a, input:not(.behind)')]
        .filter((el) => el.checkVisibility())
        .map((el) => ({ el, box: (el.closest('label') ?? el).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 47.5 || box.width < 44))
        .map(
          ({ el, box }) =>
            `${el.textContent?.trim() || el.tagName} ${Math.round(box.width)}×${Math.round(box.height)}`,
        ),
    );
  }

  async close() {
    await this.context.close();
  }
}
