// Questions to the server and their answers, matched by `req`. One connection's questions end with it.
import { isErrorCode } from '../../shared/protocol/errors.ts';
import type { Content, Message, MessageName } from '../../shared/protocol/messages.ts';
import { failureOf } from './failures.ts';
import type { Failure } from './types.ts';

/** What goes out carries `req`; the answer repeats it. */
export type Question = { [K in MessageName]: Content<K> extends { req: number } ? K : never }[MessageName];
export type Asked = Extract<Question, 'sync' | 'history' | 'room_list' | 'room_create' | 'room_join' | 'room_leave' | 'room_invite' | 'room_remove' | 'room_archive' | 'room_members' | 'link_ask' | 'dm_open' | 'status' | 'file_offer' | 'file_get' | 'file_complete' | 'file_cancel' | 'file_damage' | 'file_query'>;

export interface Line {
  send<K extends MessageName>(name: K, content: Content<K>): void;
}

/** `lost`: the connection ended first, nobody knows whether it was done. */
export type Reply = Message | { name: 'failed'; failure: Failure; retryAfter: number | undefined; lost: boolean };

/** Questions open at once; one more is refused here. */
const OPEN_MAX = 256;

export class Requests {
  #line: Line | undefined;
  #req = 0;
  #open = new Map<number, (reply: Reply) => void>();

  attach(line: Line): void {
    this.detach();
    this.#line = line;
    this.#req = 0;
  }

  detach(): void {
    this.#line = undefined;
    const open = this.#open;
    this.#open = new Map();
    for (const answer of open.values()) answer(unanswered());
  }

  ask<K extends Asked>(name: K, content: Omit<Content<K>, 'req'>, answer: (reply: Reply) => void): void {
    if (!this.#line || this.#open.size >= OPEN_MAX) return answer(unanswered());
    this.#req += 1;
    this.#open.set(this.#req, answer);
    this.#line.send(name, { ...content, req: this.#req } as Content<K>);
  }

  /** True where it was an answer. */
  take(message: Message): boolean {
    const { content } = message;
    const req = 'req' in content ? content.req : undefined;
    const answer = req === undefined ? undefined : this.#open.get(req);
    if (!answer) return req !== undefined;
    this.#open.delete(req!);
    answer(message.name === 'error' ? refused(message.content) : message);
    return true;
  }
}

function refused({ code, retry_after: retryAfter, limit }: Content<'error'>): Reply {
  const failure = failureOf(isErrorCode(code) ? code : 'server_error', { retryAfter, limit });
  return { name: 'failed', failure, retryAfter, lost: false };
}

function unanswered(): Reply {
  return { name: 'failed', failure: failureOf('not_connected'), retryAfter: undefined, lost: true };
}
