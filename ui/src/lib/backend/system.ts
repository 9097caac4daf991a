// The system around the page, where it has gestures of its own: a phone.

export interface System {
  /** Calls back when somebody goes back by the system's own gesture. */
  onBack(pressed: () => void): void;
  /** Leaves the app; everything is kept first. */
  leave(): void;
}

/** A window or a browser: nothing of the kind. */
export const NO_SYSTEM: System = {
  onBack: () => {},
  leave: () => {},
};
