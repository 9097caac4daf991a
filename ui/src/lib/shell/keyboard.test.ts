import { afterEach, expect, test, vi } from 'vitest';
import { watchKeyboard } from './keyboard';

afterEach(() => document.documentElement.removeAttribute('style'));

test('a field under the keyboard is scrolled into sight, and the tabs make room', async () => {
  const root = document.documentElement;
  const field = document.body.appendChild(document.createElement('input'));
  field.scrollIntoView = vi.fn();
  field.focus();
  watchKeyboard();
  root.style.setProperty('--inset-top', '24px');
  await vi.waitFor(() => expect(root).not.toHaveAttribute('data-keyboard'));
  expect(field.scrollIntoView).not.toHaveBeenCalled();
  root.style.setProperty('--inset-keyboard', '300px');
  await vi.waitFor(() => expect(field.scrollIntoView).toHaveBeenCalledTimes(1));
  expect(root).toHaveAttribute('data-keyboard');
  root.style.setProperty('--inset-keyboard', '0px');
  await vi.waitFor(() => expect(root).not.toHaveAttribute('data-keyboard'));
  expect(field.scrollIntoView).toHaveBeenCalledTimes(1);
});
