// The script that Android's half of the app runs in the page, out of its Kotlin.
import { beforeEach, expect, test, vi } from 'vitest';

import kotlin from '../../../../src-tauri/gen/android/app/src/main/java/app/undersong/WindowEdges.kt?raw';

interface Edges {
  top: number;
  right: number;
  bottom: number;
  left: number;
  /** From the lower edge. */
  keyboard: number;
  /** Of the whole web view. */
  height: number;
}

const AT_REST: Edges = { top: 24, right: 0, bottom: 16, left: 8, keyboard: 0, height: 800 };

/** The part of the page that is seen, as the web view reports it. */
const seen = { height: 800, scale: 1, addEventListener: vi.fn() };

/** What Kotlin does at every change. */
function tell(edges: Partial<Edges>): void {
  const script = /SHOW = """(.*?)"""/s.exec(kotlin)?.[1];
  const run = new Function(
    'visualViewport',
    `${script ?? ''}(${JSON.stringify({ ...AT_REST, ...edges })})`,
  );
  run(seen);
}

function inset(name: string): string {
  return document.documentElement.style.getPropertyValue(`--inset-${name}`);
}

beforeEach(() => {
  Reflect.deleteProperty(window, Symbol.for('undersong.edges'));
  document.documentElement.removeAttribute('style');
  seen.height = 800;
  seen.addEventListener.mockClear();
});

test('the page knows what lies over each of its sides', () => {
  tell({});
  expect(['top', 'right', 'bottom', 'left', 'keyboard'].map(inset)).toEqual([
    '24px',
    '0px',
    '16px',
    '8px',
    '0px',
  ]);
});

test('a keyboard over the page is told, one that made the page lower is not told twice', () => {
  tell({ keyboard: 300 });
  expect(inset('keyboard')).toBe('300px');
  expect(inset('bottom')).toBe('16px');

  seen.height = 500;
  const [, resized] = seen.addEventListener.mock.calls[0] as [string, () => void];
  resized();
  expect(inset('keyboard')).toBe('0px');
  expect(inset('bottom')).toBe('0px');
});

test('it listens once, however often the edges change', () => {
  for (const top of [0, 24, 0]) tell({ top });
  expect(seen.addEventListener).toHaveBeenCalledTimes(1);
  expect(inset('top')).toBe('0px');
});

test('a page that has no element yet is told as soon as it has one', async () => {
  const html = document.documentElement;
  html.remove();
  tell({ top: 40 });
  document.append(html);
  await vi.waitFor(() => expect(inset('top')).toBe('40px'));
});
