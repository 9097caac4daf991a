// What a person reads when something did not work: one sentence a code, kind, with a next step and
// what is safe. No file, crate or code is named here; `detail` stands behind "more".

import type { IpcError } from '../ipc/IpcError';
import { count } from './time';

/** What a button beside the sentence does. */
export type Remedy = 'playOnPads' | 'allowMicrophone' | 'openSettings' | 'tryAgain';

export interface Trouble {
  text: string;
  remedies: Remedy[];
  /** For a bug report; shown after "more". */
  detail?: string;
}

/** The microphone is refused: an answer to a wish, or to the system's question a moment later. */
export const NOT_HEARD =
  "Undersong can't hear you. You can play this one on the pads instead, or allow the microphone in settings.";

/** The phone's own switch, under the name Android gives it. */
export const SWITCHED_OFF =
  'The microphone seems to be switched off for every app on this phone. Pull down from the top of the screen and look for “Mic access”; or play this one on the pads.';

/** The sentence for an error; every code has its own case, so that a new one asks for its words. */
export function troubleOf(error: IpcError): Trouble {
  switch (error.code) {
    case 'microphoneRefused':
      return {
        text: NOT_HEARD,
        remedies: ['playOnPads', 'allowMicrophone'],
      };
    case 'microphoneSwitchedOff':
      return {
        text: SWITCHED_OFF,
        remedies: ['playOnPads', 'allowMicrophone'],
      };
    case 'noMicrophone':
      return {
        text: 'There is no microphone here that opens. You can play this one on the pads, or choose another in settings.',
        remedies: ['playOnPads', 'openSettings'],
      };
    case 'storageFull':
      return {
        text: `There is room for about ${count(error.minutes, 'minute')} of recording. Everything you made is safe; freeing some space makes room for more.`,
        remedies: ['tryAgain'],
      };
    case 'diskFull':
      return {
        text: 'The disk filled up, so nothing was saved there. What you made is safe in Undersong; with some space made, or in another place, it will go.',
        remedies: [],
      };
    case 'readOnly':
      return {
        text: 'A newer Undersong wrote this album, so nothing is changed here. You can look and listen; updating Undersong opens the rest.',
        remedies: [],
      };
    case 'notFound':
      return {
        text: 'That is not here any more. Everything else is where you left it.',
        remedies: [],
        detail: `Looked for: ${error.what}`,
      };
    case 'notNow':
      return { text: 'That does not fit this moment. Nothing was changed.', remedies: [] };
    case 'invalidInput':
      return {
        text: 'That did not fit. A shorter or simpler one will.',
        remedies: [],
        detail: `Field: ${error.field}`,
      };
    case 'notHeard':
      return {
        text: 'The test sound was not heard clearly. Turn the speaker up a little, or bring the microphone closer, and try once more.',
        remedies: ['tryAgain'],
      };
    case 'alreadyOpen':
      return {
        text: 'Undersong is open in another window already. Go on there; or close that one, and start this one again.',
        remedies: [],
      };
    case 'locked':
      return {
        text: 'Your music is here, but it does not open on this device right now. Nothing was changed or deleted. If it came here from another place, bring all of it along, and open Undersong once more.',
        remedies: [],
        detail: error.detail,
      };
    case 'unexpected':
      return {
        text: 'Something we did not expect happened. What you made is safe.',
        remedies: ['tryAgain'],
        detail: error.detail,
      };
  }
}

/** The word on each button. */
export const REMEDY_WORDS: Record<Remedy, string> = {
  playOnPads: 'Play on the pads',
  allowMicrophone: 'Allow the microphone',
  openSettings: 'Open settings',
  tryAgain: 'Try again',
};

/** Whatever was thrown, as an error we have words for. */
export function asIpcError(thrown: unknown): IpcError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    return thrown as IpcError;
  }
  return { code: 'unexpected', detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
