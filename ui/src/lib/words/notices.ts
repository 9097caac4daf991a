// The calm line on top of any screen, one sentence a kind.

import type { Notice } from '../ipc/Notice';
import { NOT_HEARD, SWITCHED_OFF } from './errors';
import { clock, count } from './time';

export function noticeText(notice: Notice): string {
  switch (notice.kind) {
    case 'noSound':
      return 'There is nothing to play on right now, so this goes on silently.';
    case 'deviceLost':
      return notice.keptSeconds === null
        ? 'The sound went away. Everything is paused and kept.'
        : `The sound went away. Kept ${clock(notice.keptSeconds)}. Carry on, or start this part again?`;
    case 'interrupted':
      return notice.keptSeconds === null
        ? 'Something came in between. Everything is paused and kept.'
        : `Kept ${clock(notice.keptSeconds)}. Carry on, or start this part again?`;
    case 'microphoneRefused':
      return NOT_HEARD;
    case 'deviceBack':
      return `The sound is back, on ${notice.name}.`;
    case 'takeRecovered':
      // Of an earlier day, with nothing cut short.
      if (notice.seconds < 0.5) return 'What you made last time is in your pieces.';
      return notice.pieces > 1
        ? `Your last takes were kept (${clock(notice.seconds)} in ${notice.pieces} pieces).`
        : `Your last take was kept (${clock(notice.seconds)}).`;
    case 'takeDamaged':
      return `Part of a take cannot be read: ${clock(notice.keptSeconds)} can be heard, about ${count(Math.max(1, Math.round(notice.lostSeconds)), 'second')} are silent. The original stays as it is.`;
    case 'takesUnreadable':
      return `${notice.takes === 1 ? 'One of your takes' : `${notice.takes} of your takes`} cannot be read. Nothing was deleted: what is there is set aside, in case it can be mended.`;
    case 'storageLow':
      return `Room for about ${count(notice.minutes, 'minute')} of recording.`;
    case 'storageFull':
      // Full, or not taking anything for another reason: the next step is the same.
      return notice.keptSeconds < 0.5
        ? 'The disk has no room for this take. Everything before it is safe; with some space made, you can record again.'
        : `The disk has no more room. What you played until then is safe (${clock(notice.keptSeconds)}); with some space made, you can record again.`;
    case 'readOnly':
      return 'A newer Undersong wrote this album. You can look and listen; nothing is changed.';
    case 'silentInput':
      return notice.switch
        ? SWITCHED_OFF
        : 'The microphone is open but gives no sound. Is it switched off, or another one in use?';
    case 'lateRoute':
      return `${notice.name} is a little late. Fine for listening and singing; for tapping, plug in a cable. Calibrating in settings helps.`;
  }
}
