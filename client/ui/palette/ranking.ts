// What the palette shows for what is typed: at most eight rows, the best first, in groups. Pure.
import MiniSearch from 'minisearch';

export type Group = 'recent' | 'people' | 'rooms' | 'actions' | 'settings';

export interface Entry {
  /** Stays the same over a restart: what was chosen last is remembered by it. */
  id: string;
  group: Exclude<Group, 'recent'>;
  name: string;
  /** Other words that find it, and may stand beside the name. */
  also: string;
  /** A higher one stands further up while nothing is typed. */
  weight?: number;
}

export interface Section<E extends Entry> {
  group: Group;
  entries: E[];
}

export const ROWS_MAX = 8;
const FUZZY = 0.2;
/** A name says more than a topic. */
const NAME_BOOST = 3;
const RECENT_BOOST = 1.5;
const SCOPES: Record<string, readonly Group[]> = { '>': ['actions', 'settings'], '@': ['people'], '#': ['rooms'] };
const ALL: readonly Group[] = ['people', 'rooms', 'actions', 'settings'];

export class Ranking<E extends Entry> {
  readonly #entries: ReadonlyMap<string, E>;
  readonly #index = new MiniSearch<E>({ fields: ['name', 'also'], storeFields: ['group'], processTerm: plainTerm });

  constructor(entries: readonly E[]) {
    this.#entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.#index.addAll([...this.#entries.values()]);
  }

  /** `recent`: ids, newest first. */
  find(typed: string, recent: readonly string[]): Section<E>[] {
    const scope = SCOPES[typed.charAt(0)];
    const query = (scope ? typed.slice(1) : typed).trim();
    const groups = scope ?? ALL;
    return query === '' ? this.#proposed(groups, recent) : this.#matching(query, groups, recent);
  }

  #proposed(groups: readonly Group[], recent: readonly string[]): Section<E>[] {
    const known = recent.map((id) => this.#entries.get(id)).filter((entry) => entry !== undefined && groups.includes(entry.group)) as E[];
    const others = [...this.#entries.values()].filter((entry) => groups.includes(entry.group) && !known.includes(entry));
    const best = others.sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0)).slice(0, Math.max(0, ROWS_MAX - known.length));
    const first: Section<E>[] = known.length > 0 ? [{ group: 'recent', entries: known }] : [];
    return [...first, ...inGroups(best)];
  }

  #matching(query: string, groups: readonly Group[], recent: readonly string[]): Section<E>[] {
    const hits = this.#index.search(query, {
      prefix: true,
      fuzzy: FUZZY,
      combineWith: 'AND',
      boost: { name: NAME_BOOST },
      boostDocument: (id) => (recent.includes(id as string) ? RECENT_BOOST : 1),
      filter: ({ group }) => groups.includes(group as Group),
    });
    return inGroups(hits.slice(0, ROWS_MAX).map(({ id }) => this.#entries.get(id as string)!));
  }
}

/** The group of the best entry stands first. */
function inGroups<E extends Entry>(entries: readonly E[]): Section<E>[] {
  const groups = [...new Set(entries.map(({ group }) => group))];
  return groups.map((group) => ({ group, entries: entries.filter((entry) => entry.group === group) }));
}

/** Without capitals and accents, so that `jose` finds José. */
function plainTerm(term: string): string {
  return term.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** What was chosen last stands first; the bound of the setting. */
const LEARNED_MAX = 5;

export function learn(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((one) => one !== id)].slice(0, LEARNED_MAX);
}
