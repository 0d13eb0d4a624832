// What the window may ask of the desktop. Everything behind it is NW.js today; nothing else in the window knows that.

/** What the window runs on, as About and a report name it. */
export interface Versions {
  /** Of this build of Reach. */
  reach: string;
  nw: string;
  chromium: string;
  node: string;
  /** Such as `linux x64`. */
  system: string;
}

export interface Notice {
  /** One of the same key replaces the other. */
  key: string;
  title: string;
  body: string;
  pressed: () => void;
}

export interface TrayView {
  icon: 'normal' | 'unread' | 'offline';
  tip: string;
  pressed: () => void;
  menu: readonly { label: string; run: () => void }[];
}

export interface Platform {
  readonly versions: Versions;
  /** The folder of the sources this window was built from and is started in; undefined where it came as a package. */
  readonly sources: string | undefined;
  /** The folder of this profile: pins, tickets, history, drafts. */
  readonly home: string;
  /** Puts the window where it was left, then shows it once its first frame is ready. */
  appear(): void;
  /** Brings it before everything else. */
  show(): void;
  /** Opens http, https and mailto in the person's own program. False: another scheme, nothing was opened. */
  openExternal(url: string): boolean;
  /** Opens a file or a folder in the program the system has for it. */
  openItem(path: string): void;
  /** Shows a file in the system's file manager. */
  showInFolder(path: string): void;
  /** Opens the terms of everything inside the runtime, as its makers list them. */
  openCredits(): void;
  /** Absolute path of a file that was picked, dropped or pasted; empty where it is in no file. */
  pathOf(file: File): string;
  /** Progress of all transfers in the task bar, 0–1; undefined: none. */
  progress(fraction: number | undefined): void;
  copyText(text: string): void;
  /** Text on the clipboard; empty where there is none. */
  clipboardText(): string;
  /** A reach:// link that Reach was started with, and every one that a later start hands over. */
  onLink(opened: (link: string) => void): void;
  /** Of everything in the window, in percent. */
  zoom(percent: number): void;
  /** Asks for the place and name of a new file, beginning with `name`; undefined: none was chosen. Only while a key or button is being pressed. */
  chooseSave(name: string): Promise<string | undefined>;
  /** Asks for a folder; undefined: none was chosen. Only while a key or button is being pressed. */
  chooseFolder(): Promise<string | undefined>;
  /** Asks for attention in the task bar until the window is used again. */
  requestAttention(): void;
  /** A notification of the system; where it has none, nothing happens. */
  notify(notice: Notice): void;
  /** Takes it back, where it is still there. */
  dismiss(key: string): void;
  /** The number on the icon in the task bar, where there can be one; 0 takes it away. */
  badge(count: number): void;
  /** undefined: no icon in the tray. */
  tray(view: TrayView | undefined): void;
  /** At once too, where there is no network at this moment. */
  onNetwork(changed: (online: boolean) => void): void;
  /** `asked`: the window is to be closed, by the person or by the system. */
  onClose(asked: () => void): void;
  /** Out of sight; show() brings it back, and so does a second start. */
  hide(): void;
  /** Ends the program once `stop` has settled, or after two seconds. */
  quit(stop: () => Promise<void>): void;
}
