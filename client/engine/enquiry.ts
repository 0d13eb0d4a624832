// What a server says to everybody who knocks: whether it takes new accounts (hello_ok, protocol §1.2). One dial, closed at the greeting;
// nothing about the person is sent.
import { Connection, type Effects } from './connection.ts';
import { judge, type Known } from './trust.ts';
import type { Target } from './target.ts';
import type { Registration } from './types.ts';

export class Enquiry {
  readonly #effects: Effects;
  #connection: Connection | undefined;

  constructor(effects: Effects) {
    this.#effects = effects;
  }

  /** undefined: no answer, or not from the server that is known at this place. Only the latest question is answered. */
  ask({ address, link }: Pick<Target, 'address' | 'link'>, known: Known): Promise<Registration | undefined> {
    this.stop();
    return new Promise((resolve) => {
      let said: Registration | undefined;
      this.#connection = new Connection(address, this.#effects, {
        stage: () => {},
        greeted: (seen) => {
          const { name } = judge(address, seen, { ...known, ...(link && { link }) });
          if (name === 'trusted' || name === 'unknown') said = seen.registration;
          return { stop: 'not_connected' };
        },
        opened: () => {},
        received: () => {},
        ended: () => resolve(said),
      });
    });
  }

  stop(): void {
    this.#connection?.end('not_connected');
  }
}
