// System, light or dark → the attribute the tokens hang on. public/theme.js does the same before the first paint from
// the copy kept here.
import type { Theme } from '../engine/types.ts';

const THEME_KEY = 'reach-theme';
/** A little longer than the fade in base.css. */
const FADED_MS = 150;

export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  const wanted = isDark(theme) ? 'dark' : 'light';
  localStorage.setItem(THEME_KEY, theme);
  // Known before the first change, which could not fade otherwise.
  const colours = coloursOf(root);
  if (root.dataset['theme'] === wanted) return;
  root.classList.add('theme-changing');
  root.style.transitionProperty = colours.join();
  root.dataset['theme'] = wanted;
  setTimeout(() => {
    root.classList.remove('theme-changing');
    root.style.transitionProperty = '';
  }, FADED_MS);
}

/**
 * The colours among the tokens, each known to the browser as one: so they fade on the root, all as one, and everything that
 * is drawn with them follows. Fading what is drawn instead would leave inherited colours behind (CSS Properties and Values API).
 */
function coloursOf(root: HTMLElement): string[] {
  const names: string[] = [];
  for (const [name, [value]] of root.computedStyleMap()) {
    if (!name.startsWith('--') || !CSS.supports('color', String(value))) continue;
    if (value instanceof CSSUnparsedValue) CSS.registerProperty({ name, syntax: '<color>', inherits: true, initialValue: 'transparent' });
    names.push(name);
  }
  return names;
}

/** Calls back when the system changes between light and dark; returns how to stop. */
export function watchSystemTheme(changed: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
