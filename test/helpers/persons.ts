// People as the scripted day needs them: each writes, changes and looks through what it really uses.
import type { Page } from 'playwright-core';
import { cli } from './cli.ts';
import type { TestEngine } from './engine.ts';
import type { Seen } from './reference-view.ts';
import { seenOf } from './reference-view.ts';
import { say } from './steps.ts';
import { waitFor } from './waiting.ts';
import type { AppWindow } from './window.ts';

/** Where somebody writes: a room by its name, or a person. */
export type Place = { room: string } | { peer: string };

export interface DayPerson {
  name: string;
  send(place: Place, text: string): Promise<void>;
  /** Of one's own newest message there. */
  editLast(place: Place, text: string): Promise<void>;
  deleteLast(place: Place): Promise<void>;
  /** To the newest message there. */
  react(place: Place): Promise<void>;
  /** What is seen of a room, in the words of the reference view, ids and senders left to `named`. */
  view(place: Place): Promise<unknown>;
}

const titleOf = (place: Place): string => ('room' in place ? place.room : place.peer);
const argumentOf = (place: Place): string => ('room' in place ? `#${place.room}` : `@${place.peer}`);

export class EnginePerson implements DayPerson {
  readonly name: string;
  readonly engine: TestEngine;
  readonly #idOf: (name: string) => string;

  constructor(name: string, engine: TestEngine, idOf: (name: string) => string) {
    this.name = name;
    this.engine = engine;
    this.#idOf = idOf;
  }

  async send(place: Place, text: string): Promise<void> {
    this.engine.calls.send(this.room(place), text);
  }

  async editLast(place: Place, text: string): Promise<void> {
    this.engine.calls.edit(this.room(place), this.#last(place, true), text);
  }

  async deleteLast(place: Place): Promise<void> {
    this.engine.calls.remove(this.room(place), this.#last(place, true));
  }

  async react(place: Place): Promise<void> {
    this.engine.calls.react(this.room(place), this.#last(place, false), '🎉', true);
  }

  async view(place: Place): Promise<unknown> {
    const room = this.room(place);
    await this.engine.loadAll(room);
    return plain(seenOf(this.engine.shown(room)));
  }

  room(place: Place): string {
    const rooms = this.engine.rooms();
    const found = 'room' in place ? rooms.find(({ name }) => name === place.room) : rooms.find(({ peer }) => peer === this.#idOf(place.peer));
    if (!found) throw new Error(`${this.name} is not in ${titleOf(place)}`);
    return found.id;
  }

  #last(place: Place, own: boolean): string {
    const messages = this.engine.shown(this.room(place)).filter(({ deleted, sender }) => deleted === undefined && (!own || sender === this.#idOf(this.name)));
    return messages.at(-1)!.id;
  }
}

/** One command of the terminal client at a time. */
export class TerminalPerson implements DayPerson {
  readonly name: string;
  readonly #base: string[];
  readonly #home: string;
  readonly #last = new Map<string, number>();

  constructor(name: string, options: { server: string; home: string }) {
    this.name = name;
    this.#base = ['--server', options.server, '--user', name, '--json', '--timeout', '20'];
    this.#home = options.home;
  }

  async send(place: Place, text: string): Promise<void> {
    const sent = 'peer' in place ? await this.run('dm', place.peer, text) : await this.run('send', argumentOf(place), text);
    this.#last.set(argumentOf(place), sent.at(-1)!['seq'] as number);
  }

  async editLast(place: Place, text: string): Promise<void> {
    await this.run('edit', argumentOf(place), String(this.#last.get(argumentOf(place))), text);
  }

  async deleteLast(place: Place): Promise<void> {
    await this.run('delete', argumentOf(place), String(this.#last.get(argumentOf(place))));
  }

  async react(place: Place): Promise<void> {
    const texts = (await this.run('history', argumentOf(place), '--limit', '200')).filter(({ kind, deleted }) => kind === 'text' && !deleted);
    await this.run('react', argumentOf(place), String(texts.at(-1)!['seq']), '👍');
  }

  /** The log as it is printed, line by line. */
  async view(place: Place): Promise<unknown> {
    const lines = await this.run('history', argumentOf(place), '--limit', '1000');
    return lines.map(({ seq, id, kind, text, deleted }) => [seq, String(id).replaceAll('-', ''), kind, text ?? null, deleted === true]);
  }

  async run(...args: string[]): Promise<Record<string, unknown>[]> {
    const { code, lines, err } = await cli([...this.#base, ...args], { home: this.#home, password: 'correct horse battery' });
    if (code !== 0) throw new Error(`reach-cli ${args.join(' ')} left with ${code}: ${JSON.stringify(lines.at(-1))} ${err}`);
    return lines;
  }
}

/** By mouse and keyboard alone. */
export class WindowPerson implements DayPerson {
  readonly name: string;
  readonly window: AppWindow;

  constructor(name: string, window: AppWindow) {
    this.name = name;
    this.window = window;
  }

  get page(): Page {
    return this.window.page;
  }

  async open(place: Place): Promise<void> {
    await this.page.getByTestId('room').filter({ hasText: titleOf(place) }).click();
    await this.page.getByRole('heading', { name: titleOf(place), exact: true }).waitFor();
  }

  async send(place: Place, text: string): Promise<void> {
    await this.open(place);
    await say(this.page, text);
    await this.page.getByTestId('message').filter({ hasText: text }).first().waitFor();
  }

  async editLast(place: Place, text: string): Promise<void> {
    await this.open(place);
    await this.page.getByTestId('composer').press('ArrowUp');
    await this.page.getByTestId('compose-bar').waitFor();
    await say(this.page, text);
  }

  async deleteLast(place: Place): Promise<void> {
    await this.open(place);
    const row = this.page.locator('[data-testid="message"].own').last();
    await row.focus();
    await row.press('Delete');
    await this.page.getByRole('dialog', { name: 'Delete message?' }).getByRole('button', { name: 'Delete' }).click();
  }

  async react(place: Place): Promise<void> {
    await this.open(place);
    const row = this.page.getByTestId('message').last();
    await row.focus();
    await row.press('e');
    await this.page.getByTestId('emoji-picker').getByRole('button', { name: 'thumbs up', exact: true }).click();
  }

  /** As far as it is mounted: whoever asks again finds more of it, up to its first message. */
  async view(place: Place): Promise<unknown> {
    await this.open(place);
    await this.page.getByTestId('timeline').evaluate((view) => view.scrollTo({ top: 0 }));
    return this.page.getByTestId('message').evaluateAll((rows) => rows.map((row) => {
      const [sender, id] = (row as HTMLElement).dataset['key']!.split(':');
      const deleted = row.querySelector('.bubble.deleted') !== null;
      const chips = [...row.querySelectorAll('.chips button')].map((chip) => `${chip.querySelector('.emoji')!.textContent} ${chip.querySelector('.numbers')!.textContent}`).sort();
      return [Number((row as HTMLElement).dataset['seq']), id, sender, deleted ? null : (row.querySelector('.body')?.textContent ?? '').trim(), deleted, chips];
    }));
  }
}

/** The reference view as an engine's or a window's is compared with it. */
export function plain(seen: readonly Seen[]): unknown {
  return seen.map(({ seq, id, sender, text, deleted, reactions }) => {
    const counts = new Map<string, number>();
    for (const reaction of reactions) counts.set(reaction.split(' ')[0]!, (counts.get(reaction.split(' ')[0]!) ?? 0) + 1);
    return [seq, id, sender, text, deleted, [...counts].map(([emoji, count]) => `${emoji} ${count}`).sort()];
  });
}

/** Until what is seen is what should be; the last difference is thrown. */
export async function sameView(seen: () => Promise<unknown>, wanted: () => unknown, what: string): Promise<void> {
  let last = '';
  await waitFor(async () => {
    const [is, should] = [JSON.stringify(await seen()), JSON.stringify(wanted())];
    last = `${is}\n  instead of\n${should}`;
    return is === should;
  }, 20_000, what).catch(() => {
    throw new Error(`${what}:\n${last}`);
  });
}
