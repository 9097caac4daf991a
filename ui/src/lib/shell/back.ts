// What *Back* does: the phone's own gesture, Escape, and the browser's button.
//
// | where                                | back                                              |
// |--------------------------------------|---------------------------------------------------|
// | a dialog is open                     | closes it                                         |
// | a session is guided, or paused       | asks whether to leave it                          |
// | it fades                             | nothing: it is over in a moment                   |
// | its check-in, Ready, After           | leaves it; what was made is kept                  |
// | a screen with one of ours behind it  | goes there                                        |
// | another screen, opened first         | Today                                             |
// | Today                                | leaves the app, if the system has such a gesture  |
//
// Pure: the page and the system are asked by `App`.

import type { SessionPhase } from '../ipc/SessionPhase';
import type { Screen } from './router.svelte';

/** Where somebody is when they go back. */
export interface Place {
  dialog: boolean;
  screen: Screen;
  /** Of the session, if there is one. */
  phase: SessionPhase | null;
  /** One of our own screens lies behind this one. */
  behind: boolean;
}

export type BackStep =
  'closeDialog' | 'askToLeave' | 'stay' | 'leaveSession' | 'goBack' | 'goToToday' | 'leaveApp';

export function backFrom(place: Place): BackStep {
  if (place.dialog) return 'closeDialog';
  switch (place.screen) {
    case 'session':
    case 'checkin':
    case 'after':
      return backFromPath(place.phase);
    case 'today':
      return 'leaveApp';
    case 'pieces':
    case 'settings':
    case 'device':
    case 'help':
      return place.behind ? 'goBack' : 'goToToday';
  }
}

function backFromPath(phase: SessionPhase | null): BackStep {
  switch (phase) {
    case 'guiding':
    case 'paused':
      return 'askToLeave';
    case 'ending':
      return 'stay';
    case 'ready':
    case 'ended':
      return 'leaveSession';
    case null:
      return 'goToToday';
  }
}

/** Whether going from a session to `screen` by the browser's own button leaves the session. */
export function leavesSession(screen: Screen, phase: SessionPhase | null): boolean {
  const isGuided = phase === 'guiding' || phase === 'paused';
  // Help and settings are a look aside; the session is where it was.
  return isGuided && (screen === 'today' || screen === 'pieces' || screen === 'checkin');
}
