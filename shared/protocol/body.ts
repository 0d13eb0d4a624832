// The bodies of messages, client to client; the server never reads one. What a body holds depends on the envelope's kind:
// text and edit: `{ text, reply_to?, mentions? }` (Markdown), file: the same with `file` (a manifest), reaction: `{ emoji, on }`, delete: no bytes at all.
// A message whose body has no bytes was deleted: the server blanks what it stored.
import * as v from 'valibot';
import type { Bytes } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { ReachError } from './errors.ts';
import { BODY_MAX, FILE_NAME_MAX, FILE_TYPE_MAX, ID_SIZE, INLINE_MAX_UDP, MENTIONS_MAX, THUMBHASH_MAX, WAVEFORM_MAX } from './limits.ts';

// Two realms meet in the window (its own and Node's), so `instanceof Uint8Array` would refuse honest bytes.
const anyBytes = v.custom<Bytes>((x) => ArrayBuffer.isView(x) && (x as Bytes).BYTES_PER_ELEMENT === 1, 'not bytes');
const sized = (least: number, most = least) => v.pipe(anyBytes, v.check((x) => x.length >= least && x.length <= most, 'wrong size'));
const id = sized(ID_SIZE);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const textSchema = v.object({ text: v.string(), reply_to: v.exactOptional(id), mentions: v.exactOptional(v.pipe(v.array(id), v.maxLength(MENTIONS_MAX))) });
const manifestSchema = v.pipe(
  v.object({
    id, size: count, name: v.pipe(v.string(), v.minLength(1), v.maxLength(FILE_NAME_MAX)), type: v.pipe(v.string(), v.maxLength(FILE_TYPE_MAX)),
    key: v.exactOptional(sized(32)), inline: v.exactOptional(sized(0, INLINE_MAX_UDP)),
    width: v.exactOptional(count), height: v.exactOptional(count), thumbhash: v.exactOptional(sized(1, THUMBHASH_MAX)),
    duration: v.exactOptional(count), waveform: v.exactOptional(sized(1, WAVEFORM_MAX)),
  }),
  v.check(({ key, inline, size }) => (key === undefined) !== (inline === undefined) && (inline === undefined || inline.length === size), 'key or inline'),
);
const fileSchema = v.object({ ...textSchema.entries, file: manifestSchema });
/** UTF-16 units: the longest emoji of Unicode 16 has 15, with room for what comes. */
const EMOJI_MAX = 32;
const reactionSchema = v.object({ emoji: v.pipe(v.string(), v.minLength(1), v.maxLength(EMOJI_MAX)), on: v.boolean() });

/** reply_to: client_msg_id of the message answered. mentions: user ids. */
export type Body = v.InferOutput<typeof textSchema>;
/**
 * A file in a message. id: of its transfer; size: bytes of plaintext; key: what its chunks are sealed with, inline: its bytes, one of the two.
 * name and type are the sender's word; width and height in pixels; duration in milliseconds; waveform: loudness 0–255 in equal steps.
 */
export type Manifest = v.InferOutput<typeof manifestSchema>;
/** `text` is the caption, which may be empty. */
export type FileBody = v.InferOutput<typeof fileSchema>;
/** `on` false takes the reaction back. */
export type Reaction = v.InferOutput<typeof reactionSchema>;

export const EMPTY_BODY: Bytes = new Uint8Array();

/** Throws ReachError `too_large` over BODY_MAX bytes. */
export function encodeBody(body: Body | FileBody): Bytes {
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

export function decodeFile(bytes: Bytes): FileBody | undefined {
  return read(fileSchema, bytes);
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
