// The whole app as a fake, for a plain browser: the same UI, a scripted clock, made-up sound. Its
// answers have the shape of the real ones; what it remembers ends with the page.

import type { AfterView } from '../ipc/AfterView';
import type { CalibrationView } from '../ipc/CalibrationView';
import type { Changed } from '../ipc/Changed';
import type { CheckInAnswers } from '../ipc/CheckInAnswers';
import type { HelpView } from '../ipc/HelpView';
import type { Notice } from '../ipc/Notice';
import type { PieceView } from '../ipc/PieceView';
import type { SettingsView } from '../ipc/SettingsView';
import type { UnfinishedView } from '../ipc/UnfinishedView';
import type { Backend } from './backend';
import { pack } from './meters';
import { threeWeeksOfPieces } from './memory/album';
import { DeviceCheck } from './memory/check';
import { Conductor, refuse } from './memory/conductor';
import { ring } from './memory/envelopes';
import { cardOf, EXERCISES } from './memory/exercises';
import { openingNotices, settingsOf, helpView } from './memory/furniture';
import { leftEarlier, unfinishedPiece } from './memory/leftovers';
import { Reminders } from './memory/reminders';
import { worldOf, type Scene } from './memory/scenes';

export class MemoryBackend implements Backend {
  #scenes: ReadonlySet<Scene>;
  #listeners = new Set<(what: Changed) => void>();
  #conductor: Conductor | null = null;
  #notices: Notice[];
  #pieces: PieceView[];
  #bin: PieceView[] = [];
  #playing: { id: string; seconds: number; at: number } | null = null;
  #calledOff = false;
  #before: CheckInAnswers | null = null;
  #settings: SettingsView;
  #help: HelpView;
  #made: PieceView | null = null;
  #reminders: Reminders;
  #check: DeviceCheck;
  #left: UnfinishedView | null;

  constructor(query = '') {
    const world = worldOf(query);
    this.#scenes = world.scenes;
    this.#notices = openingNotices(world.scenes);
    this.#pieces = this.#is('first-run') ? [] : threeWeeksOfPieces();
    this.#settings = settingsOf(world.scenes);
    this.#help = helpView(this.#is('helplines'));
    this.#reminders = new Reminders(world.scenes);
    this.#check = new DeviceCheck(world.scenes);
    this.#left = this.#is('unfinished') ? leftEarlier() : null;
    if (world.clock === 'real') {
      setInterval(() => this.advance(0.05 * world.speed), 50);
    }
  }

  #is = (scene: Scene) => this.#scenes.has(scene);
  #tell = (what: Changed) => this.#listeners.forEach((listener) => listener(what));

  /** Says that something changed, as the system would; for tests. */
  tell = (what: Changed) => this.#tell(what);

  async #soon<T>(value: T): Promise<T> {
    if (this.#is('slow')) await new Promise((wake) => setTimeout(wake, 2000));
    return structuredClone(value);
  }

  /** Lets time go by: the clock of tests, and of `setInterval` otherwise. */
  advance(seconds: number) {
    // Small strides, as the real conductor takes them, so that no state is jumped over.
    for (let left = seconds; left > 0; left -= 0.25) {
      if (this.#conductor?.advance(Math.min(0.25, left))) this.#tell('session');
    }
    if (this.#reminders.advance(seconds)) this.#tell('reminders');
    const { trial } = this.#reminders.view(true);
    if (this.#check.advance(seconds, trial, () => this.#reminders.tryOne()))
      this.#tell('deviceCheck');
    if (!this.#playing) return;
    this.#playing.at += seconds;
    if (this.#playing.at < this.#playing.seconds) return;
    this.#playing = null;
    this.#tell('pieces');
  }

  #running(): Conductor {
    return this.#conductor ?? refuse({ code: 'notNow' });
  }

  #writable() {
    if (this.#is('read-only')) refuse({ code: 'readOnly' });
  }

  today: Backend['today'] = () => {
    const first = this.#is('first-run') && this.#pieces.length === 0;
    const [layers, choir, faders] = EXERCISES;
    if (!layers || !choir || !faders) return Promise.reject({ code: 'notFound', what: 'exercise' });
    return this.#soon({
      day: 'Thursday evening',
      greeting: 'Good evening.',
      week: [0, 1, 2, 3, 4, 5, 6].map((i) => ({
        music: !first && [0, 2].includes(i),
        today: i === 3,
      })),
      weekLine: first ? 'A first time is a good time.' : 'Two days with music this week.',
      card: cardOf(first ? layers : choir),
      different: cardOf(first ? choir : layers),
      tiny: cardOf(faders, 'twoMinutes'),
      unfinished: this.#left,
      firstRun: first,
    });
  };

  notices: Backend['notices'] = () => this.#soon(this.#notices);

  dismissNotice: Backend['dismissNotice'] = async (index) => {
    this.#notices = this.#notices.filter((_, i) => i !== index);
  };

  begin: Backend['begin'] = async ({ exercise, length }) => {
    this.#writable();
    const found = EXERCISES.find((e) => e.id === exercise);
    if (!found) return refuse({ code: 'notFound', what: 'exercise' });
    if (this.#is('storage-full') && found.microphone) refuse({ code: 'storageFull', minutes: 1 });
    this.#playing = null;
    this.#before = null;
    this.#made = null;
    await this.keepUnfinished();
    this.#conductor = new Conductor(found, length, this.#is('silent-take'));
    if (this.#is('mic-asks')) this.#conductor.ear = 'asks';
    return this.#soon(this.#conductor.view);
  };

  carryOn: Backend['carryOn'] = async () => {
    const left = this.#left ?? refuse({ code: 'notNow' });
    const [layers] = EXERCISES;
    if (!layers) return refuse({ code: 'notNow' });
    this.#left = null;
    this.#made = null;
    this.#conductor = new Conductor(layers, 'full', false);
    this.#conductor.takeUp(left.step, left.layers);
    return this.#soon(this.#conductor.view);
  };

  keepUnfinished: Backend['keepUnfinished'] = async () => {
    const left = this.#left;
    if (!left) return null;
    this.#left = null;
    const piece = unfinishedPiece(left);
    this.#pieces = [piece, ...this.#pieces];
    this.#tell('pieces');
    return this.#soon(piece);
  };

  checkIn: Backend['checkIn'] = async (phase) => {
    const asked = this.#running().exercise.extra;
    const extra = phase === 'after' && asked ? { id: 'comp_1', text: asked } : null;
    return this.#soon({ phase, before: phase === 'after' ? this.#before : null, extra });
  };

  answer: Backend['answer'] = async (phase, answers) => {
    this.#running();
    if (phase === 'before') this.#before = answers;
    const heavy =
      phase === 'before' &&
      (this.#is('heavy') || (answers && (answers.tension >= 9 || answers.valence <= -4)));
    const stirred = phase === 'after' && this.#is('stirred');
    const card = heavy
      ? { text: 'That sounds like a lot. Let’s keep it very simple today, or reach someone first.' }
      : stirred
        ? {
            text: 'It looks like that stirred things up. That can happen, and you did nothing wrong. Let’s stop here and settle.',
          }
        : null;
    const line = phase === 'before' ? null : 'You stacked three sounds and stayed with them.';
    return this.#soon({ line, card });
  };

  fieldTone: Backend['fieldTone'] = async () => {};

  session: Backend['session'] = () => this.#soon(this.#conductor?.view ?? null);

  act: Backend['act'] = async (act) => {
    const conductor = this.#running();
    if (act.kind === 'start' && conductor.exercise.microphone && !conductor.withoutMicrophone) {
      if (this.#is('mic-refused')) refuse({ code: 'microphoneRefused' });
      if (this.#is('no-mic')) refuse({ code: 'noMicrophone' });
    }
    conductor.act(act);
    return this.#soon(conductor.view);
  };

  allowMicrophone: Backend['allowMicrophone'] = async () => false;

  after: Backend['after'] = async (): Promise<AfterView> => {
    const conductor = this.#running();
    const cover = conductor.cover;
    if (!this.#made && cover.length > 0 && !conductor.letGo && !this.#is('nothing-made')) {
      this.#made = {
        id: `piece-new-${this.#pieces.length}`,
        name: 'Thursday evening',
        named: false,
        day: 'today',
        madeAt: '2026-11-19T20:10:00+01:00',
        seconds: 41,
        exercise: conductor.exercise.title,
        cover: ring(cover),
        recovered: false,
        binDays: null,
      };
      this.#pieces = [this.#made, ...this.#pieces];
      this.#tell('pieces');
    }
    const line = this.#made
      ? 'You added one sound to another, and it is a piece now.'
      : 'You were here, and that counts.';
    return this.#soon({
      session: conductor.view.session,
      title: conductor.exercise.title,
      piece: this.#made,
      line,
    });
  };

  leave: Backend['leave'] = async () => {
    this.#conductor = null;
    this.#playing = null;
    this.#tell('session');
  };

  pieces: Backend['pieces'] = () =>
    this.#soon({
      pieces: this.#pieces,
      bin: this.#bin,
      playing: this.#playing && { id: this.#playing.id, seconds: this.#playing.seconds },
      formats: ['wav', 'flac', 'stems'],
    });

  playPiece: Backend['playPiece'] = async (id) => {
    const piece =
      this.#pieces.find((p) => p.id === id) ?? refuse({ code: 'notFound', what: 'piece' });
    this.#playing = { id, seconds: piece.seconds, at: 0 };
    this.#tell('pieces');
  };

  stopPiece: Backend['stopPiece'] = async () => {
    this.#playing = null;
    this.#tell('pieces');
  };

  renamePiece: Backend['renamePiece'] = async (id, name) => {
    this.#writable();
    if (this.#is('unexpected'))
      refuse({ code: 'unexpected', detail: 'store: write: disk I/O error' });
    if (name.trim().length === 0 || name.length > 120)
      refuse({ code: 'invalidInput', field: 'name' });
    const piece =
      this.#pieces.find((p) => p.id === id) ?? refuse({ code: 'notFound', what: 'piece' });
    const renamed = { ...piece, name: name.trim(), named: true };
    this.#pieces = this.#pieces.map((p) => (p.id === id ? renamed : p));
    if (this.#made?.id === id) this.#made = renamed;
    return this.#soon(renamed);
  };

  deletePiece: Backend['deletePiece'] = async (id) => {
    this.#writable();
    const piece =
      this.#pieces.find((p) => p.id === id) ?? refuse({ code: 'notFound', what: 'piece' });
    this.#pieces = this.#pieces.filter((p) => p.id !== id);
    this.#bin = [{ ...piece, binDays: 30 }, ...this.#bin];
    if (this.#playing?.id === id) this.#playing = null;
  };

  restorePiece: Backend['restorePiece'] = async (id) => {
    this.#writable();
    const piece = this.#bin.find((p) => p.id === id) ?? refuse({ code: 'notFound', what: 'piece' });
    this.#bin = this.#bin.filter((p) => p.id !== id);
    this.#pieces = [{ ...piece, binDays: null }, ...this.#pieces].sort((a, b) =>
      b.madeAt.localeCompare(a.madeAt),
    );
  };

  exportPiece: Backend['exportPiece'] = async (id, format, progress) => {
    const piece =
      this.#pieces.find((p) => p.id === id) ?? refuse({ code: 'notFound', what: 'piece' });
    this.#calledOff = false;
    for (let step = 0; step <= 10; step++) {
      progress(step / 10);
      await new Promise((wake) => setTimeout(wake, 150));
      if (this.#calledOff) return null;
    }
    if (this.#is('disk-full')) refuse({ code: 'diskFull' });
    const stems = format === 'stems';
    return {
      file: stems ? `${piece.name} stems` : `${piece.name}.${format}`,
      files: stems ? 6 : 1,
      seconds: piece.seconds,
      loudness: -16,
      truePeak: -1.2,
    };
  };

  callOffExport: Backend['callOffExport'] = async () => {
    this.#calledOff = true;
  };

  settings: Backend['settings'] = () => this.#soon(this.#settings);

  changeSettings: Backend['changeSettings'] = async (change) => {
    const { output, input, country, ...rest } = change;
    this.#settings = { ...this.#settings, ...rest };
    if (output !== undefined) this.#settings.output = output || null;
    if (input !== undefined) this.#settings.input = input || null;
    if (country !== undefined) this.#help = { ...this.#help, chosen: country || null };
    return this.#soon(this.#settings);
  };

  calibrate: Backend['calibrate'] = async () => {
    const become = (calibration: CalibrationView) => {
      this.#settings = { ...this.#settings, calibration };
      this.#tell('settings');
    };
    become({ kind: 'measuring' });
    await new Promise((wake) => setTimeout(wake, 1200));
    if (this.#is('mic-refused')) {
      become({ kind: 'notMeasured' });
      refuse({ code: 'microphoneRefused' });
    }
    if (this.#is('not-heard')) {
      become({ kind: 'notHeard' });
      refuse({ code: 'notHeard' });
    }
    become({
      kind: 'measured',
      roundTripMs: 31.4,
      confidence: 0.97,
      measuredAt: 'today, 19:02',
      approximate: false,
    });
    return this.#soon(this.#settings);
  };

  help: Backend['help'] = () => this.#soon(this.#help);

  openHelp: Backend['openHelp'] = async () => {
    this.#conductor?.act({ kind: 'pause' });
    this.#playing = null;
    this.#tell('session');
    this.#tell('pieces');
  };

  #remindersNow = () => this.#soon(this.#reminders.view(this.#pieces.length > 0));

  reminders: Backend['reminders'] = () => this.#remindersNow();

  decideReminders: Backend['decideReminders'] = async (wish) => {
    this.#writable();
    this.#reminders.decide(wish);
    return this.#remindersNow();
  };

  takeDaysOff: Backend['takeDaysOff'] = async (from, until) => {
    this.#writable();
    this.#reminders.takeDaysOff(from, until);
    return this.#remindersNow();
  };

  giveDaysBack: Backend['giveDaysBack'] = async (from, until) => {
    this.#writable();
    this.#reminders.giveDaysBack(from, until);
    return this.#remindersNow();
  };

  tryReminder: Backend['tryReminder'] = async () => {
    this.#reminders.tryOne();
    return this.#remindersNow();
  };

  reminderArrived: Backend['reminderArrived'] = async (arrived) => {
    this.#reminders.arrived(arrived);
    this.advance(0);
    return this.#remindersNow();
  };

  answerReminder: Backend['answerReminder'] = async (answer) => {
    this.#reminders.answer(answer);
    if (answer === 'start' || answer === 'startTwoMinutes') {
      const length = answer === 'start' ? 'full' : 'twoMinutes';
      await this.begin({ exercise: 'lp01', length });
    }
    return this.#remindersNow();
  };

  exportCalendar: Backend['exportCalendar'] = async () => this.#soon('Undersong.ics');

  beginDeviceCheck: Backend['beginDeviceCheck'] = async () => {
    this.#check.begin();
    return this.#soon(this.#check.view());
  };

  deviceCheck: Backend['deviceCheck'] = () => this.#soon(this.#check.view());

  callOffDeviceCheck: Backend['callOffDeviceCheck'] = async () => {
    this.#check.callOff();
    return this.#soon(this.#check.view());
  };

  saveDeviceReport: Backend['saveDeviceReport'] = async () =>
    this.#soon('Undersong device check.txt');

  startsAtLogin: Backend['startsAtLogin'] = () => this.#soon(this.#reminders.startsAtLogin);

  startAtLogin: Backend['startAtLogin'] = async (on) => {
    this.#reminders.startsAtLogin = on;
    return this.startsAtLogin();
  };

  meters: Backend['meters'] = async () => {
    const conductor = this.#conductor;
    const rolling = conductor?.phase === 'guiding' || conductor?.phase === 'ending';
    const playhead = this.#playing?.at ?? conductor?.playhead ?? 0;
    const recording = conductor?.recording ?? 'off';
    const sways = 0.5 + 0.4 * Math.sin(playhead * 2.1) * Math.sin(playhead * 0.7);
    return pack({
      playhead,
      rolling: rolling || this.#playing !== null,
      outputPeak: rolling || this.#playing ? [sways, sways * 0.9] : [0, 0],
      inputPeak: recording === 'recording' ? sways : 0,
      inputRms: recording === 'recording' ? sways * 0.6 : 0,
      duckingDb: 0,
      xruns: 0,
      safeSeconds: conductor?.safeSeconds ?? 0,
      recording,
      generation: conductor?.generation ?? 0,
    });
  };

  onChanged: Backend['onChanged'] = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Opens the world the address asks for; tests move its clock through `window.undersong`. */
export function memoryBackend(query: string): Backend {
  const backend = new MemoryBackend(query);
  Object.assign(window, { undersong: backend });
  return backend;
}
