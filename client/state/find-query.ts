// What was typed into the search, as a question: `from:ana in:general has:file the words`. Pure.
import type { FindQuery, Member, Room } from '../engine/types.ts';

export interface Known {
  me: string;
  /** The room on the screen, where only it is searched. */
  room: string | undefined;
  rooms: readonly Room[];
  members: Iterable<Member>;
  nameOf(room: Room): string;
}

/** `nobody`, `noRoom`, `has`: the word after it is not known. */
export type Problem = { what: 'nobody' | 'noRoom' | 'has'; word: string };
export type Question = { query: FindQuery } | { problem: Problem } | undefined;

const FILTER = /(?:^|(?<=\s))(from|in|has):(?:"([^"]*)"|(\S*))/giu;

/** undefined: nothing is asked yet. */
export function questionOf(typed: string, known: Known): Question {
  const query: FindQuery = { text: typed.replace(FILTER, ' ').trim(), ...(known.room !== undefined && { room: known.room }) };
  let filters = 0;
  for (const [, name, quoted, plain] of typed.matchAll(FILTER)) {
    const word = (quoted ?? plain ?? '').trim();
    if (word === '') continue;
    const problem = FILTERS[name!.toLowerCase() as keyof typeof FILTERS](query, word, known);
    if (problem) return { problem: { what: problem, word } };
    filters += 1;
  }
  return query.text === '' && filters === 0 ? undefined : { query };
}

const FILTERS = {
  from(query: FindQuery, word: string, { me, members }: Known): Problem['what'] | undefined {
    const name = plain(word.replace(/^@/, ''));
    const all = [...members];
    const exact = all.filter(({ username }) => plain(username) === name);
    const found = exact.length > 0 ? exact : all.filter(({ username, display }) => [username, ...display.split(/\s+/), display].some((one) => plain(one).startsWith(name)));
    const ids = name === 'me' ? [me] : found.map(({ userId }) => userId);
    if (ids.length === 0) return 'nobody';
    query.from = [...(query.from ?? []), ...ids];
    return undefined;
  },
  in(query: FindQuery, word: string, { rooms, nameOf }: Known): Problem['what'] | undefined {
    const name = plain(word.replace(/^[#@]/, ''));
    const found = rooms.find((room) => plain(nameOf(room)) === name) ?? rooms.find((room) => plain(nameOf(room)).startsWith(name));
    if (!found) return 'noRoom';
    query.room = found.id;
    return undefined;
  },
  has(query: FindQuery, word: string): Problem['what'] | undefined {
    if (!/^files?$/i.test(word)) return 'has';
    query.hasFile = true;
    return undefined;
  },
};

function plain(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
