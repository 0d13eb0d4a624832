// What a server and a relay beside it say to each other over the socket in their data directory. A message is
// `length:u32 | body`, the body one map of strict CBOR (shared/protocol/cbor.ts) with its name. `id` is a connection id, `n` counts
// what was given to one association. Keys never travel here: the relay reads them in the store, sealed.
//
//   relay → server
//   hello    version, port,    first of all: where its UDP port is, and whether the one above it is open as well
//            second
//   turned   id, up            frames can be sent by UDP from now on, or can't
//   message  id, frame         one whole frame of the client's
//   settled  id, n             the client has it
//   lost     id, n             it could not be brought over, and is the server's again
//   stat     id, content       to be told by TCP (udp_stat)
//   renewed  id, salt          to be told by TCP (udp_resync)
//   pong
//
//   server → relay
//   welcome  version           the answer to hello
//   open     id, salt?         a session. With the salt it was told; without one the relay draws another and says `renewed`
//   send     id, n, frame      reliably
//   once     id, frame         may be lost
//   reported id, content       what the client told by TCP (udp_stat)
//   ask      id, silent        one ping to the client, and none by itself for so many milliseconds (udp_ask)
//   renew    id                everything anew, under another salt
//   close    id                its session is over
//   ping
import * as v from 'valibot';
import { concat, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '../../shared/protocol/cbor.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { CONNECTION_ID_SIZE, FRAGMENT_MAX, FRAGMENTS_MAX } from '../../shared/protocol/limits.ts';
import { MESSAGES } from '../../shared/protocol/messages.ts';
import { SALT_SIZE } from './link.ts';

/** Rises with any change of the table: both processes are of one build. */
export const WIRE_VERSION = 1;
/** Bytes of the largest frame that UDP takes. */
export const UDP_FRAME_MAX = FRAGMENT_MAX * FRAGMENTS_MAX;
/** Bytes of one body: such a frame in its map. */
export const BODY_MAX = UDP_FRAME_MAX + 1024;

const bytes = (size?: number) => v.pipe(
  v.custom<Bytes>((input) => ArrayBuffer.isView(input) && (size === undefined || input.byteLength === size)),
  v.transform((input): Bytes => Uint8Array.from(input)),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const id = bytes(CONNECTION_ID_SIZE);
const of = <const N extends string>(name: N) => ({ name: v.literal(name), id });
const { schema: stat } = MESSAGES.udp_stat;

const FROM_RELAY = v.variant('name', [
  v.object({ name: v.literal('hello'), version: count, port: v.pipe(count, v.minValue(1), v.maxValue(65_535)), second: v.boolean() }),
  v.object({ ...of('turned'), up: v.boolean() }),
  v.object({ ...of('message'), frame: bytes() }),
  v.object({ ...of('settled'), n: count }),
  v.object({ ...of('lost'), n: count }),
  v.object({ ...of('stat'), content: stat }),
  v.object({ ...of('renewed'), salt: bytes(SALT_SIZE) }),
  v.object({ name: v.literal('pong') }),
]);

const FROM_SERVER = v.variant('name', [
  v.object({ name: v.literal('welcome'), version: count }),
  v.object({ ...of('open'), salt: v.optional(bytes(SALT_SIZE)) }),
  v.object({ ...of('send'), n: count, frame: bytes() }),
  v.object({ ...of('once'), frame: bytes() }),
  v.object({ ...of('reported'), content: stat }),
  v.object({ ...of('ask'), silent: count }),
  v.object(of('renew')),
  v.object(of('close')),
  v.object({ name: v.literal('ping') }),
]);

export type FromRelay = v.InferOutput<typeof FROM_RELAY>;
export type FromServer = v.InferOutput<typeof FROM_SERVER>;

/** One end of the socket: what it says. Nothing is kept back here; what the system does not take yet is counted. */
export interface Wire<Said> {
  say(message: Said): void;
  /** Bytes that the system has not taken. */
  readonly waiting: number;
  close(): void;
}

/** Throws ReachError `malformed` where it would be too large. */
export function encodeWire(message: FromRelay | FromServer): Bytes {
  const body = encodeCbor(message);
  if (body.length > BODY_MAX) throw new ReachError('malformed', `a message of ${body.length} bytes`);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return concat(length, body);
}

/** Throws ReachError `malformed` on anything that is not in the table. */
export const decodeFromRelay = (body: Bytes): FromRelay => checked(FROM_RELAY, body);
export const decodeFromServer = (body: Bytes): FromServer => checked(FROM_SERVER, body);

function checked<T>(schema: v.GenericSchema<unknown, T>, body: Bytes): T {
  const parsed = v.safeParse(schema, decodeCbor(body));
  if (!parsed.success) throw new ReachError('malformed', 'not a message of this socket');
  return parsed.output;
}
