// What comes or leaves fades, as long as the tokens say: less where the person wants less motion.
import type { Attachment } from 'svelte/attachments';
import type { TransitionConfig } from 'svelte/transition';

/** How long it comes: menus, dialogs and toasts; panels and the lightbox. */
export type Time = '--enter' | '--panel';

/** Leaving takes this much of coming. */
export const LEAVING = 0.7;
/** What was scrolled, and to where. */
type Scrolled = Map<Element, ScrollToOptions>;

/** By these something is found, or chosen in place of another; a picture is not to be. */
const SPOKEN = ['id', 'name', 'role', 'data-testid', 'aria-label'];

/** Opacity alone. `share` of the usual time; 0: at once, as in a window that is out of sight. */
export function fade(node: Element, share: number): TransitionConfig {
  return { duration: document.hidden ? 0 : entering(node) * share, css: (shown) => `opacity: ${shown}` };
}

/**
 * For menus, panels and dialogs: what is closed is gone at once for the keyboard, for a screen reader and for the state it
 * was made from. Only its picture fades where it was, until it is gone too. `home`: where it is put, if that is not where it
 * is written; `time`: the token by which it came.
 */
export function fadesAway(home?: Element, time: Time = '--enter'): Attachment<HTMLElement> {
  return (node) => {
    const parent = home ?? node.parentElement;
    const scrolled: Scrolled = new Map();
    node.addEventListener('scroll', ({ target }) => scrolled.set(target as Element, placeOf(target as Element)), true);
    return () => {
      if (parent?.isConnected && !node.isConnected && !document.hidden) void vanish(parent, node, { time, scrolled });
    };
  };
}

async function vanish(parent: Element, picture: HTMLElement, { time, scrolled }: { time: Time; scrolled: Scrolled }): Promise<void> {
  // Somebody else's, that lay in it for a while: they go on elsewhere.
  for (const guest of picture.querySelectorAll('[popover]')) guest.remove();
  for (const part of [picture, ...picture.querySelectorAll('*')]) for (const name of SPOKEN) part.removeAttribute(name);
  picture.inert = true;
  picture.ariaHidden = 'true';
  picture.style.animation = 'none';
  parent.append(picture);
  // A dialog stays above everything, with what it lays over the rest, and is not modal any more.
  if (picture instanceof HTMLDialogElement) picture.popover = 'manual';
  if (picture.popover) picture.showPopover();
  // Taken out of the document, it forgot them.
  for (const [part, place] of scrolled) part.scrollTo(place);
  const leaving: KeyframeAnimationOptions = { duration: entering(picture, time) * LEAVING, fill: 'forwards' };
  if (picture instanceof HTMLDialogElement) picture.animate({ opacity: [1, 0] }, { ...leaving, pseudoElement: '::backdrop' });
  await picture.animate({ opacity: [1, 0] }, leaving).finished;
  picture.remove();
}

function placeOf({ scrollLeft: left, scrollTop: top }: Element): ScrollToOptions {
  return { left, top, behavior: 'instant' };
}

function entering(node: Element, time: Time = '--enter'): number {
  return millisecondsOf(getComputedStyle(node).getPropertyValue(time).trim());
}

/** `140ms`, or `.14s` where the styles were made smaller. */
function millisecondsOf(time: string): number {
  const number = Number.parseFloat(time) || 0;
  return time.endsWith('ms') ? number : number * 1_000;
}
