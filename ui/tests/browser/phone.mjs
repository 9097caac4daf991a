// The screens on a phone that has something in the way: a camera, a bar for gestures, a keyboard.
//
// A browser has no insets, so they are said as a phone's shell says them: `--inset-top` and its
// siblings on <html>. Each place is reached once and then looked at upright and on its side, in both
// themes and at twice the text size, as somebody turns a phone in their hand.

import { PLACES } from './screens.mjs';

/** @typedef {import('./person.mjs').Person} Person */
/** @typedef {{ top: number, right: number, bottom: number, left: number }} Insets */
/** @typedef {{ name: string, size: { width: number, height: number }, insets: Insets, theme: string, text: number }} Look */

const UPRIGHT = { width: 390, height: 844 };
const SIDEWAYS = { width: 800, height: 360 };
/** A camera on top and a bar at the bottom; lying, the camera may be on either side. */
const STANDING = { top: 47, right: 0, bottom: 34, left: 0 };
const LYING = { top: 0, right: 47, bottom: 21, left: 47 };
const KEYBOARD = 300;

/** Ordered so that little changes from one to the next. @type {Look[]} */
export const LOOKS = [
  { name: 'upright', size: UPRIGHT, insets: STANDING, theme: 'light', text: 100 },
  { name: 'upright-evening', size: UPRIGHT, insets: STANDING, theme: 'evening', text: 100 },
  { name: 'sideways', size: SIDEWAYS, insets: LYING, theme: 'evening', text: 100 },
  { name: 'large', size: UPRIGHT, insets: STANDING, theme: 'light', text: 200 },
];

/** One of each kind of screen; their variants differ in words alone. */
const NAMES = [
  'today',
  'checkin-before',
  'session-ready',
  'session-grid',
  'session-record',
  'session-faders',
  'after',
  'pieces',
  'pieces-sheet',
  'settings',
  'device-over',
  'help-line',
];
export const PHONE_PLACES = PLACES.filter((place) => NAMES.includes(place.name));

/** Where something is written, and which field. */
export const FIELDS = [
  {
    name: 'a piece’s name',
    place: 'pieces-rename',
    field: 'dialog input',
  },
  {
    name: 'a reminder’s hour',
    place: 'after-offer-form',
    field: 'input[type="time"]',
  },
];

/** @param {string} name */
export function placeOf(name) {
  const place = PLACES.find((place) => place.name === name);
  if (!place) throw new Error(`no place is called ${name}`);
  return place;
}

/** Turns the phone, and changes its theme and its text. @param {Person} p @param {Look} look */
export async function hold(p, look) {
  await p.page.setViewportSize(look.size);
  await p.page.evaluate(async ({ insets, theme, text }) => {
    const root = document.documentElement;
    for (const [side, px] of Object.entries(insets)) {
      root.style.setProperty(`--inset-${side}`, `${px}px`);
    }
    root.style.fontSize = `${text}%`;
    root.dataset['theme'] = theme;
    // What measures itself is drawn a frame later.
    for (let i = 0; i < 4; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  }, look);
}

/**
 * Words, and things to touch, that can be seen under an inset: on the sides wherever one has
 * scrolled to, on top before scrolling, at the bottom at the end. @param {Person} p
 * @param {Insets} insets @returns {Promise<string[]>}
 */
export async function hidden(p, insets) {
  return p.page.evaluate((insets) => {
    /** @type {Set<string>} */
    const found = new Set();
    const dialog = document.querySelector('dialog[open]');
    const within = dialog ?? document.body;

    /** @param {'top' | 'bottom' | 'left' | 'right'} side */
    const zone = (side) => ({
      left: side === 'right' ? innerWidth - insets.right : 0,
      right: side === 'left' ? insets.left : innerWidth,
      top: side === 'bottom' ? innerHeight - insets.bottom : 0,
      bottom: side === 'top' ? insets.top : innerHeight,
    });

    /** @param {DOMRect} box @param {Element} el @param {'top' | 'bottom' | 'left' | 'right'} side */
    const lies = (box, el, side) => {
      if (insets[side] === 0) return;
      const z = zone(side);
      const [left, right] = [Math.max(box.left, z.left), Math.min(box.right, z.right)];
      const [top, bottom] = [Math.max(box.top, z.top), Math.min(box.bottom, z.bottom)];
      // Half a pixel is rounding.
      if (right - left < 0.75 || bottom - top < 0.75) return;
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (!hit || !(el === hit || el.contains(hit))) return;
      const words = (el.textContent || el.getAttribute('aria-label') || el.tagName).trim();
      found.add(`${words.slice(0, 40)} (${el.tagName.toLowerCase()}) on the ${side}`);
    };

    /** @param {('top' | 'bottom' | 'left' | 'right')[]} sides */
    const look = (sides) => {
      const touchable = 'button, a, input, select, textarea, summary, [role="slider"]';
      for (const el of within.querySelectorAll(touchable)) {
        if (!el.checkVisibility()) continue;
        for (const side of sides) lies(el.getBoundingClientRect(), el, side);
      }
      const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const el = text.parentElement;
        if (!text.textContent?.trim() || !el || el.closest('.unseen, option')) continue;
        if (!el.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const box of range.getClientRects()) for (const side of sides) lies(box, el, side);
      }
    };

    const page = document.scrollingElement ?? document.documentElement;
    const [before, inside] = [page.scrollTop, dialog?.scrollTop ?? 0];
    page.scrollTop = 0;
    if (dialog) dialog.scrollTop = 0;
    look(['top', 'left', 'right']);
    page.scrollTop = page.scrollHeight;
    if (dialog) dialog.scrollTop = dialog.scrollHeight;
    look(['bottom', 'left', 'right']);
    page.scrollTop = before;
    if (dialog) dialog.scrollTop = inside;
    return [...found];
  }, insets);
}

/** Everything about one look, as complaints. @param {Person} p @param {Look} look */
export async function complaintsOf(p, look) {
  const over = await p.overflow();
  const lists = {
    'under an inset': await hidden(p, look.insets),
    'too small to touch': await p.smallTargets(),
    'wider than the window, in px': over > 0 ? [String(over)] : [],
    // Half under the row at the bottom, until one scrolls: axe sees one moment, and we measure the
    // size of everything ourselves.
    'axe found': (await p.barriers()).filter(
      (/** @type {string} */ one) => !one.startsWith('target-size'),
    ),
  };
  return Object.entries(lists).flatMap(([what, list]) =>
    list.map((/** @type {string} */ one) => `${look.name}, ${what}: ${one}`),
  );
}

/**
 * Touches the field, lets a keyboard come up, and says what is wrong with where the field is then.
 * @param {Person} p @param {string} field @returns {Promise<string[]>}
 */
export async function underKeyboard(p, field) {
  const it = p.page.locator(field).filter({ visible: true }).first();
  await it.focus();
  await p.page.evaluate((px) => {
    document.documentElement.style.setProperty('--inset-keyboard', `${px}px`);
  }, KEYBOARD);
  await p.page.waitForTimeout(300);
  return it.evaluate((el, keyboard) => {
    const box = el.getBoundingClientRect();
    const [top, bottom] = [47, innerHeight - keyboard];
    const wrong = [];
    if (document.activeElement !== el) wrong.push('the field has lost its focus');
    if (box.top < top || box.bottom > bottom)
      wrong.push(`the field is at ${box.top}–${box.bottom}, and ${top}–${bottom} can be seen`);
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (hit !== el && !el.contains(hit)) wrong.push(`${hit?.tagName} lies on the field`);
    return wrong;
  }, KEYBOARD);
}
