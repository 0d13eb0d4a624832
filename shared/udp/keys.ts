// The keys of one direction of an association: AES-256-GCM, AAD = the datagram's header, nonce = iv XOR packet number, and
// epochs that follow each other as a session's keys do. Numbers begin at 0 in every epoch, so no nonce is used twice.
//
//   sender    e ──(2^20 packets or 15 min, and something of e was acknowledged)──▶ e+1
//   receiver  knows e−1 (for 30 s), e and e+1; e ──(a tag under e+1 verifies)──▶ e+1
// So a sender is never more than one epoch ahead of its receiver, and two bits of the epoch tell which one is meant.
import { LABEL } from '../crypto/labels.ts';
import { ReplayWindow } from '../crypto/replay-window.ts';
import { expandLabel, HASH_SIZE } from '../crypto/schedule.ts';
import { nextTrafficKeys, openWith, sealWith, trafficKeys, wipe, type TrafficKeys } from '../crypto/traffic-keys.ts';
import { concat, equal, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { DATAGRAM_HEADER, EPOCH_KEPT_MS, EPOCH_MS, EPOCH_PACKETS } from '../protocol/limits.ts';
import { encodeHeader, type DatagramHeader } from './datagram.ts';

/** The secrets of epoch 0. `key` 32 bytes, `salt` 16 bytes. */
export function directionSecrets(key: Bytes, salt: Bytes): { client: Bytes; server: Bytes } {
  return { client: expandLabel(key, LABEL.udpClient, salt, HASH_SIZE), server: expandLabel(key, LABEL.udpServer, salt, HASH_SIZE) };
}

/** When an epoch is over. The defaults are the protocol's; a test may choose smaller ones. */
export interface EpochAfter {
  packets: number;
  ms: number;
}

const EPOCH: EpochAfter = { packets: EPOCH_PACKETS, ms: EPOCH_MS };

interface EpochKeys extends TrafficKeys {
  epoch: number;
}

function keysOf(epoch: number, secret: Bytes): EpochKeys {
  return { epoch, ...trafficKeys(secret) };
}

function keysAfter(keys: EpochKeys): EpochKeys {
  return { epoch: keys.epoch + 1, ...nextTrafficKeys(keys) };
}

export interface SealedDatagram {
  bytes: Bytes;
  epoch: number;
  number: number;
}

export class SendKeys {
  #keys: EpochKeys;
  #number = 0;
  #since: number;
  #acknowledged = false;
  #destroyed = false;
  readonly #connectionId: Bytes;
  readonly #after: EpochAfter;

  constructor(secret: Bytes, connectionId: Bytes, now: number, after: EpochAfter = EPOCH) {
    this.#keys = keysOf(0, Uint8Array.from(secret));
    this.#connectionId = Uint8Array.from(connectionId);
    this.#since = now;
    this.#after = after;
  }

  /** The epoch of the last datagram; the next one may begin another. */
  get epoch(): number {
    return this.#keys.epoch;
  }

  /** One whole datagram. Throws ReachError `local` after 2^48 of one epoch, and once its keys are destroyed. */
  seal(plaintext: Bytes, now: number): SealedDatagram {
    // Overwritten keys are keys that everybody knows.
    if (this.#destroyed) throw new ReachError('local', 'The keys of this direction of UDP are gone.');
    if (this.#acknowledged && this.#isDue(now)) this.#next(now);
    const { epoch } = this.#keys;
    const number = this.#number;
    const header = encodeHeader({ epoch, connectionId: this.#connectionId, packetNumber: number });
    this.#number += 1;
    return { bytes: concat(header, sealWith(this.#keys, number, { header, plaintext })), epoch, number };
  }

  /** Something of `epoch` has come: the receiver knows that epoch, and so the one after it. */
  acknowledged(epoch: number): void {
    if (epoch === this.#keys.epoch) this.#acknowledged = true;
  }

  destroy(): void {
    this.#destroyed = true;
    wipe(this.#keys);
  }

  #isDue(now: number): boolean {
    return this.#number >= this.#after.packets || now - this.#since >= this.#after.ms;
  }

  #next(now: number): void {
    const old = this.#keys;
    this.#keys = keysAfter(old);
    wipe(old);
    this.#number = 0;
    this.#since = now;
    this.#acknowledged = false;
  }
}

export interface OpenedDatagram {
  epoch: number;
  number: number;
  plaintext: Bytes;
  /** Above every number of the newest epoch so far. */
  highest: boolean;
}

interface ReceiveEpoch {
  keys: EpochKeys;
  window: ReplayWindow;
}

export class ReceiveKeys {
  readonly #connectionId: Bytes;
  #current: ReceiveEpoch;
  /** Derived once: whoever writes e+1 on nonsense must not cost three HMACs each time. */
  #next: ReceiveEpoch;
  #previous: (ReceiveEpoch & { until: number }) | undefined;
  #destroyed = false;

  constructor(secret: Bytes, connectionId: Bytes) {
    this.#connectionId = Uint8Array.from(connectionId);
    this.#current = { keys: keysOf(0, Uint8Array.from(secret)), window: new ReplayWindow() };
    this.#next = epochAfter(this.#current);
  }

  /** `header` is the datagram's own. What is not returned whole has changed nothing. */
  open(datagram: Bytes, header: DatagramHeader, now: number): OpenedDatagram | 'replay' | 'forged' {
    this.#forget(now);
    const from = this.#meant(header.epoch);
    if (this.#destroyed || !from || !equal(header.connectionId, this.#connectionId)) return 'forged';
    const number = header.packetNumber;
    if (!from.window.fresh(number)) return 'replay';
    const plaintext = openWith(from.keys, number, { header: datagram.subarray(0, DATAGRAM_HEADER), sealed: datagram.subarray(DATAGRAM_HEADER) });
    if (!plaintext) return 'forged';
    if (from === this.#next) this.#advance(now);
    const highest = from === this.#current && number > from.window.highest;
    from.window.accept(number);
    return { epoch: from.keys.epoch, number, plaintext, highest };
  }

  destroy(): void {
    this.#destroyed = true;
    for (const epoch of [this.#previous, this.#current, this.#next]) if (epoch) wipe(epoch.keys);
    this.#previous = undefined;
  }

  #meant(lowBits: number): ReceiveEpoch | undefined {
    const known = [this.#current, this.#next, this.#previous];
    return known.find((one) => one && (one.keys.epoch & 0b11) === lowBits);
  }

  #advance(now: number): void {
    if (this.#previous) wipe(this.#previous.keys);
    this.#previous = { ...this.#current, until: now + EPOCH_KEPT_MS };
    this.#current = this.#next;
    this.#next = epochAfter(this.#current);
  }

  #forget(now: number): void {
    if (!this.#previous || now < this.#previous.until) return;
    wipe(this.#previous.keys);
    this.#previous = undefined;
  }
}

function epochAfter({ keys }: ReceiveEpoch): ReceiveEpoch {
  return { keys: keysAfter(keys), window: new ReplayWindow() };
}
