// Checking this device over the fake backend, in the words of the person who does it.

import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Window from '../Window.svelte';
import { MemoryBackend } from '../lib/backend/memory';
import { App } from '../lib/shell/app.svelte';

let backend: MemoryBackend;

async function atTheCheck(scene = '') {
  location.hash = '#/settings';
  backend = new MemoryBackend(`?clock=script&scene=${scene}`);
  render(Window, { app: new App(backend) });
  const person = userEvent.setup();
  await person.click(await screen.findByRole('button', { name: 'Check this device' }));
  await screen.findByRole('heading', { name: 'Check this device' });
  return person;
}

const button = (name: string) => screen.findByRole('button', { name });
const sees = (text: RegExp) => screen.findByText(text);

beforeEach(() => history.replaceState(null, '', '#'));
afterEach(cleanup);

test('a whole check: what it does is said, a reminder is asked about, and the report is there', async () => {
  const person = await atTheCheck();
  await person.click(await button('Begin'));
  await sees(/A short sound plays five times/);
  backend.advance(9);
  await sees(/Nothing of it is kept/);
  await sees(/31 milliseconds/);
  backend.advance(20);
  await sees(/One reminder comes/);
  backend.advance(11);
  await sees(/Did it come\?/);
  await person.click(await button('Yes'));
  await sees(/It came\. The next one/);
  const report = await screen.findByRole('textbox', { name: 'The report' });
  expect((report as HTMLTextAreaElement).value).toContain('31 milliseconds');
});

test('the report can be copied, and says so', async () => {
  const person = await atTheCheck('remind-denied');
  await person.click(await button('Begin'));
  backend.advance(9);
  backend.advance(20);
  await person.click(await button('Copy'));
  expect(await navigator.clipboard.readText()).toContain('Undersong device check');
  await sees(/^Copied\.$/);
});

test('where the clipboard is refused, the report is selected instead', async () => {
  const person = await atTheCheck('remind-denied');
  await person.click(await button('Begin'));
  backend.advance(9);
  backend.advance(20);
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not allowed'));
  const report = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'The report' });
  await person.click(await button('Copy'));
  await waitFor(() => expect(report.selectionEnd).toBe(report.value.length));
});

test('it can be called off, and what was found stays', async () => {
  const person = await atTheCheck();
  await person.click(await button('Begin'));
  backend.advance(9);
  await sees(/31 milliseconds/);
  await person.click(await button('Call it off'));
  await sees(/This is what was found until then/);
  expect(await button('Check again')).toBeInTheDocument();
});

test('leaving the screen calls it off', async () => {
  const person = await atTheCheck();
  await person.click(await button('Begin'));
  await person.click(await button('Back'));
  await waitFor(async () => expect((await backend.deviceCheck()).stage).toBe('calledOff'));
});

test('a device without a microphone is checked without one', async () => {
  const person = await atTheCheck('no-mic');
  await person.click(await button('Begin'));
  await sees(/no microphone opened here/);
  expect(await button('Call it off')).toBeInTheDocument();
});
