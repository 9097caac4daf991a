// The real backend: each method is one command of the shell, its arguments named as in `backend.ts`.
// The only file that names @tauri-apps.

import { exit, onBackButtonPress } from '@tauri-apps/api/app';
import { Channel, invoke, type InvokeArgs } from '@tauri-apps/api/core';
import type { Changed } from '../ipc/Changed';
import { asIpcError } from '../words/errors';
import type { Backend } from './backend';
import { NO_SYSTEM, type System } from './system';

async function ask<T>(command: string, args?: InvokeArgs): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw asIpcError(thrown);
  }
}

/** Android's bridge hands bytes over as a list of numbers, the others as an `ArrayBuffer`. */
function viewOf(bytes: ArrayBuffer | number[]): DataView {
  return new DataView(bytes instanceof ArrayBuffer ? bytes : new Uint8Array(bytes).buffer);
}

/** Every call goes to the shell; one channel a run of the app brings news. */
export function tauriBackend(): Backend {
  const listeners = new Set<(what: Changed) => void>();
  let subscribed = false;

  function subscribe() {
    if (subscribed) return;
    subscribed = true;
    const channel = new Channel<Changed>();
    channel.onmessage = (what) => listeners.forEach((listener) => listener(what));
    // Without news the screens still ask after each wish, and the meters carry the generation.
    invoke('subscribe', { channel })
      // What changed before anybody listened is asked for once more.
      .then(() => listeners.forEach((listener) => listener('notices')))
      .catch(() => (subscribed = false));
  }

  return {
    today: () => ask('today'),
    notices: () => ask('notices'),
    dismissNotice: (index) => ask('dismiss_notice', { index }),
    begin: (begin) => ask('begin', { begin }),
    carryOn: () => ask('carry_on'),
    keepUnfinished: () => ask('keep_unfinished'),
    checkIn: (phase) => ask('check_in', { phase }),
    answer: (phase, answers) => ask('answer', { phase, answers }),
    fieldTone: (point) => ask('field_tone', { point }),
    session: () => ask('session'),
    act: (act) => ask('act', { act }),
    allowMicrophone: () => ask('allow_microphone'),
    after: () => ask('after'),
    leave: () => ask('leave'),
    pieces: () => ask('pieces'),
    playPiece: (id) => ask('play_piece', { id }),
    stopPiece: () => ask('stop_piece'),
    renamePiece: (id, name) => ask('rename_piece', { id, name }),
    deletePiece: (id) => ask('delete_piece', { id }),
    restorePiece: (id) => ask('restore_piece', { id }),
    exportPiece: (id, format, told) => {
      const progress = new Channel<number>();
      progress.onmessage = told;
      return ask('export_piece', { id, format, progress });
    },
    callOffExport: () => ask('call_off_export'),
    settings: () => ask('settings'),
    changeSettings: (change) => ask('change_settings', { change }),
    calibrate: () => ask('calibrate'),
    help: () => ask('help'),
    openHelp: () => ask('open_help'),
    reminders: () => ask('reminders'),
    decideReminders: (wish) => ask('decide_reminders', { wish }),
    takeDaysOff: (from, until) => ask('take_days_off', { from, until }),
    giveDaysBack: (from, until) => ask('give_days_back', { from, until }),
    tryReminder: () => ask('try_reminder'),
    reminderArrived: (arrived) => ask('reminder_arrived', { arrived }),
    answerReminder: (answer) => ask('answer_reminder', { answer }),
    exportCalendar: () => ask('export_calendar'),
    beginDeviceCheck: () => ask('begin_device_check'),
    deviceCheck: () => ask('device_check'),
    callOffDeviceCheck: () => ask('call_off_device_check'),
    saveDeviceReport: () => ask('save_device_report'),
    startsAtLogin: () => ask('starts_at_login'),
    startAtLogin: (on) => ask('start_at_login', { on }),
    meters: async () => viewOf(await ask<ArrayBuffer | number[]>('meters')),
    onChanged(listener) {
      listeners.add(listener);
      subscribe();
      return () => listeners.delete(listener);
    },
  };
}

/** Android's back gesture; no other system has one, and none else would be allowed to ask. */
export function tauriSystem(): System {
  if (!/android/i.test(navigator.userAgent)) return NO_SYSTEM;
  return {
    onBack(pressed) {
      // Without an ear the system itself goes back in the page's history.
      onBackButtonPress(pressed).catch(() => {});
    },
    leave: () => void exit().catch(() => {}),
  };
}
