// The screens over the fake backend, in the words of the person who meets them.

import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import Window from '../Window.svelte';
import { MemoryBackend } from '../lib/backend/memory';
import { App } from '../lib/shell/app.svelte';

let backend: MemoryBackend;
let app: App | undefined;

async function open(scene = '') {
  location.hash = '';
  backend = new MemoryBackend(`?clock=script&scene=${scene}`);
  app = new App(backend);
  render(Window, { app });
  await screen.findByRole('heading', { level: 1 });
  return userEvent.setup();
}

const button = (name: string) => screen.findByRole('button', { name });
const isOn = (name: string) =>
  waitFor(() => expect(document.querySelector(`[data-screen="${name}"]`)).not.toBeNull());

beforeEach(() => history.replaceState(null, '', '#'));
afterEach(() => {
  cleanup();
  // One page, one app: the next test's address is not this one's.
  app?.router.close();
});

test('on the first day there is one sentence, a card, and no tour', async () => {
  await open('first-run');
  expect(screen.getByText(/small place to make music/)).toBeInTheDocument();
  expect(screen.getByRole('heading', { name: 'Three warm layers' })).toBeInTheDocument();
  expect(await button('Start')).toBeInTheDocument();
});

test('Skip leads on without an answer being written down', async () => {
  const person = await open('first-run');
  const answers: unknown[] = [];
  const answer = backend.answer;
  backend.answer = (phase, given) => {
    answers.push(given);
    return answer(phase, given);
  };
  await person.click(await button('Start'));
  await isOn('checkin');
  await person.click(await button('Skip'));
  await isOn('session');
  expect(answers).toEqual([null]);
});

test('Next without a touched field makes nothing up', async () => {
  const person = await open('first-run');
  const answers: unknown[] = [];
  const answer = backend.answer;
  backend.answer = (phase, given) => {
    answers.push(given);
    return answer(phase, given);
  };
  await person.click(await button('Start'));
  await person.click(await button('Next'));
  await isOn('session');
  expect(answers).toEqual([null]);
});

test('on a heavy day the card comes first, with help beside it', async () => {
  const person = await open('heavy');
  await person.click(await button('Start'));
  await person.click(await button('Next'));
  const card = await screen.findByRole('region', { name: /That sounds like a lot/ });
  expect(within(card).getByRole('link', { name: 'I need help now' })).toBeInTheDocument();
  await person.click(within(card).getByRole('button', { name: 'Not today' }));
  await isOn('today');
});

test('where the microphone is needed, the reason stands before it is opened', async () => {
  const person = await open();
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  await isOn('session');
  expect(await screen.findByText(/listens only while it says so/)).toBeInTheDocument();
  expect(await button('Play on the pads')).toBeInTheDocument();
});

test('where the system will ask about the microphone, that is said beforehand', async () => {
  const person = await open('mic-asks');
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  expect(await screen.findByText(/the system asks you/)).toBeInTheDocument();
});

test('a sound of the grid says whether it is on', async () => {
  const person = await open('first-run');
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  const kalimba = await button('Kalimba');
  expect(kalimba).toHaveAttribute('aria-pressed', 'false');
  await person.click(kalimba);
  await waitFor(() => expect(kalimba).toHaveAttribute('aria-pressed', 'true'));
});

test('a session ends in its piece, the piece gets its name, and the album has it', async () => {
  const person = await open('first-run');
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  await person.click(await button('Kalimba'));
  await person.click(await button('Stop'));
  backend.advance(6);
  await isOn('after');
  await person.type(await screen.findByRole('textbox', { name: /Name it/ }), 'Small weather');
  await person.click(await button('Keep'));
  await person.click(await button('No reminders'));
  await isOn('checkin');
  await person.click(await button('Skip'));
  await person.click(await button('Done'));
  await isOn('today');
  const { pieces } = await backend.pieces();
  expect(pieces.map((p) => p.name)).toEqual(['Small weather']);
});

test('an empty album says what will live there', async () => {
  const person = await open('first-run');
  await person.click(screen.getByRole('link', { name: 'Pieces' }));
  expect(await screen.findByText('Your first piece will live here.')).toBeInTheDocument();
});

test('a take kept from the last time is one line without a dialog', async () => {
  await open('recovered');
  expect(await screen.findByText('Your last take was kept (0:57).')).toBeInTheDocument();
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('the help card names no number that nobody checked', async () => {
  const person = await open();
  await person.click(screen.getAllByRole('link', { name: 'I need help now' })[0]!);
  await isOn('help');
  const main = screen.getByRole('main');
  await within(main).findByText(/your local emergency number/);
  expect(main.textContent).not.toMatch(/\d{3}/);
});

test('a calibration that hears nothing says what may help', async () => {
  const person = await open('not-heard');
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  await person.click(await button('Calibrate'));
  expect(await screen.findByRole('alert', {}, { timeout: 4000 })).toHaveTextContent(
    /not heard clearly/,
  );
});

async function keepAFirstPiece(person: Awaited<ReturnType<typeof open>>) {
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  await person.click(await button('Kalimba'));
  await person.click(await button('Stop'));
  backend.advance(6);
  await isOn('after');
  await person.click(await button('Keep'));
}

test('after the first piece, and only then, a reminder is offered', async () => {
  const person = await open('first-run');
  expect(screen.queryByText(/Same time tomorrow/)).toBeNull();
  await keepAFirstPiece(person);
  expect(await screen.findByRole('heading', { name: 'Same time tomorrow?' })).toHaveFocus();
  await person.click(await button('Yes, 19:40'));
  await isOn('checkin');
  const view = await backend.reminders();
  expect(view.wish?.week.filter((day) => day !== null)).toHaveLength(4);
  expect(view.offer).toBeNull();
});

test('nobody is asked a second time', async () => {
  const person = await open();
  await person.click(await button('Something different'));
  await keepAFirstPiece(person);
  await isOn('checkin');
  expect(screen.queryByText(/Same time tomorrow/)).toBeNull();
});

test('another time is a form of native fields, and what it says is kept', async () => {
  const person = await open('first-run');
  await keepAFirstPiece(person);
  await person.click(await button('Another time'));
  const sunday = await screen.findByRole('checkbox', { name: 'Sunday' });
  expect(sunday).toBeChecked();
  await person.click(sunday);
  await person.selectOptions(screen.getByRole('combobox'), 'after work');
  await person.click(await button('Save'));
  await isOn('checkin');
  const { wish } = await backend.reminders();
  expect(wish?.week[6]).toBeNull();
  expect(wish?.cue).toEqual({ kind: 'work' });
});

test('settings say when the next one comes, and one can be tried', async () => {
  const person = await open();
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  expect(await screen.findByText('Mon, Wed, Thu, Fri at 19:00, after coffee')).toBeInTheDocument();
  expect(document.querySelector('[data-next]')).toHaveTextContent('Next: Fri 19:00');
  expect(screen.getByText(/only while Undersong is open/)).toBeInTheDocument();
  await person.click(await button('Send one in ten seconds'));
  expect(await screen.findByText('One comes in ten seconds.')).toBeInTheDocument();
  backend.advance(9);
  expect(screen.queryByText('Got it?')).toBeNull();
  backend.advance(2);
  expect(await screen.findByText('Got it?')).toBeInTheDocument();
  await person.click(await button('No'));
  expect(await screen.findByText(/holds notifications back/)).toBeInTheDocument();
});

test('where notifications are refused, there is a calendar file and no nagging', async () => {
  const person = await open('remind-denied');
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  expect(await screen.findByText(/and that is fine/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Send one in ten seconds' })).toBeNull();
  await person.click(await button('Calendar file'));
  expect(await screen.findByText(/Saved as Undersong.ics/)).toBeInTheDocument();
});

test('days off are taken as a range, leave the plan, and are given back', async () => {
  const person = await open();
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  await person.click(await button('Add days off'));
  const save = screen.getByRole('button', { name: 'Save days off' });
  expect(save).toBeDisabled();
  await fireEvent.input(screen.getByLabelText('First day'), { target: { value: '2026-11-20' } });
  await fireEvent.input(screen.getByLabelText('Last day'), { target: { value: '2026-11-18' } });
  expect(save).toBeDisabled();
  expect(screen.getByText('The last day comes before the first.')).toBeInTheDocument();
  await fireEvent.input(screen.getByLabelText('Last day'), { target: { value: '2026-12-04' } });
  await person.click(save);
  expect(await screen.findByText('20 Nov – 4 Dec')).toBeInTheDocument();
  expect(document.querySelector('[data-next]')).toHaveTextContent('Next: Mon 7 Dec 19:00');
  await person.click(await button('Remove 20 Nov – 4 Dec'));
  await waitFor(() => expect(screen.queryByText('20 Nov – 4 Dec')).toBeNull());
  expect(document.querySelector('[data-next]')).toHaveTextContent('Next: Fri 19:00');
});

test('one day off needs no last day', async () => {
  const person = await open();
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  await person.click(await button('Add days off'));
  await fireEvent.input(screen.getByLabelText('First day'), { target: { value: '2026-12-24' } });
  await person.click(await button('Save days off'));
  expect(await screen.findByText('24 Dec')).toBeInTheDocument();
});

test('starting at login is off until somebody wants it', async () => {
  const person = await open();
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  const login = await screen.findByRole('switch', {
    name: 'Start Undersong when I log in',
  });
  expect(login).not.toBeChecked();
  expect(login).toHaveAccessibleDescription(/Closing its window ends it/);
  await person.click(login);
  expect(await backend.startsAtLogin()).toBe(true);
  await person.click(login);
  expect(await backend.startsAtLogin()).toBe(false);
});

test('a phone starts nothing at login, so nobody is asked', async () => {
  const person = await open('phone');
  await person.click(screen.getAllByRole('link', { name: 'Settings' })[0]!);
  await button('Add days off');
  expect(screen.queryByRole('switch', { name: /log in/ })).toBeNull();
});

test('a reminder that came waits on Today, and starts two minutes', async () => {
  const person = await open('reminded');
  const card = await screen.findByRole('region', { name: 'Today’s reminder' });
  expect(within(card).getByText('One small beat today?')).toBeInTheDocument();
  expect(within(card).getByText('For Three warm layers')).toBeInTheDocument();
  await person.click(within(card).getByRole('button', { name: 'Start two minutes' }));
  await isOn('checkin');
  expect((await backend.session())?.length).toBe('twoMinutes');
});

test('an hour can be asked for once, and not today is an answer', async () => {
  const person = await open('remind-waited');
  const card = await screen.findByRole('region', { name: 'Today’s reminder' });
  expect(within(card).queryByRole('button', { name: 'In an hour' })).toBeNull();
  await person.click(within(card).getByRole('button', { name: 'Not today' }));
  await waitFor(() =>
    expect(screen.queryByRole('region', { name: 'Today’s reminder' })).toBeNull(),
  );
});

test('a reminder touched outside the window opens its check-in', async () => {
  await open('reminded');
  await backend.answerReminder('start');
  backend.tell('takenUp');
  await isOn('checkin');
});

test('a session cut off earlier today waits on Today, and goes on in the step it was in', async () => {
  const person = await open('unfinished');
  const left = await screen.findByRole('region', { name: 'Where you were' });
  expect(within(left).getByText('Round bass and Kalimba wait for you.')).toBeInTheDocument();
  await person.click(within(left).getByRole('button', { name: 'Carry on where you were' }));
  await isOn('session');
  expect(screen.getByText('3 of 6')).toBeInTheDocument();
  await person.click(await button('Carry on'));
  expect(await button('Kalimba')).toHaveAttribute('aria-pressed', 'true');
  expect((await backend.session())?.phase).toBe('guiding');
});

test('kept as it is, it becomes a piece and is asked about no more', async () => {
  const person = await open('unfinished');
  await person.click(await button('Keep it as it is'));
  expect(await screen.findByText(/in your pieces now/)).toBeInTheDocument();
  expect(screen.queryByRole('region', { name: 'Where you were' })).toBeNull();
  const { pieces } = await backend.pieces();
  expect(pieces[0]?.name).toBe('Unfinished, Thursday evening');
});

test('choosing something else keeps what was cut off, too', async () => {
  const person = await open('unfinished');
  await person.click(await button('Start'));
  await isOn('checkin');
  const { pieces } = await backend.pieces();
  expect(pieces[0]?.recovered).toBe(true);
});

test('a no to the system’s question is answered with both ways on', async () => {
  await open('mic-denied');
  expect(await screen.findByText(/Undersong can't hear you/)).toBeInTheDocument();
  expect(await button('Allow the microphone')).toBeInTheDocument();
});

test('a phone’s back gesture leaves a session only when told so, and the app from Today', async () => {
  location.hash = '';
  backend = new MemoryBackend('?clock=script&scene=first-run');
  let press = () => {};
  let left = 0;
  const system = { onBack: (pressed: () => void) => (press = pressed), leave: () => left++ };
  app = new App(backend, system);
  render(Window, { app });
  const person = userEvent.setup();
  await person.click(await button('Start'));
  await isOn('checkin');
  press();
  await isOn('today');
  expect(await backend.session()).toBeNull();
  press();
  expect(left).toBe(1);
  await person.click(await button('Start'));
  await person.click(await button('Skip'));
  await person.click(await button('Kalimba'));
  press();
  const asked = await screen.findByRole('dialog', { name: 'Stop here for now?' });
  await person.click(within(asked).getByRole('button', { name: 'Stay' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect((await backend.session())?.phase).toBe('guiding');
  press();
  await person.click(await button('Stop here'));
  backend.advance(6);
  await isOn('after');
  expect(left).toBe(1);
});
