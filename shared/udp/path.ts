// Where to: the relay's knowledge of its client's address. An address is believed when it answered a challenge; until then
// it gets at most three times the bytes that came from it (RFC 9000 §8).
//
//   none ──a datagram──▶ unproven ──its response──▶ proven ──a newer datagram from elsewhere──▶ proven, with a candidate
//                                                     ▲─────────the candidate's response──────────────┘
import { equal, type Bytes, type Random } from '../protocol/bytes.ts';
import { NONCE_SIZE } from './frames.ts';

interface Place {
  address: string;
  received: number;
  sent: number;
  proven: boolean;
  challenge: Bytes;
  challengedAt: number;
}

/** Bytes sent for each byte received, to an address that proved nothing. */
const AMPLIFICATION = 3;
/** Milliseconds between two challenges to one address. */
const CHALLENGE_EVERY_MS = 200;

export class Path {
  readonly #random: Random;
  #place: Place | undefined;
  #candidate: Place | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  get address(): string | undefined {
    return this.#place?.address;
  }

  get proven(): boolean {
    return this.#place?.proven === true;
  }

  isProven(address: string): boolean {
    return this.#known(address)?.proven === true;
  }

  /** A datagram that verified. `newest`: of the highest number yet; only such a one may move the path. */
  came(address: string, size: number, newest: boolean): void {
    const known = this.#known(address);
    if (known) known.received += size;
    else if (newest) this.#found({ address, received: size, sent: 0, proven: false, challenge: this.#random(NONCE_SIZE), challengedAt: -Infinity });
  }

  /** Whom to challenge now, and with what. */
  challenge(now: number): { to: string; nonce: Bytes } | undefined {
    const place = this.#candidate ?? (this.#place?.proven ? undefined : this.#place);
    if (!place || place.received === 0 || now < place.challengedAt + CHALLENGE_EVERY_MS) return undefined;
    // Each challenge answers something that came: nobody is asked again and again who says nothing.
    place.challengedAt = now;
    return { to: place.address, nonce: place.challenge };
  }

  /** True where `address` has proven itself with this. */
  responded(address: string, nonce: Bytes): boolean {
    const place = this.#known(address);
    if (!place || place.proven || !equal(place.challenge, nonce)) return false;
    place.proven = true;
    this.#place = place;
    this.#candidate = undefined;
    return true;
  }

  /** Whether `size` more bytes may go there. */
  allows(address: string, size: number): boolean {
    const place = this.#known(address);
    return place !== undefined && (place.proven || place.sent + size <= AMPLIFICATION * place.received);
  }

  sent(address: string, size: number): void {
    const place = this.#known(address);
    if (place) place.sent += size;
  }

  #known(address: string): Place | undefined {
    return this.#place?.address === address ? this.#place : this.#candidate?.address === address ? this.#candidate : undefined;
  }

  #found(place: Place): void {
    if (this.#place?.proven) this.#candidate = place;
    else this.#place = place;
  }
}
