// A message of one's own on its way: what is kept on disk, and what goes on the wire. Ids are hex.
import * as v from 'valibot';
import { encodeBody, encodeReaction, EMPTY_BODY, type Body } from '../../shared/protocol/body.ts';
import { fromHex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import { MENTIONS_MAX } from '../../shared/protocol/limits.ts';
import type { Content } from '../../shared/protocol/messages.ts';

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const common = {
  id, room: id, ts: v.pipe(v.number(), v.integer()),
  /** Why the server will not have it. */
  refused: v.exactOptional(v.picklist(Object.keys(ERROR_CODES) as ErrorCode[])),
};
const mentions = v.exactOptional(v.pipe(v.array(id), v.maxLength(MENTIONS_MAX)));

export const entrySchema = v.union([
  v.object({ ...common, kind: v.literal('edit'), target: id, text: v.string(), mentions }),
  v.object({ ...common, kind: v.literal('reaction'), target: id, emoji: v.string(), on: v.boolean() }),
  v.object({ ...common, kind: v.literal('delete'), target: id }),
  v.object({ ...common, kind: v.optional(v.literal('text'), 'text'), text: v.string(), replyTo: v.exactOptional(id), mentions }),
]);

export type Entry = v.InferOutput<typeof entrySchema>;
export type TextEntry = Extract<Entry, { kind: 'text' }>;

/** All of `send` but its `n`. Throws ReachError `too_large`. */
export function wireOf(entry: Entry): Omit<Content<'send'>, 'n'> {
  const target = 'target' in entry ? { target: fromHex(entry.target)! } : {};
  return { client_msg_id: fromHex(entry.id)!, room: fromHex(entry.room)!, kind: entry.kind, ...target, body: bodyOf(entry) };
}

function bodyOf(entry: Entry): Bytes {
  switch (entry.kind) {
    case 'text':
      return encodeBody({ ...textOf(entry), ...(entry.replyTo && { reply_to: fromHex(entry.replyTo)! }) });
    case 'edit':
      return encodeBody(textOf(entry));
    case 'reaction':
      return encodeReaction({ emoji: entry.emoji, on: entry.on });
    case 'delete':
      return EMPTY_BODY;
  }
}

function textOf({ text, mentions: named }: { text: string; mentions?: string[] }): Body {
  return { text, ...(named && named.length > 0 && { mentions: named.map((one) => fromHex(one)!) }) };
}
