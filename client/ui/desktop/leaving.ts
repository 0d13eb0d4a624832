// What becomes of the wish to leave Reach, from wherever it comes: the window's own cross, a key, the palette, the tray.
import type { Settings } from '../../engine/types.ts';

/** `close`: the window; `quit`: the program. */
export type Wish = 'close' | 'quit';

export interface Standing {
  /** Somebody is signed in: there is something to stay for. */
  inside: boolean;
  /** The question stands already: a second wish is an answer too. */
  asked: boolean;
  closing: Settings['closing'];
  /** Files on their way that nobody has paused. */
  moving: number;
}

export function outcomeOf(wish: Wish, { inside, asked, closing, moving }: Standing): 'quit' | 'hide' | 'ask' {
  if (!inside || asked) return 'quit';
  if (wish === 'close' && closing === 'tray') return 'hide';
  return moving > 0 || (wish === 'close' && closing === 'ask') ? 'ask' : 'quit';
}
