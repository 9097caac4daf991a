// Everything the UI may ask of the app. Two implementations: `tauri.ts` (the real one) and
// `memory.ts` (the same UI in a plain browser, with a scripted clock).

import type { AfterView } from '../ipc/AfterView';
import type { Act } from '../ipc/Act';
import type { Begin } from '../ipc/Begin';
import type { Changed } from '../ipc/Changed';
import type { CheckInAnswers } from '../ipc/CheckInAnswers';
import type { CheckInPhase } from '../ipc/CheckInPhase';
import type { CheckInReply } from '../ipc/CheckInReply';
import type { CheckInView } from '../ipc/CheckInView';
import type { DeviceCheckView } from '../ipc/DeviceCheckView';
import type { Exported } from '../ipc/Exported';
import type { ExportFormat } from '../ipc/ExportFormat';
import type { HelpView } from '../ipc/HelpView';
import type { Notice } from '../ipc/Notice';
import type { PiecesView } from '../ipc/PiecesView';
import type { PieceView } from '../ipc/PieceView';
import type { ReminderAnswer } from '../ipc/ReminderAnswer';
import type { RemindersView } from '../ipc/RemindersView';
import type { ReminderWish } from '../ipc/ReminderWish';
import type { SessionView } from '../ipc/SessionView';
import type { SettingsChange } from '../ipc/SettingsChange';
import type { SettingsView } from '../ipc/SettingsView';
import type { TodayView } from '../ipc/TodayView';

/** Every promise rejects with an `IpcError` and with nothing else. */
export interface Backend {
  today(): Promise<TodayView>;
  notices(): Promise<Notice[]>;
  /** Takes a notice away; it was read. */
  dismissNotice(index: number): Promise<void>;

  /** Chooses an exercise; the session is Ready, and Check-in comes next. */
  begin(begin: Begin): Promise<SessionView>;
  /** The session that was cut off, Ready to go on; its check-in was answered. */
  carryOn(): Promise<SessionView>;
  /** It ends as it is; the piece it became, or `null`. */
  keepUnfinished(): Promise<PieceView | null>;
  checkIn(phase: CheckInPhase): Promise<CheckInView>;
  /** `null` is Skip. */
  answer(phase: CheckInPhase, answers: CheckInAnswers | null): Promise<CheckInReply>;
  /** The soft tone under the finger on the mood field; `null` lets it fade. */
  fieldTone(point: { valence: number; arousal: number } | null): Promise<void>;
  /** `null` when no session runs. */
  session(): Promise<SessionView | null>;
  act(act: Act): Promise<SessionView>;
  /** Asks the person, or opens the system's settings; `false` if neither is possible here. */
  allowMicrophone(): Promise<boolean>;
  after(): Promise<AfterView>;
  /** Goes back to Today; the session is closed. */
  leave(): Promise<void>;

  pieces(): Promise<PiecesView>;
  playPiece(id: string): Promise<void>;
  stopPiece(): Promise<void>;
  renamePiece(id: string, name: string): Promise<PieceView>;
  /** Into the bin for 30 days. */
  deletePiece(id: string): Promise<void>;
  restorePiece(id: string): Promise<void>;
  /**
   * Asks where to, then writes; `null` when the person thought better of it, then or later.
   * `progress` hears how far it is, 0…1.
   */
  exportPiece(
    id: string,
    format: ExportFormat,
    progress: (done: number) => void,
  ): Promise<Exported | null>;
  /** The export that runs ends, and leaves nothing. */
  callOffExport(): Promise<void>;

  settings(): Promise<SettingsView>;
  changeSettings(change: SettingsChange): Promise<SettingsView>;
  /** Plays a short sound and listens for it. */
  calibrate(): Promise<SettingsView>;
  help(): Promise<HelpView>;
  /** The music fades out; nothing is written down. */
  openHelp(): Promise<void>;

  reminders(): Promise<RemindersView>;
  /** `null` is "no reminders". Either way nobody is asked again. */
  decideReminders(wish: ReminderWish | null): Promise<RemindersView>;
  /** Days off beforehand, "2026-12-24" to "2027-01-02", both of them too. */
  takeDaysOff(from: string, until: string): Promise<RemindersView>;
  /** As they were taken. */
  giveDaysBack(from: string, until: string): Promise<RemindersView>;
  /** Sends one in ten seconds. */
  tryReminder(): Promise<RemindersView>;
  /** "Got it?" */
  reminderArrived(arrived: boolean): Promise<RemindersView>;
  /** Answers the card on Today; after a start the session is Ready. */
  answerReminder(answer: ReminderAnswer): Promise<RemindersView>;
  /** Asks where to, then writes the wish as a calendar file; its name, or `null`. */
  exportCalendar(): Promise<string | null>;
  /** Whether the system starts this app at login; `null` where no system does. */
  startsAtLogin(): Promise<boolean | null>;
  startAtLogin(on: boolean): Promise<boolean | null>;

  /** Measures this device; `deviceCheck` says when there is more to see. */
  beginDeviceCheck(): Promise<DeviceCheckView>;
  deviceCheck(): Promise<DeviceCheckView>;
  /** Ends it; what was found until then stays. */
  callOffDeviceCheck(): Promise<DeviceCheckView>;
  /** Asks where to, then writes the report as text; its name, or `null`. */
  saveDeviceReport(): Promise<string | null>;

  /** 64 bytes, laid out in `crates/app/src/ipc/meters.rs`. */
  meters(): Promise<DataView>;
  /** Calls back whenever something should be asked for again. */
  onChanged(listener: (what: Changed) => void): () => void;
}
