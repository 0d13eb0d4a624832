// System, light or dark → the attribute the tokens hang on. public/theme.js does the same before the first paint from
// the copy kept here.
import type { Theme } from '../engine/types.ts';

const THEME_KEY = 'reach-theme';
const FADE_MS = 120;

export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  const wanted = isDark(theme) ? 'dark' : 'light';
  localStorage.setItem(THEME_KEY, theme);
  if (root.dataset['theme'] === wanted) return;
  root.classList.add('theme-changing');
  root.dataset['theme'] = wanted;
  setTimeout(() => root.classList.remove('theme-changing'), FADE_MS + 30);
}

/** Calls back when the system changes between light and dark; returns how to stop. */
export function watchSystemTheme(changed: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
