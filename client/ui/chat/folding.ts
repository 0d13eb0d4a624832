// Text of more lines than a person wants in the way of a conversation is folded. How many lines it takes is measured, for the
// few texts that could be so long at all: it depends on the width, the size of the text and what the text is made of.
import type { Attachment } from 'svelte/attachments';

/** As the style has it for what is folded. */
const FOLD_LINES = 24;
/** Fewest characters of a line and most lines' worth of space between paragraphs that are to be reckoned with. */
const LINE_CHARACTERS = 16;
const SURELY_FIT = 16;

export function mayBeLong(text: string): boolean {
  if (text.length > SURELY_FIT * LINE_CHARACTERS) return true;
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_CHARACTERS)), 0) > SURELY_FIT;
}

/** Tells at once and after every change of its box whether it is too tall. */
export function watchHeight(tell: (tall: boolean) => void): Attachment<HTMLElement> {
  return (body) => {
    const measure = (): void => tell(body.scrollHeight > FOLD_LINES * Number.parseFloat(getComputedStyle(body).lineHeight) + 1);
    let frame = 0;
    measure();
    // A frame later: what changes sizes while sizes are being told is told of again in the next round, and complained about.
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    });
    observer.observe(body);
    return () => (observer.disconnect(), cancelAnimationFrame(frame));
  };
}
