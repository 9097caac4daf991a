// The kit on its own: what every button, slider and ring promises.

import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import Button from './Button.svelte';
import Fader from './Fader.svelte';
import NoticeLine from './NoticeLine.svelte';
import Ring from './Ring.svelte';

const words = (text: string) => createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));

test('a button that is still at it says so, and a second press does nothing', async () => {
  const person = userEvent.setup();
  let finish = () => {};
  const onclick = vi.fn(() => new Promise<void>((done) => (finish = done)));
  render(Button, { onclick, children: words('Export WAV') });
  const button = screen.getByRole('button', { name: 'Export WAV' });
  await person.click(button);
  expect(button).toHaveAttribute('aria-busy', 'true');
  await person.click(button);
  expect(onclick).toHaveBeenCalledTimes(1);
  finish();
  await vi.waitFor(() => expect(button).not.toHaveAttribute('aria-busy'));
});

test('a fader says its gain in words and goes back to “as it is” by a double press', async () => {
  const person = userEvent.setup();
  const onchange = vi.fn();
  render(Fader, { label: 'Bass', color: 1, db: -12, onchange });
  const fader = screen.getByRole('slider', { name: 'Bass' });
  expect(fader).toHaveAttribute('aria-valuetext', '12 decibels quieter');
  await person.dblClick(fader);
  expect(onchange.mock.lastCall?.[0]).toBeCloseTo(0);
});

test('the ring can be read as well as seen', () => {
  render(Ring, { ring: { bands: [], turnSeconds: 0, turnStart: 0 } });
  expect(screen.getByRole('img', { name: 'An empty ring.' })).toBeInTheDocument();
});

test('an urgent line is said at once, a calm one at the next pause', () => {
  const ondismiss = () => {};
  render(NoticeLine, { text: 'Kept 0:42.', ondismiss });
  expect(screen.getByRole('status')).toHaveTextContent('Kept 0:42.');
  render(NoticeLine, { text: 'That is not here any more.', urgent: true, ondismiss });
  expect(screen.getByRole('alert')).toHaveTextContent('not here any more');
});
