// The body of a message, client to client; the server never reads it. Today: `{ text }` (Markdown).
import * as v from 'valibot';
import type { Bytes } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { ReachError } from './errors.ts';
import { BODY_MAX } from './limits.ts';

const schema = v.object({ text: v.string() });

export type Body = v.InferOutput<typeof schema>;

/** Throws ReachError `too_large` over BODY_MAX bytes. */
export function encodeBody(body: Body): Bytes {
  const bytes = encodeCbor({ text: body.text });
  if (bytes.length > BODY_MAX) throw new ReachError('too_large', `A message holds at most ${BODY_MAX / 1024} KB of text; this one has ${Math.ceil(bytes.length / 1024)} KB.`);
  return bytes;
}

/** undefined for a body this version cannot read: shown as such, never an error. */
export function decodeBody(bytes: Bytes): Body | undefined {
  try {
    const result = v.safeParse(schema, decodeCbor(bytes));
    return result.success ? result.output : undefined;
  } catch (cause) {
    if (cause instanceof ReachError) return undefined;
    throw cause;
  }
}
