// What a transfer needs of a session: questions with answers, and the secret that data connections are bound to.
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import type { Address } from '../../../shared/protocol/link.ts';
import type { Content } from '../../../shared/protocol/messages.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import type { Effects } from '../connection.ts';
import type { Reply, Requests } from '../requests.ts';
import type { Failure } from '../types.ts';
import { DataLine, LineLost } from './data-line.ts';
import { DOWNLOAD, UPLOAD } from '../../../shared/crypto/file-cipher.ts';

export interface SessionLine {
  address: Address;
  exporter: Bytes;
}

type Asked = 'file_offer' | 'file_get' | 'file_complete' | 'file_cancel' | 'file_damage' | 'file_query';

/** The server said no. */
export class Refused extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export class ServerLine {
  readonly #requests: Requests;
  readonly #session: SessionLine;
  readonly #effects: Effects;

  constructor(requests: Requests, session: SessionLine, effects: Effects) {
    this.#requests = requests;
    this.#session = session;
    this.#effects = effects;
  }

  /** Throws Refused; LineLost where the session ended first or the server asks for patience. */
  async ask<K extends Asked>(name: K, content: Omit<Content<K>, 'req'>): Promise<Exclude<Reply, { name: 'failed' }>> {
    const reply = await new Promise<Reply>((resolve) => this.#requests.ask(name, content, resolve));
    if (reply.name !== 'failed') return reply;
    if (reply.lost || reply.failure.code === 'rate_limited' || reply.failure.code === 'busy') throw new LineLost(reply.failure.code);
    throw new Refused(reply.failure);
  }

  /** Throws as ask() does. */
  async slot<K extends 'file_offer' | 'file_get'>(name: K, content: Omit<Content<K>, 'req'>): Promise<Content<'file_slot'>> {
    const reply = await this.ask(name, content);
    if (reply.name !== 'file_slot') throw new ReachError('unexpected', `${reply.name} for ${name}`);
    return reply.content;
  }

  /** A chunk did not verify. What becomes of the report does not change what the receiver is told. */
  async report(transferId: Bytes): Promise<void> {
    try {
      await this.ask('file_damage', { transfer_id: transferId });
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof LineLost)) throw error;
    }
  }

  /** Ciphertext bytes the server has of it. */
  async bytesThere(transferId: Bytes): Promise<number> {
    const reply = await this.ask('file_query', { files: [transferId] });
    return reply.name === 'file_states' ? (reply.content.files[0]?.bytes ?? 0) : 0;
  }

  attach({ transfer_id: transferId, token, offset }: Content<'file_slot'>, direction: typeof UPLOAD | typeof DOWNLOAD, signal: AbortSignal): Promise<DataLine> {
    const { address, exporter } = this.#session;
    return DataLine.attach({ address, exporter, attachment: { token, transferId, direction, offset }, effects: this.#effects, signal });
  }
}
