// Reports of damage. The server cannot read a chunk, but it knows the hash of what it was sent: either its own copy has changed,
// or the file came as it is, or the way to one reader is bad.
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import type { Session } from '../chat/session.ts';
import { isUnfinished, type Live } from './live.ts';
import { FileRefused } from './space.ts';
import { end, refuseEnded, visible, type Work } from './work.ts';

/** Checks that wait for their turn: each reads a whole file. */
const WAITING_MAX = 16;
const RETRY_MS = 10_000;

export class Checks {
  readonly #work: Work;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Resolves when it is known whose fault it is, and those whom it concerns are told. Rejects with FileRefused. */
  async report(session: Session, transferId: Bytes): Promise<void> {
    const transfer = visible(this.#work, session, transferId);
    await this.#work.lives.use(transfer, async (live) => {
      refuseEnded(live);
      const isSound = isUnfinished(live.transfer) || (await this.#inOrder(() => this.#isSound(live)));
      if (isSound) return this.#work.states.remark(live, { code: 'damaged', user_id: session.userId });
      await live.inTurn(() => end(this.#work, live, 'damaged'));
    });
  }

  /** One file at a time: chat and transfers need the disk too. */
  #inOrder<T>(check: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX) throw new FileRefused('rate_limited', undefined, RETRY_MS);
    this.#waiting += 1;
    const result = this.#last.then(check).finally(() => (this.#waiting -= 1));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #isSound(live: Live): Promise<boolean> {
    const { size, hash } = live.transfer;
    const length = await this.#work.cache.size(live.key);
    return length === size && hash !== undefined && equal(await this.#work.cache.hash(live.key), hash);
  }
}
