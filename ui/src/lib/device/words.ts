// What the check says of itself while it runs, and its verdicts. What it found comes in the app's
// own sentences, the same as in the report.

import type { CheckStage } from '../ipc/CheckStage';
import type { CheckVerdict } from '../ipc/CheckVerdict';

export function isRunning(stage: CheckStage): boolean {
  switch (stage) {
    case 'timing':
    case 'steadiness':
    case 'reminder':
    case 'question':
      return true;
    case 'untried':
    case 'over':
    case 'calledOff':
      return false;
  }
}

export function stageWords(stage: CheckStage): string {
  switch (stage) {
    case 'timing':
      return 'A short sound plays five times, and the microphone listens for it.';
    case 'steadiness':
      return 'Twenty quiet seconds: first the room, then a soft note. Nothing of it is kept.';
    case 'reminder':
      return 'One reminder comes in ten seconds or so.';
    case 'question':
      return 'A reminder was sent. Did it come?';
    case 'over':
      return 'That was all.';
    case 'calledOff':
      return 'Called off. This is what was found until then.';
    case 'untried':
      return '';
  }
}

export function verdictWord(verdict: CheckVerdict): string {
  switch (verdict) {
    case 'fine':
      return 'Fine';
    case 'off':
      return 'A little off';
    case 'missing':
      return 'Did not come';
    case 'unknown':
      return 'Not known';
  }
}
