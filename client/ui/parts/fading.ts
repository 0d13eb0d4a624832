// What comes or leaves fades, as long as the tokens say: less where the person wants less motion.
import type { Attachment } from 'svelte/attachments';
import type { TransitionConfig } from 'svelte/transition';

/** Leaving takes this much of coming. */
export const LEAVING = 0.7;
/** By these something is found, or chosen in place of another; a picture is not to be. */
const SPOKEN = ['id', 'name', 'role', 'data-testid', 'aria-label'];

/** Opacity alone. `share` of the usual time; 0: at once, as in a window that is out of sight. */
export function fade(node: Element, share: number): TransitionConfig {
  return { duration: document.hidden ? 0 : entering(node) * share, css: (shown) => `opacity: ${shown}` };
}

/**
 * For menus and panels: what is closed is gone at once for the keyboard, for a screen reader and for the state it was made
 * from. Only its picture fades where it was, until it is gone too. `home`: where it is put, if that is not where it is written.
 */
export function fadesAway(home?: Element): Attachment<HTMLElement> {
  return (node) => {
    const parent = home ?? node.parentElement;
    return () => {
      if (parent?.isConnected && !node.isConnected && !document.hidden) void vanish(parent, node);
    };
  };
}

async function vanish(parent: Element, picture: HTMLElement): Promise<void> {
  for (const part of [picture, ...picture.querySelectorAll('*')]) for (const name of SPOKEN) part.removeAttribute(name);
  picture.inert = true;
  picture.ariaHidden = 'true';
  picture.style.animation = 'none';
  parent.append(picture);
  if (picture.popover) picture.showPopover();
  await picture.animate({ opacity: [1, 0] }, { duration: entering(picture) * LEAVING, fill: 'forwards' }).finished;
  picture.remove();
}

function entering(node: Element): number {
  return millisecondsOf(getComputedStyle(node).getPropertyValue('--enter').trim());
}

/** `140ms`, or `.14s` where the styles were made smaller. */
function millisecondsOf(time: string): number {
  const number = Number.parseFloat(time) || 0;
  return time.endsWith('ms') ? number : number * 1_000;
}
