// Messages, as the window sees them. Types only.
import type { FileInfo } from '../files/types.ts';
import type { Failure } from './session.ts';

export interface Reaction {
  emoji: string;
  /** User ids, in the order they reacted. */
  users: string[];
}

/**
 *   queued ──written to the server──▶ queued ──msg_ack──▶ sent
 *      └──refused by the server──▶ failed ──retry──▶ queued
 */
export type SendState = { name: 'queued' } | { name: 'sent' } | { name: 'failed'; failure: Failure };

export interface ChatMessage {
  id: string;
  room: string;
  /** Absent until the server has given it one. */
  seq?: number;
  ts: number;
  sender: string;
  /** undefined: a body this version cannot read, or one that was deleted. */
  text?: string;
  state: SendState;
  /** Id of the message this one answers; it may not be loaded. */
  replyTo?: string;
  /** User ids. */
  mentions: string[];
  reactions: Reaction[];
  /** `text` is then its caption; it may be empty. */
  file?: FileInfo;
  /** When it was last edited. */
  edited?: number;
  /** By whom. */
  deleted?: string;
}

/** What a new message may carry besides its text. */
export interface SendOptions {
  replyTo?: string;
  mentions?: string[];
}

export interface SendFilesOptions extends SendOptions {
  text?: string;
}

/** Ids of a file and of its message. */
export interface SentFile {
  file: string;
  message: string;
}
