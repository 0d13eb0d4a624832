// The desktop as NW.js offers it. Rules: nothing ever navigates this window or opens another one, because any page in
// it could reach Node; links leave through the person's own browser after a check of their scheme.
import { clampToScreens, parseSavedWindow, type Bounds } from './bounds.ts';
import { Notices } from './notices.ts';
import type { Notice, Platform, TrayView, Versions } from './platform.ts';
import { Tray } from './tray.ts';

const WINDOW_KEY = 'reach-window';
const SAVE_AFTER_MS = 300;
/** A server that does not answer the goodbye must not keep the window open. */
const STOP_WITHIN_MS = 2_000;
/** A hidden window may never be given an animation frame; it is shown then all the same. */
const FRAME_WITHIN_MS = 120;
/** Any negative value takes the bar away. */
const NO_PROGRESS = -1;
/** More does not fit on an icon. */
const BADGE_MAX = 99;
/** One zoom level of Chromium. */
const ZOOM_STEP = 1.2;
const EXTERNAL_SCHEMES: readonly string[] = ['http:', 'https:', 'mailto:'];

/** What the types of NW.js leave out. */
interface AppEvents {
  onOpen: { addListener(opened: (commandLine: string) => void): void };
}

export class NwPlatform implements Platform {
  readonly home: string = nw.App.dataPath;
  readonly versions: Versions = versionsHere();
  readonly sources: string | undefined = sourcesHere();
  readonly #window = nw.Window.get();
  readonly #notices = new Notices();
  readonly #tray = new Tray();
  #opened: ((link: string) => void) | undefined;
  #maximized = false;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#refuseNavigation();
    refuseDrops();
    this.#rememberBounds();
    // A second start of this profile ends at once and tells the first one here. Not App.on('open'): that one is called
    // for the first of them only (nwjs/nw.js#7991).
    (nw.App as unknown as AppEvents).onOpen.addListener((commandLine) => {
      this.show();
      const link = linkIn(commandLine);
      if (link !== undefined) this.#opened?.(link);
    });
  }

  show(): void {
    this.#window.show();
    this.#window.focus();
  }

  appear(): void {
    this.#restoreBounds();
    const shown = once(() => this.show());
    requestAnimationFrame(() => requestAnimationFrame(shown));
    setTimeout(shown, FRAME_WITHIN_MS);
  }

  openExternal(url: string): boolean {
    if (!URL.canParse(url) || !EXTERNAL_SCHEMES.includes(new URL(url).protocol)) return false;
    nw.Shell.openExternal(url);
    return true;
  }

  openItem(path: string): void {
    nw.Shell.openItem(path);
  }

  showInFolder(path: string): void {
    nw.Shell.showItemInFolder(path);
  }

  /** They lie beside the program. */
  openCredits(): void {
    nw.Shell.openItem(process.execPath.replace(/[^/\\]+$/, 'credits.html'));
  }

  pathOf(file: File): string {
    return (file as File & { path?: string }).path ?? '';
  }

  progress(fraction: number | undefined): void {
    this.#window.setProgressBar(fraction === undefined ? NO_PROGRESS : Math.min(Math.max(fraction, 0), 1));
  }

  copyText(text: string): void {
    nw.Clipboard.get().set(text, 'text');
  }

  clipboardText(): string {
    return nw.Clipboard.get().get('text') ?? '';
  }

  onLink(opened: (link: string) => void): void {
    this.#opened = opened;
    const link = linkIn(nw.App.argv.join(' '));
    if (link !== undefined) opened(link);
  }

  zoom(percent: number): void {
    this.#window.zoomLevel = Math.log(percent / 100) / Math.log(ZOOM_STEP);
  }

  chooseSave(name: string): Promise<string | undefined> {
    return this.#choose('nwsaveas', name);
  }

  chooseFolder(): Promise<string | undefined> {
    return this.#choose('nwdirectory', '');
  }

  /** By the dialog of the system; `kind`: an attribute of NW.js. */
  #choose(kind: 'nwsaveas' | 'nwdirectory', value: string): Promise<string | undefined> {
    const input = Object.assign(document.createElement('input'), { type: 'file' });
    input.setAttribute(kind, value);
    return new Promise((resolve) => {
      input.addEventListener('change', () => resolve(input.files?.[0] && this.pathOf(input.files[0])));
      input.addEventListener('cancel', () => resolve(undefined));
      input.click();
    });
  }

  requestAttention(): void {
    this.#window.requestAttention(true);
  }

  onNetwork(changed: (online: boolean) => void): void {
    addEventListener('online', () => changed(true));
    addEventListener('offline', () => changed(false));
    if (!navigator.onLine) changed(false);
  }

  notify(notice: Notice): void {
    this.#notices.show(notice);
  }

  dismiss(key: string): void {
    this.#notices.dismiss(key);
  }

  badge(count: number): void {
    this.#window.setBadgeLabel(count > 0 ? String(Math.min(count, BADGE_MAX)) : '');
  }

  tray(view: TrayView | undefined): void {
    this.#tray.show(view);
  }

  onClose(asked: () => void): void {
    this.#window.on('close', () => {
      this.#saveBounds();
      asked();
    });
  }

  hide(): void {
    this.#window.hide();
  }

  quit(stop: () => Promise<void>): void {
    const leave = once(() => {
      this.#tray.show(undefined);
      this.#window.close(true);
    });
    setTimeout(leave, STOP_WITHIN_MS);
    stop().then(leave, leave);
  }

  #refuseNavigation(): void {
    this.#window.on('new-win-policy', (_frame, _url, policy) => policy?.ignore());
    this.#window.on('navigation', (_frame, _url, policy) => policy?.ignore());
  }

  #restoreBounds(): void {
    const saved = parseSavedWindow(localStorage.getItem(WINDOW_KEY));
    if (saved === undefined) return;
    nw.Screen.Init();
    const bounds = clampToScreens(saved, nw.Screen.screens.map((screen) => screen.work_area));
    if (bounds === undefined) return;
    this.#window.moveTo(bounds.x, bounds.y);
    this.#window.resizeTo(bounds.width, bounds.height);
    if (saved.maximized) this.#window.maximize();
  }

  #rememberBounds(): void {
    const later = (): void => {
      clearTimeout(this.#saveTimer);
      this.#saveTimer = setTimeout(() => this.#saveBounds(), SAVE_AFTER_MS);
    };
    this.#window.on('move', later);
    this.#window.on('resize', later);
    this.#window.on('maximize', () => this.#becomeMaximized(true, later));
    this.#window.on('restore', () => this.#becomeMaximized(false, later));
  }

  #becomeMaximized(maximized: boolean, later: () => void): void {
    this.#maximized = maximized;
    later();
  }

  /** A maximised window keeps the bounds it will have once it is made smaller again. */
  #saveBounds(): void {
    const { x, y, width, height } = this.#window;
    const before = parseSavedWindow(localStorage.getItem(WINDOW_KEY));
    const bounds: Bounds = this.#maximized && before ? before : { x, y, width, height };
    localStorage.setItem(WINDOW_KEY, JSON.stringify({ ...bounds, maximized: this.#maximized }));
  }
}

/** A link ends where a blank or a quote does. */
function linkIn(commandLine: string): string | undefined {
  return /\breachs?:\/\/[^\s"']+/i.exec(commandLine)?.[0];
}

function versionsHere(): Versions {
  const { nw: runtime = '', chromium = '', node = '' } = process.versions as Record<string, string>;
  return { reach: nw.App.manifest.version, nw: runtime, chromium, node, system: `${process.platform} ${process.arch}` };
}

/** NW.js makes the folder of the app the current one: client/dist, where it was built, and package.nw in a package. */
function sourcesHere(): string | undefined {
  return /^(.+)[\\/]client[\\/]dist$/.exec(process.cwd())?.[1];
}

/**
 * A dropped file would replace the page, or open a new one with Node in reach: the default never happens. Where nothing
 * on the screen has taken the drag, the pointer says that it is refused.
 */
function refuseDrops(): void {
  for (const type of ['dragenter', 'dragover', 'drop'] as const) {
    addEventListener(type, (event) => {
      if (!event.defaultPrevented && event.dataTransfer) event.dataTransfer.dropEffect = 'none';
      event.preventDefault();
    });
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
