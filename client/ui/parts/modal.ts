// What every modal dialog does: the browser keeps the focus inside, it goes back to where it was, and the dialog fades.
import type { Attachment } from 'svelte/attachments';
import { fadesAway, type Time } from './fading.ts';

/** `first`: what has the focus at the beginning, where the browser's choice is not meant; `time`: the token by which it comes. */
export function modal(first?: (dialog: HTMLDialogElement) => HTMLElement | null, time?: Time): Attachment<HTMLDialogElement> {
  return (dialog) => {
    const opener = document.activeElement;
    const fade = fadesAway(undefined, time)(dialog);
    const place = dialog.parentElement;
    dialog.showModal();
    first?.(dialog)?.focus();
    return () => {
      dialog.close();
      // Beneath another one that was opened since it would come up over it.
      const above = [...document.querySelectorAll('dialog[open]')].at(-1);
      if (!above || above.contains(place)) fade?.();
      // Last: it has left the document by now, and its picture takes the focus from whatever has it.
      if (opener instanceof HTMLElement) opener.focus();
    };
  };
}
