// What the window may ask of the desktop. Everything behind it is NW.js today; nothing else in the window knows that.

export interface Platform {
  /** The folder of this profile: pins, tickets, history, drafts. */
  readonly home: string;
  /** Puts the window where it was left, then shows it once its first frame is ready. */
  show(): void;
  /** Opens http, https and mailto in the person's own program. False: another scheme, nothing was opened. */
  openExternal(url: string): boolean;
  copyText(text: string): void;
  /** Asks for attention in the task bar until the window is used again. */
  requestAttention(): void;
  onNetwork(changed: (online: boolean) => void): void;
  /** The window closes only after `stop` has settled, or after two seconds. */
  onClose(stop: () => Promise<void>): void;
}
