// Text contrast of the tokens, computed from the stylesheet itself.

import { expect, test } from 'vitest';
import css from './tokens.css?raw';

/** The custom properties of the first block whose selector contains `selector`. */
function block(selector: string): Record<string, string> {
  const from = css.indexOf(selector);
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', (m[2] ?? '').trim()]),
  );
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const part = (at: number) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = [
  ['ink', 'paper'],
  ['ink', 'raised'],
  ['quiet', 'paper'],
  ['quiet', 'raised'],
  ['on-accent', 'accent'],
  ['on-record', 'record'],
  ['ink', 'hair'],
] as const;

test.each(['light', 'evening'])('every word can be read in %s', (theme) => {
  const colours = block(`[data-theme='${theme}']`);
  for (const [text, ground] of TEXT) {
    const found = contrast(colours[text] ?? '', colours[ground] ?? '');
    expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(['light', 'evening'])('the edge of a control can be seen in %s', (theme) => {
  const colours = block(`[data-theme='${theme}']`);
  for (const ground of ['paper', 'raised']) {
    const found = contrast(colours['edge'] ?? '', colours[ground] ?? '');
    expect(found, `edge on ${ground}`).toBeGreaterThanOrEqual(3);
  }
});

test('the words on a filled tile can be read, whatever its colour', () => {
  for (let layer = 0; layer < 8; layer++) {
    const colours = block(`[data-layer='${layer}']`);
    const found = contrast(colours['layer-on'] ?? '', colours['layer-fill'] ?? '');
    expect(found, `layer ${layer}`).toBeGreaterThanOrEqual(4.5);
  }
});
