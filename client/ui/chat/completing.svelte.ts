// What is offered while a name is typed: people behind @, rooms behind #, emoji behind a colon.
import type { Member, Presence } from '../../engine/types.ts';
import { plainName } from '../../state/names.ts';
import type { AppContext } from '../context.ts';
import { isBare } from '../keys/pressed.ts';
import { emojiMatching, toned } from './emoji.ts';
import { suggestionsFor } from './mentions.ts';

export interface Offer {
  key: string;
  name: string;
  detail: string;
  /** Takes the place of what was typed. */
  text: string;
  picture: { person: string; presence: Presence } | { emoji: string } | 'room';
}

export interface Asked {
  sign: '@' | '#' | ':';
  /** Where the sign stands. */
  start: number;
  query: string;
}

const MAX = 6;
/** Letters behind the sign from which on it is clear what is meant. */
const LETTERS = { '@': 0, '#': 2, ':': 2 } as const;

/** What is being named at the caret. */
export function askedAt(text: string, caret: number): Asked | undefined {
  const match = /(?<![\p{L}\p{N}._:/-])([@#:])([\p{L}\p{M}\p{N}._+-]{0,32})$/u.exec(text.slice(0, caret));
  if (!match) return undefined;
  const [sign, query] = [match[1] as Asked['sign'], match[2]!.toLowerCase()];
  return query.length < LETTERS[sign] ? undefined : { sign, start: match.index, query };
}

export class Completion {
  readonly #context: AppContext;
  readonly #people: () => readonly Member[];
  text = $state('');
  caret = $state(0);
  chosen = $state(0);
  /** Where the sign stands whose list was closed. */
  dismissed = $state<number>();
  readonly asked = $derived(askedAt(this.text, this.caret));
  readonly offers: readonly Offer[] = $derived.by(() => (this.asked === undefined || this.asked.start === this.dismissed ? [] : this.#offersFor(this.asked)));

  constructor(context: AppContext, people: () => readonly Member[]) {
    this.#context = context;
    this.#people = people;
  }

  /** The text and the caret, after every change of either. */
  look(text: string, caret: number): void {
    this.text = text;
    this.caret = caret;
    const asked = askedAt(text, caret);
    // The sign is gone: another one in its place is another question.
    if (asked?.start !== this.dismissed) this.dismissed = undefined;
    if (asked?.sign === ':') void this.#context.emoji.read();
  }

  /** True where the key was for the list. */
  onkeydown(event: KeyboardEvent, take: (offer: Offer) => void): boolean {
    const { offers, asked } = this;
    if (offers.length === 0 || asked === undefined || !isBare(event)) return false;
    const offer = offers[Math.min(this.chosen, offers.length - 1)]!;
    // The whole name stands there already: Enter is for the message.
    if (event.key === 'Enter' && offer.text === `${asked.sign}${asked.query}`) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) this.chosen = (this.chosen + step + offers.length) % offers.length;
    else if (event.key === 'Escape') this.dismiss();
    else if (event.key === 'Enter' || event.key === 'Tab') take(offer);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** The list is closed until another sign is typed. */
  dismiss(): void {
    this.dismissed = this.asked?.start;
  }

  /** The text with the offer in it, and where the caret stands then. */
  with(offer: Offer): { text: string; caret: number } {
    const before = `${this.text.slice(0, this.asked!.start)}${offer.text} `;
    return { text: before + this.text.slice(this.caret).replace(/^ /, ''), caret: before.length };
  }

  #offersFor({ sign, query }: Asked): Offer[] {
    if (sign === '@') return this.#peopleFor(query);
    return sign === '#' ? this.#roomsFor(query) : this.#emojiFor(query);
  }

  #peopleFor(query: string): Offer[] {
    const { state } = this.#context;
    const others = this.#people().filter(({ userId }) => userId !== state.me);
    return suggestionsFor(query, others, MAX).map(({ userId, username, display, presence }) => ({ key: userId, name: plainName(display || username), detail: `@${username}`, text: `@${username}`, picture: { person: userId, presence } }));
  }

  #roomsFor(query: string): Offer[] {
    const { rooms } = this.#context.state.rooms;
    const rank = (name: string): number => (name.toLowerCase().startsWith(query) ? 0 : name.toLowerCase().includes(query) ? 1 : 2);
    const found = rooms.filter(({ name }) => rank(name) < 2).sort((a, b) => rank(a.name) - rank(b.name));
    return found.slice(0, MAX).map(({ id, name, topic }) => ({ key: id, name, detail: plainName(topic), text: `#${name}`, picture: 'room' }));
  }

  #emojiFor(query: string): Offer[] {
    const { state, emoji: book } = this.#context;
    return emojiMatching(book.all, query).slice(0, MAX).map((found) => {
      const shown = toned(found, state.settings.values.skinTone);
      return { key: found.emoji, name: found.name, detail: '', text: shown, picture: { emoji: shown } };
    });
  }
}
