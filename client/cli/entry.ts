// One entry of a room's log, as JSON and as a line for people: texts, edits, reactions and deletions as they were sent.
import { decodeBody, decodeFile, decodeReaction } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { formatUuid } from '../../shared/protocol/ids.ts';
import { safeFileName } from '../../shared/protocol/file-names.ts';
import type { Envelope, MessageKind } from '../../shared/protocol/messages.ts';
import { bytesWords } from '../engine/failures.ts';
import { clockTime, line, neutralise } from './output.ts';

export interface LogEntry {
  room: string;
  seq: number;
  ts: number;
  sender: string;
  id: string;
  kind: MessageKind;
  /** null: no text (a reaction, a deletion, something deleted), or a body this version cannot read. */
  text: string | null;
  target?: string;
  reply_to?: string;
  /** Names. */
  mentions?: string[];
  emoji?: string;
  on?: boolean;
  file_id?: string;
  /** Of the file: safe to save under, and bytes. */
  name?: string;
  size?: number;
  deleted?: true;
}

type NameOf = (userId: string) => string;

export function entryOf(envelope: Envelope, room: string, nameOf: NameOf): LogEntry {
  const { seq, ts, sender, client_msg_id, kind, target } = envelope;
  return { room, seq, ts, sender: nameOf(hex(sender)), id: formatUuid(client_msg_id), kind, text: null, ...(target && { target: formatUuid(target) }), ...bodyOf(envelope, nameOf) };
}

function bodyOf({ kind, body }: Envelope, nameOf: NameOf): Partial<LogEntry> {
  if (kind === 'delete') return {};
  if (kind === 'reaction') return decodeReaction(body) ?? {};
  if (body.length === 0) return { deleted: true };
  const file = kind === 'file' ? decodeFile(body) : undefined;
  const read = file ?? (kind === 'file' ? undefined : decodeBody(body));
  if (!read) return {};
  const { text, reply_to, mentions } = read;
  return { text, ...(file && { file_id: hex(file.file.id), name: safeFileName(file.file.name), size: file.file.size }), ...(reply_to && { reply_to: formatUuid(reply_to) }), ...(mentions && mentions.length > 0 && { mentions: mentions.map((id) => nameOf(hex(id))) }) };
}

/** `[photo.jpg, 1.2 MB] look at this` */
export function fileWords({ name, size }: { name: string; size: number }, caption: string): string {
  return `[${line(name)}, ${bytesWords(size)}]${caption === '' ? '' : ` ${textWords(caption, false)}`}`;
}

/** Further lines of a message are indented, so that none can pass for a message of its own. */
export function textWords(text: string | null | undefined, deleted: boolean): string {
  if (deleted) return '(deleted)';
  return text === null || text === undefined ? '(a message this version cannot read)' : neutralise(text).replaceAll('\n', '\n    ');
}

/** `12 2026-01-01 10:00` */
export function entryHead({ seq, ts }: { seq: number; ts: number }): string {
  return `${seq} ${clockTime(ts)}`;
}

/** `numberOf`: a message's number where it is known, else its id. */
export function entryText(entry: LogEntry, numberOf: (id: string) => string): string {
  const { sender, kind, text, target, reply_to: replyTo, emoji, on, deleted } = entry;
  const who = `${entryHead(entry)} ${line(sender)}`;
  const about = target === undefined ? '?' : numberOf(target);
  if (kind === 'delete') return `${who} deleted ${about}`;
  if (kind === 'reaction' && emoji === undefined) return `${who} reacted to ${about} in a way this version cannot read`;
  if (kind === 'reaction') return `${who} ${on ? `reacted ${line(emoji!)} to` : `took back ${line(emoji!)} from`} ${about}`;
  const words = entry.name === undefined || deleted ? textWords(text, deleted === true) : fileWords({ name: entry.name, size: entry.size! }, text ?? '');
  if (kind === 'edit') return `${who} ✎ edited ${about}: ${words}`;
  return `${who}: ${replyTo === undefined ? '' : `↪ ${numberOf(replyTo)}: `}${words}`;
}

/** Numbers of the newest messages printed; of an older one the id is shown. */
const NUMBERS_MAX = 10_000;

export class Numbers {
  readonly #seqs = new Map<string, number>();

  note({ id, seq }: { id: string; seq: number }): void {
    this.#seqs.set(id, seq);
    if (this.#seqs.size > NUMBERS_MAX) this.#seqs.delete(this.#seqs.keys().next().value!);
  }

  of(id: string): string {
    return String(this.#seqs.get(id) ?? id);
  }
}
