// What waits to be written to one session: bounded by bytes and frames, what the socket has not taken included.
// Over the bound frames that a fresh roster can replace go first; if that is not enough the reader is too slow.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { COALESCE_BYTES, SEND_QUEUE_BYTES, SEND_QUEUE_FRAMES } from '../../shared/protocol/limits.ts';

interface Queued {
  frame: Bytes;
  /** The receiver can do without it: presence, roster. */
  droppable: boolean;
}

export class SendQueue {
  #frames: Queued[] = [];
  #bytes = 0;
  /** Something was left out since the flag was last put down. */
  dropped = false;

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#frames.length;
  }

  /** False: no room even without the droppable frames. `unsent`: bytes the socket still holds. */
  push(frame: Bytes, droppable: boolean, unsent: number): boolean {
    if (!this.#hasRoom(frame, unsent)) {
      this.#dropReplaceable();
      if (droppable) {
        this.dropped = true;
        return true;
      }
      if (!this.#hasRoom(frame, unsent)) return false;
    }
    this.#frames.push({ frame, droppable });
    this.#bytes += frame.length;
    return true;
  }

  /** The frames of the next record: up to 64 KiB together, or one larger frame alone. Empty when nothing waits. */
  take(): Bytes[] {
    let count = 0;
    let size = 0;
    while (count < this.#frames.length) {
      size += this.#frames[count]!.frame.length;
      if (count > 0 && size > COALESCE_BYTES) break;
      count += 1;
    }
    const taken = this.#frames.splice(0, count).map(({ frame }) => frame);
    for (const frame of taken) this.#bytes -= frame.length;
    return taken;
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }

  #hasRoom(frame: Bytes, unsent: number): boolean {
    return this.#frames.length < SEND_QUEUE_FRAMES && this.#bytes + unsent + frame.length <= SEND_QUEUE_BYTES;
  }

  #dropReplaceable(): void {
    const kept = this.#frames.filter(({ droppable }) => !droppable);
    if (kept.length < this.#frames.length) this.dropped = true;
    this.#frames = kept;
    this.#bytes = kept.reduce((sum, { frame }) => sum + frame.length, 0);
  }
}
