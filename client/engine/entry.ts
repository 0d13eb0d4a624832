// A message of one's own on its way: what is kept on disk, and what goes on the wire. Ids are hex.
import * as v from 'valibot';
import { encodeBody, encodeReaction, EMPTY_BODY, type Body, type Manifest } from '../../shared/protocol/body.ts';
import { base64url, fromBase64url, fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import { MENTIONS_MAX } from '../../shared/protocol/limits.ts';
import type { Content } from '../../shared/protocol/messages.ts';

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const common = {
  id, room: id, ts: v.pipe(v.number(), v.integer()),
  /** Why the server will not have it. */
  refused: v.exactOptional(v.picklist(Object.keys(ERROR_CODES) as ErrorCode[])),
};
const bytes = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const mentions = v.exactOptional(v.pipe(v.array(id), v.maxLength(MENTIONS_MAX)));

/** A manifest as JSON can hold it: id in hex, other bytes in base64url. */
export const savedManifestSchema = v.object({
  id, size: count, name: v.string(), type: v.string(), key: v.exactOptional(bytes), inline: v.exactOptional(bytes),
  width: v.exactOptional(count), height: v.exactOptional(count), thumbhash: v.exactOptional(bytes), duration: v.exactOptional(count), waveform: v.exactOptional(bytes),
});

export type SavedManifest = v.InferOutput<typeof savedManifestSchema>;

export const fileEntrySchema = v.object({ ...common, kind: v.literal('file'), text: v.string(), replyTo: v.exactOptional(id), mentions, file: savedManifestSchema });

export const entrySchema = v.union([
  v.object({ ...common, kind: v.literal('edit'), target: id, text: v.string(), mentions }),
  v.object({ ...common, kind: v.literal('reaction'), target: id, emoji: v.string(), on: v.boolean() }),
  v.object({ ...common, kind: v.literal('delete'), target: id }),
  fileEntrySchema,
  v.object({ ...common, kind: v.optional(v.literal('text'), 'text'), text: v.string(), replyTo: v.exactOptional(id), mentions }),
]);

export type Entry = v.InferOutput<typeof entrySchema>;
export type FileEntry = v.InferOutput<typeof fileEntrySchema>;
/** What stands in the timeline by itself. */
export type TextEntry = Extract<Entry, { kind: 'text' | 'file' }>;

/** All of `send` but its `n`. Throws ReachError `too_large`. */
export function wireOf(entry: Entry): Omit<Content<'send'>, 'n'> {
  const target = 'target' in entry ? { target: fromHex(entry.target)! } : {};
  return { client_msg_id: fromHex(entry.id)!, room: fromHex(entry.room)!, kind: entry.kind, ...target, body: bodyOf(entry) };
}

function bodyOf(entry: Entry): Bytes {
  switch (entry.kind) {
    case 'text':
      return encodeBody({ ...textOf(entry), ...(entry.replyTo && { reply_to: fromHex(entry.replyTo)! }) });
    case 'file':
      return encodeBody({ ...textOf(entry), ...(entry.replyTo && { reply_to: fromHex(entry.replyTo)! }), file: manifestOf(entry.file) });
    case 'edit':
      return encodeBody(textOf(entry));
    case 'reaction':
      return encodeReaction({ emoji: entry.emoji, on: entry.on });
    case 'delete':
      return EMPTY_BODY;
  }
}

export function savedManifest({ id: fileId, key, inline, thumbhash, waveform, ...rest }: Manifest): SavedManifest {
  return {
    ...rest, id: hex(fileId), ...(key && { key: base64url(key) }), ...(inline && { inline: base64url(inline) }),
    ...(thumbhash && { thumbhash: base64url(thumbhash) }), ...(waveform && { waveform: base64url(waveform) }),
  };
}

export function manifestOf({ id: fileId, key, inline, thumbhash, waveform, ...rest }: SavedManifest): Manifest {
  const from = (text: string) => fromBase64url(text) ?? new Uint8Array();
  return {
    ...rest, id: fromHex(fileId)!, ...(key && { key: from(key) }), ...(inline !== undefined && { inline: from(inline) }),
    ...(thumbhash && { thumbhash: from(thumbhash) }), ...(waveform && { waveform: from(waveform) }),
  };
}

function textOf({ text, mentions: named }: { text: string; mentions?: string[] }): Body {
  return { text, ...(named && named.length > 0 && { mentions: named.map((one) => fromHex(one)!) }) };
}
