// Where a window may be put back: a screen can be gone, or smaller, since it was left.

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface SavedWindow extends Bounds {
  maximized: boolean;
}

export const MIN_WIDTH = 420;
export const MIN_HEIGHT = 480;

/** The bounds moved and shrunk onto the screen they overlap most; undefined where there is no screen. */
export function clampToScreens(bounds: Bounds, screens: readonly Bounds[]): Bounds | undefined {
  const screen = [...screens].sort((a, b) => overlap(bounds, b) - overlap(bounds, a))[0];
  if (screen === undefined) return undefined;
  const width = clamp(bounds.width, Math.min(MIN_WIDTH, screen.width), screen.width);
  const height = clamp(bounds.height, Math.min(MIN_HEIGHT, screen.height), screen.height);
  return {
    x: clamp(bounds.x, screen.x, screen.x + screen.width - width),
    y: clamp(bounds.y, screen.y, screen.y + screen.height - height),
    width,
    height,
  };
}

/** undefined unless the text is a window state this version wrote. */
export function parseSavedWindow(text: string | null): SavedWindow | undefined {
  try {
    const saved = JSON.parse(text ?? 'null') as Partial<SavedWindow> | null;
    if (saved === null || typeof saved !== 'object') return undefined;
    const { x, y, width, height, maximized } = saved;
    const numbers = [x, y, width, height];
    if (!numbers.every((n) => Number.isSafeInteger(n)) || typeof maximized !== 'boolean') return undefined;
    return { x: x!, y: y!, width: width!, height: height!, maximized };
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function overlap(a: Bounds, b: Bounds): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}
