// Who comes into the list or leaves it fades, as long as the tokens say: less where the person wants less motion.
import type { TransitionConfig } from 'svelte/transition';

/** Leaving takes this much of coming. */
export const LEAVING = 0.7;

/** Opacity alone. `share` of the usual time; 0: at once, as in a window that is out of sight. */
export function fade(node: Element, share: number): TransitionConfig {
  const usual = millisecondsOf(getComputedStyle(node).getPropertyValue('--enter').trim());
  return { duration: document.hidden ? 0 : usual * share, css: (shown) => `opacity: ${shown}` };
}

/** `140ms`, or `.14s` where the styles were made smaller. */
function millisecondsOf(time: string): number {
  const number = Number.parseFloat(time) || 0;
  return time.endsWith('ms') ? number : number * 1_000;
}
