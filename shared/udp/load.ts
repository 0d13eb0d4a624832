// The inside of one datagram while it is filled.
import { concat, type Bytes } from '../protocol/bytes.ts';
import { DATAGRAM_HEADER, TAG_SIZE } from '../protocol/limits.ts';
import { encodeFrame, PAYLOAD_MAX, type DatagramFrame } from './frames.ts';

export class Load {
  readonly #parts: Bytes[] = [];
  #size = 0;
  /** Something inside asks for an answer. */
  asks = false;

  get room(): number {
    return PAYLOAD_MAX - this.#size;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Bytes of the datagram around it. */
  get datagramSize(): number {
    return DATAGRAM_HEADER + this.#size + TAG_SIZE;
  }

  /** False where it does not fit; then nothing has changed. */
  add(frame: DatagramFrame): boolean {
    const bytes = encodeFrame(frame);
    if (bytes.length > this.room) return false;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    this.asks ||= isAsking(frame);
    return true;
  }

  bytes(): Bytes {
    return concat(...this.#parts);
  }

  /** Padding up to a datagram of the largest size: what arrives so says that the way carries it. */
  pad(): void {
    this.#parts.push(new Uint8Array(this.room));
    this.#size = PAYLOAD_MAX;
  }
}

export function loaded(...frames: readonly DatagramFrame[]): Load {
  const load = new Load();
  for (const frame of frames) load.add(frame);
  return load;
}

/** Whether a frame wants an acknowledgement (RFC 9000 §13.2: ack-eliciting). */
export function isAsking({ name }: DatagramFrame): boolean {
  return name === 'ping' || name === 'fragment' || name === 'drop';
}
