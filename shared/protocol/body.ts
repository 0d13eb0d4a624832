// The bodies of messages, client to client; the server never reads one. What a body holds depends on the envelope's kind:
// text and edit: `{ text, reply_to?, mentions? }` (Markdown), reaction: `{ emoji, on }`, delete: no bytes at all.
// A message whose body has no bytes was deleted: the server blanks what it stored.
import * as v from 'valibot';
import type { Bytes } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { ReachError } from './errors.ts';
import { BODY_MAX, ID_SIZE, MENTIONS_MAX } from './limits.ts';

// Two realms meet in the window (its own and Node's), so `instanceof Uint8Array` would refuse honest bytes.
const id = v.custom<Bytes>((x) => ArrayBuffer.isView(x) && (x as Bytes).BYTES_PER_ELEMENT === 1 && (x as Bytes).length === ID_SIZE, 'not an id');
const textSchema = v.object({ text: v.string(), reply_to: v.exactOptional(id), mentions: v.exactOptional(v.pipe(v.array(id), v.maxLength(MENTIONS_MAX))) });
/** UTF-16 units: the longest emoji of Unicode 16 has 15, with room for what comes. */
const EMOJI_MAX = 32;
const reactionSchema = v.object({ emoji: v.pipe(v.string(), v.minLength(1), v.maxLength(EMOJI_MAX)), on: v.boolean() });

/** reply_to: client_msg_id of the message answered. mentions: user ids. */
export type Body = v.InferOutput<typeof textSchema>;
/** `on` false takes the reaction back. */
export type Reaction = v.InferOutput<typeof reactionSchema>;

export const EMPTY_BODY: Bytes = new Uint8Array();

/** Throws ReachError `too_large` over BODY_MAX bytes. */
export function encodeBody(body: Body): Bytes {
  const bytes = encodeCbor(body);
  if (bytes.length > BODY_MAX) throw new ReachError('too_large', `A message holds at most ${BODY_MAX / 1024} KB of text; this one has ${Math.ceil(bytes.length / 1024)} KB.`);
  return bytes;
}

export function encodeReaction(reaction: Reaction): Bytes {
  return encodeCbor(reaction);
}

/** undefined for a body this version cannot read: shown as such, never an error. */
export function decodeBody(bytes: Bytes): Body | undefined {
  return read(textSchema, bytes);
}

export function decodeReaction(bytes: Bytes): Reaction | undefined {
  return read(reactionSchema, bytes);
}

function read<T>(schema: v.GenericSchema<unknown, T>, bytes: Bytes): T | undefined {
  try {
    const result = v.safeParse(schema, decodeCbor(bytes));
    return result.success ? result.output : undefined;
  } catch (cause) {
    if (cause instanceof ReachError) return undefined;
    throw cause;
  }
}
