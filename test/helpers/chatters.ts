// People who chat over UDP in networks of their own, and what they may rely on.
import * as assert from 'uvu/assert';
import type { Protocol } from '../../client/engine/types.ts';
import type { RemoteEngine } from './engine-process.ts';
import { waitFor } from './waiting.ts';

export const isUp = (person: RemoteEngine): boolean => person.paths()?.sending === 'udp' && person.paths()?.receiving === 'udp';

export function up(...people: readonly RemoteEngine[]): Promise<true> {
  return waitFor(() => people.every(isUp), 90_000, `UDP both ways (${people.map((person) => JSON.stringify(person.paths()?.reason)).join(', ')})`);
}

/** A conversation in the lobby: what was said, and that everybody has it once. */
export class Conversation {
  readonly #people: readonly RemoteEngine[];
  readonly #said: string[] = [];

  constructor(people: readonly RemoteEngine[]) {
    this.#people = people;
  }

  get room(): string {
    return this.#people[0]!.log.rooms.find(({ kind }) => kind === 'lobby')!.id;
  }

  /** Says it; resolves with the way its acknowledgement took. */
  async say(person: RemoteEngine, text: string): Promise<Protocol | undefined> {
    this.#said.push(text);
    person.call('send', this.room, text);
    const id = await waitFor(() => person.log.shown(this.room).find((one) => one.text === text)?.id, 10_000, `${text} is shown`);
    await waitFor(() => person.log.acked.has(id), 60_000, `${text} is acknowledged`);
    const told = person.log.events.find((event) => event.type === 'message_state' && event.id === id && event.state.name === 'sent');
    return told?.type === 'message_state' ? told.path : undefined;
  }

  /** Says it again and again until UDP brought an acknowledgement: the server's side may learn a moment later that UDP is back. */
  async sayByUdp(person: RemoteEngine, text: string): Promise<void> {
    let round = 0;
    await waitFor(async () => (await this.say(person, `${text} (${(round += 1)})`)) === 'udp', 20_000, `an acknowledgement by UDP of ${text}`);
  }

  /** Everybody has everything that was said, once. */
  async whole(): Promise<void> {
    const expected = [...this.#said].sort();
    for (const [at, { log }] of this.#people.entries()) {
      const texts = (): string[] => log.shown(this.room).map(({ text }) => text ?? '').sort();
      await waitFor(() => texts().length >= expected.length, 60_000, `person ${at} has everything`);
      assert.equal(texts(), expected);
    }
  }
}
