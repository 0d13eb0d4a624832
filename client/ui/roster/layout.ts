// Where each row of the roster stands, so that only those in view need to be there. Pure; Roster.svelte draws it.
import type { Member } from '../../engine/types.ts';
import type { Section, SectionName } from '../../state/roster.svelte.ts';

/** Pixels: a name alone, a name with a line below it, and what a section has around its rows. */
export const ONE_LINE = 36;
export const TWO_LINES = 40;
const HEADING = 24;
const BELOW = 16;
/** Rows this far out of view are there already when they are scrolled to. */
const AHEAD = 400;

export interface Placed {
  member: Member;
  /** From 1, in its section. */
  position: number;
  /** Pixels from the first row of its section. */
  top: number;
  height: number;
}

export interface Block {
  name: SectionName;
  rows: Placed[];
  /** Pixels from the first section to the first row of this one, and of all its rows. */
  start: number;
  height: number;
}

export function hasSecondLine({ presence, status }: Member): boolean {
  return presence === 'offline' || status !== '';
}

export function blocksOf(sections: readonly Section[]): Block[] {
  let end = 0;
  return sections.map(({ name, members }) => {
    let height = 0;
    const rows = members.map((member, at): Placed => {
      const row = { member, position: at + 1, top: height, height: hasSecondLine(member) ? TWO_LINES : ONE_LINE };
      height += row.height;
      return row;
    });
    const start = end + HEADING;
    end = start + height + BELOW;
    return { name, rows, start, height };
  });
}

/** The rows of a block near the view, and the one that must be there wherever it is. */
export function rowsNear({ rows, start }: Block, { top, height }: { top: number; height: number }, kept: string | undefined): Placed[] {
  return rows.filter((row) => row.member.userId === kept || (start + row.top + row.height >= top - AHEAD && start + row.top <= top + height + AHEAD));
}

/** Index of the next one after `at` whose name begins with what was typed; a first letter that is repeated goes on to the next. */
export function nextNamed(names: readonly string[], at: number, typed: string): number | undefined {
  const letters = [...typed.toLowerCase()];
  const same = letters.every((letter) => letter === letters[0]);
  const wanted = same ? letters[0]! : letters.join('');
  const from = same ? at + 1 : at;
  for (let far = 0; far < names.length; far += 1) {
    const here = (from + far + names.length) % names.length;
    if (names[here]!.toLowerCase().startsWith(wanted)) return here;
  }
  return undefined;
}
