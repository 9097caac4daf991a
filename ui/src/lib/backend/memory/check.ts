// The check of this device in the fake world: as long as the real one, with made-up figures.

import type { CheckLine } from '../../ipc/CheckLine';
import type { CheckStage } from '../../ipc/CheckStage';
import type { CheckVerdict } from '../../ipc/CheckVerdict';
import type { DeviceCheckView } from '../../ipc/DeviceCheckView';
import type { ReminderTrial } from '../../ipc/ReminderTrial';
import { refuse } from './conductor';
import type { Scene } from './scenes';

/** When each stage begins, in seconds. */
const STEADINESS = 8;
const REMINDER = 28;
const ALL = 38;

export class DeviceCheck {
  #is: (scene: Scene) => boolean;
  #stage: CheckStage = 'untried';
  #at = 0;
  #lines: CheckLine[] = [];

  constructor(scenes: ReadonlySet<Scene>) {
    this.#is = (scene) => scenes.has(scene);
  }

  begin() {
    if (this.#stage === 'timing' || this.#stage === 'steadiness') refuse({ code: 'notNow' });
    this.#lines = [];
    const deaf = this.#is('mic-refused') || this.#is('no-mic');
    this.#at = deaf ? STEADINESS : 0;
    this.#stage = deaf ? 'steadiness' : 'timing';
    if (deaf) this.#say(this.#timing());
  }

  /** Answers whether there is more to see; `tryOne` sends a reminder in ten seconds. */
  advance(seconds: number, trial: ReminderTrial, tryOne: () => void): boolean {
    if (this.#stage === 'question' && trial !== 'sent') {
      this.#end(trial);
      return true;
    }
    if (!['timing', 'steadiness', 'reminder'].includes(this.#stage)) return false;
    this.#at += seconds;
    if (this.#stage === 'timing' && this.#at >= STEADINESS) {
      this.#say(this.#timing());
      this.#stage = 'steadiness';
    }
    if (this.#stage === 'steadiness' && this.#at >= REMINDER) {
      this.#say(...this.#measured());
      if (this.#is('remind-denied') || this.#is('remind-nothing')) {
        this.#end('untried');
      } else {
        this.#stage = 'reminder';
        tryOne();
      }
    } else if (this.#stage === 'reminder' && trial !== 'waiting') {
      if (trial === 'sent') this.#stage = 'question';
      else this.#end(trial);
    }
    return true;
  }

  callOff() {
    if (this.#stage === 'reminder' || this.#stage === 'question') this.#end('sent');
    if (this.#stage === 'timing' || this.#stage === 'steadiness') this.#stage = 'calledOff';
  }

  view(): DeviceCheckView {
    const over = this.#stage === 'over' || this.#stage === 'calledOff';
    return {
      stage: this.#stage,
      done: over ? 1 : Math.min(1, this.#at / ALL),
      lines: this.#lines,
      report: over ? this.#report() : null,
    };
  }

  #say(...lines: CheckLine[]) {
    this.#lines = [...this.#lines, ...lines];
  }

  #end(trial: ReminderTrial) {
    this.#stage = 'over';
    const next = ' The next one is planned for Fri 19:00.';
    if (trial === 'arrived') this.#say(line('Reminders', 'fine', `It came.${next}`));
    else if (trial === 'missed')
      this.#say(
        line(
          'Reminders',
          'missing',
          `It did not come.${next}`,
          '“Do not disturb”, or the system’s notification settings, may hold it back. Until then, reminders wait on Today.',
        ),
      );
    else this.#say(line('Reminders', 'unknown', `Not answered whether it came.${next}`));
  }

  #timing(): CheckLine {
    if (this.#is('mic-refused') || this.#is('no-mic'))
      return line(
        'Timing',
        'unknown',
        'Not measured: no microphone opened here.',
        'Another one may be chosen in Settings. Everything can be played on the pads, too.',
      );
    if (this.#is('not-heard'))
      return line(
        'Timing',
        'missing',
        'The test sound did not come back.',
        'Without headphones, a little louder, in a quiet moment, it often does.',
      );
    return line('Timing', 'fine', 'Sound comes back after 31 milliseconds, heard 5 of 5 times.');
  }

  #measured(): CheckLine[] {
    const glitches = this.#is('late-route');
    return [
      glitches
        ? line(
            'Steadiness',
            'off',
            '3 glitches in 20 seconds of playing and recording.',
            'Closing other programs, or plugging in the power, often helps.',
          )
        : line('Steadiness', 'fine', 'No glitch in 20 seconds of playing and recording.'),
      line(
        'Microphone',
        'fine',
        'It hears. The room rests at −62 dB, and our own sound stood 31 dB above it.',
      ),
      line(
        'Storage',
        'fine',
        'Half a second of recording is on the disk within 4 milliseconds, 12 at the most. Room for about 900 minutes of recording.',
      ),
    ];
  }

  #report(): string {
    const said = this.#lines.map((l) => `${l.title}: ${l.verdict}\n  ${l.text}\n`);
    return ['Undersong device check\n2026-11-19 19:40, version 0.1.0\n', ...said].join('\n');
  }
}

function line(
  title: string,
  verdict: CheckVerdict,
  text: string,
  next: string | null = null,
): CheckLine {
  return { title, verdict, text, next };
}
