// THE table: every frame of protocol 1. Encoding, decoding, validation, dispatch and the table in docs/protocol.md
// derive from it. Ids are append-only: a frame may leave the table, its id is never given to another.
import * as v from 'valibot';
import type { Bytes } from './bytes.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { ReachError } from './errors.ts';
import {
  BODY_MAX, CONNECTION_ID_SIZE, DEVICE_NAME_MAX, DIRECTORY_PAGE, FILES_PAGE, ID_SIZE, LINK_MAX, MARKS_MEMBERS_MAX, PAGE_MESSAGES, PEOPLE_PAGE, ROOM_NAME_MAX, ROOMS_MAX, STATUS_MAX, TOPIC_MAX, UDP_ACK_MAX, UDP_SILENCE_MAX,
} from './limits.ts';

// Two realms meet in the window (its own and Node's), so `instanceof Uint8Array` would refuse honest bytes.
const anyBytes = v.custom<Bytes>((x) => ArrayBuffer.isView(x) && (x as Bytes).BYTES_PER_ELEMENT === 1, 'not bytes');
const bytes = (size: number) => v.pipe(anyBytes, v.check((x) => x.length === size, `not ${size} bytes`));
const upTo = (size: number) => v.pipe(anyBytes, v.check((x) => x.length <= size, `over ${size} bytes`));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const id = bytes(ID_SIZE);
const optional = v.optional;

const presence = v.picklist(['online', 'away', 'dnd', 'offline']);
const path = v.picklist(['tcp', 'udp']);
const kind = v.picklist(['text', 'file', 'edit', 'reaction', 'delete']);
// since: when their first session of now began; path: what carries their newest one. Both absent while they are offline.
const member = v.object({ user_id: id, username: text(64), display: text(64), presence, status: text(STATUS_MAX), last_seen: v.nullable(count), since: optional(count), path: optional(path), rev: count });
const roomKind = v.picklist(['lobby', 'public', 'private', 'dm']);
const role = v.picklist(['member', 'moderator']);
// floor: seq below the first message this user may read. read, unread: of this user. peer: the other one of a dm.
const room = v.object({
  room: id, kind: roomKind, name: text(ROOM_NAME_MAX), topic: text(TOPIC_MAX), role, peer: optional(id), archived: optional(v.boolean()), head: count, floor: count, match: v.boolean(), read: count, unread: count,
});
const listed = v.object({ room: id, name: text(ROOM_NAME_MAX), topic: text(TOPIC_MAX), members: count, joined: v.boolean() });
// How far one member's clients have stored the room, and how far the person has seen it.
const mark = v.object({ user_id: id, delivered: count, read: count });
const person = v.object({ user_id: id, role, delivered: count, read: count });
const message = v.object({ room: id, seq: count, ts: count, sender: id, client_msg_id: id, kind, target: optional(id), body: upTo(BODY_MAX) });
// bytes: of the ciphertext, as far as the server has it.
const fileState = v.object({ transfer_id: id, room: id, state: v.picklist(['offered', 'uploading', 'available', 'expired', 'deleted', 'damaged']), bytes: count });
const limits = v.object({ body: count, file: count, send_rate: v.number(), send_burst: count });
// host: where it is not the one that was dialled. probe_port: a second one there, which answers with the address it sees.
const udpKey = v.object({ connection_id: bytes(CONNECTION_ID_SIZE), key: bytes(32), salt: bytes(16), port: count, host: optional(text(255)), probe_port: optional(v.pipe(count, v.minValue(1), v.maxValue(65_535))) });

type Direction = 'client' | 'server' | 'both';
/** data: the first frames of a connection that carries a file, in plaintext; bytes follow. */
type Phase = 'hello' | 'auth' | 'session' | 'data';

interface Entry {
  readonly id: number;
  /** Who sends it. */
  readonly from: Direction;
  readonly phase: Phase;
  readonly schema: v.GenericSchema;
  /** Bytes behind the CBOR item that the transcript leaves out: a signature, a Finished. */
  readonly trailer?: number;
}

export const MESSAGES = {
  hello: { id: 1, from: 'client', phase: 'hello', schema: v.object({ versions: v.pipe(v.array(count), v.maxLength(16)), client_random: bytes(32), client_ephemeral: bytes(32) }) },
  hello_ok: {
    id: 2, from: 'server', phase: 'hello', trailer: 64,
    schema: v.object({ version: count, server_random: bytes(32), server_ephemeral: bytes(32), server_identity: bytes(32), server_id: id, registration: v.picklist(['open', 'invite', 'closed']) }),
  },
  auth_begin: {
    id: 3, from: 'client', phase: 'auth',
    schema: v.union([
      v.object({ username: text(64), device_id: id, device_name: text(DEVICE_NAME_MAX), remember: v.boolean(), login_request: bytes(96), registration_request: optional(bytes(32)), invite: optional(bytes(16)) }),
      v.object({ resume: id }),
    ]),
  },
  auth_salt: {
    id: 4, from: 'server', phase: 'auth',
    schema: v.object({ mode: v.picklist(['login', 'register']), pbkdf2: v.object({ salt: bytes(32), iterations: count }), tries_left: optional(count), tries_pause: optional(count), ke2: optional(bytes(320)), registration_response: optional(bytes(64)) }),
  },
  auth_record: { id: 5, from: 'client', phase: 'auth', schema: v.object({ record: bytes(192) }) },
  auth_proof: { id: 6, from: 'client', phase: 'auth', trailer: 32, schema: v.union([v.object({ ke3: bytes(64) }), v.object({ ticket_proof: bytes(32) })]) },
  auth_ok: {
    id: 7, from: 'server', phase: 'auth', trailer: 32,
    schema: v.object({ session_id: id, user_id: id, session_salt: bytes(32), udp_key: optional(udpKey), limits, profile: v.object({ username: text(64), display: text(64), admin: v.boolean() }) }),
  },
  error: { id: 8, from: 'both', phase: 'session', schema: v.object({ req: optional(count), client_msg_id: optional(id), code: text(32), retry_after: optional(count), limit: optional(count), version: optional(count) }) },
  bye: { id: 9, from: 'both', phase: 'session', schema: v.object({ reason: text(32) }) },
  ping: { id: 10, from: 'both', phase: 'session', schema: v.object({}) },
  pong: { id: 11, from: 'both', phase: 'session', schema: v.object({}) },
  key_update: { id: 12, from: 'both', phase: 'session', schema: v.object({}) },
  roster: { id: 13, from: 'server', phase: 'session', schema: v.object({ members: v.array(member), more: v.boolean() }) },
  presence: { id: 14, from: 'server', phase: 'session', schema: member },
  send: { id: 15, from: 'client', phase: 'session', schema: v.object({ client_msg_id: id, n: count, room: id, kind, target: optional(id), body: upTo(BODY_MAX) }) },
  msg_ack: { id: 16, from: 'server', phase: 'session', schema: v.object({ client_msg_id: id, room: id, seq: count, ts: count }) },
  msg: { id: 17, from: 'server', phase: 'session', schema: message },
  sync: { id: 18, from: 'client', phase: 'session', schema: v.object({ req: count, rooms: v.pipe(v.array(v.object({ room: id, seq: count, last: id })), v.maxLength(ROOMS_MAX)) }) },
  heads: { id: 19, from: 'server', phase: 'session', schema: v.object({ req: count, rooms: v.pipe(v.array(room), v.maxLength(ROOMS_MAX)) }) },
  history: {
    id: 20, from: 'client', phase: 'session',
    schema: v.object({ req: count, room: id, after: optional(count), before: optional(count), limit: v.pipe(count, v.minValue(1), v.maxValue(PAGE_MESSAGES)) }),
  },
  page: { id: 21, from: 'server', phase: 'session', schema: v.object({ req: count, room: id, msgs: v.pipe(v.array(message), v.maxLength(PAGE_MESSAGES)), more: v.boolean() }) },
  logout: { id: 22, from: 'client', phase: 'session', schema: v.object({}) },
  room_list: { id: 23, from: 'client', phase: 'session', schema: v.object({ req: count, after: text(ROOM_NAME_MAX) }) },
  room_page: { id: 24, from: 'server', phase: 'session', schema: v.object({ req: count, rooms: v.pipe(v.array(listed), v.maxLength(DIRECTORY_PAGE)), more: v.boolean() }) },
  room_create: { id: 25, from: 'client', phase: 'session', schema: v.object({ req: count, name: text(ROOM_NAME_MAX), topic: text(TOPIC_MAX), private: v.boolean() }) },
  room_join: { id: 26, from: 'client', phase: 'session', schema: v.object({ req: count, room: id }) },
  room_leave: { id: 27, from: 'client', phase: 'session', schema: v.object({ req: count, room: id }) },
  room_invite: { id: 28, from: 'client', phase: 'session', schema: v.object({ req: count, room: id, user_id: id }) },
  room_remove: { id: 29, from: 'client', phase: 'session', schema: v.object({ req: count, room: id, user_id: id }) },
  room_members: { id: 30, from: 'client', phase: 'session', schema: v.object({ req: count, room: id, after: optional(id) }) },
  room_people: { id: 31, from: 'server', phase: 'session', schema: v.object({ req: count, room: id, people: v.pipe(v.array(person), v.maxLength(PEOPLE_PAGE)), more: v.boolean() }) },
  dm_open: { id: 32, from: 'client', phase: 'session', schema: v.object({ req: count, user_id: id }) },
  room: { id: 33, from: 'server', phase: 'session', schema: v.object({ req: optional(count), room }) },
  room_left: { id: 34, from: 'server', phase: 'session', schema: v.object({ req: optional(count), room: id }) },
  done: { id: 35, from: 'server', phase: 'session', schema: v.object({ req: count }) },
  receipt: { id: 36, from: 'client', phase: 'session', schema: v.object({ room: id, delivered: count, read: count }) },
  marks: { id: 37, from: 'server', phase: 'session', schema: v.object({ room: id, marks: v.pipe(v.array(mark), v.maxLength(MARKS_MEMBERS_MAX)) }) },
  typing: { id: 38, from: 'both', phase: 'session', schema: v.object({ room: id, user_id: optional(id) }) },
  status: { id: 39, from: 'client', phase: 'session', schema: v.object({ req: count, presence: v.picklist(['online', 'away', 'dnd']), text: text(STATUS_MAX) }) },
  attach: { id: 40, from: 'client', phase: 'data', schema: v.object({ token: bytes(16), mac: bytes(32) }) },
  attach_ok: { id: 41, from: 'server', phase: 'data', schema: v.object({}) },
  file_offer: { id: 42, from: 'client', phase: 'session', schema: v.object({ req: count, transfer_id: id, room: id, size: count }) },
  file_get: { id: 43, from: 'client', phase: 'session', schema: v.object({ req: count, transfer_id: id, offset: count }) },
  file_slot: { id: 44, from: 'server', phase: 'session', schema: v.object({ req: count, transfer_id: id, token: bytes(16), offset: count }) },
  file_complete: { id: 45, from: 'client', phase: 'session', schema: v.object({ req: count, transfer_id: id }) },
  file_cancel: { id: 46, from: 'client', phase: 'session', schema: v.object({ req: count, transfer_id: id }) },
  file_damage: { id: 47, from: 'client', phase: 'session', schema: v.object({ req: count, transfer_id: id }) },
  file_state: { id: 48, from: 'server', phase: 'session', schema: v.object({ ...fileState.entries, code: optional(text(32)), user_id: optional(id) }) },
  file_query: { id: 49, from: 'client', phase: 'session', schema: v.object({ req: count, files: v.pipe(v.array(id), v.maxLength(FILES_PAGE)) }) },
  file_states: { id: 50, from: 'server', phase: 'session', schema: v.object({ req: count, files: v.pipe(v.array(fileState), v.maxLength(FILES_PAGE)) }) },
  udp_resync: { id: 51, from: 'server', phase: 'session', schema: v.object({ connection_id: bytes(CONNECTION_ID_SIZE), salt: bytes(16) }) },
  // received: datagrams that verified under this salt. up: the sender's own direction goes by UDP. ack: an ACK frame of the association, where the way back is down.
  udp_stat: { id: 52, from: 'both', phase: 'session', schema: v.object({ salt: bytes(16), received: count, up: v.boolean(), ack: optional(upTo(UDP_ACK_MAX)) }) },
  udp_close: { id: 53, from: 'client', phase: 'session', schema: v.object({}) },
  // A ping by UDP now, and none of the relay's own accord for `silent` ms after it.
  udp_ask: { id: 54, from: 'client', phase: 'session', schema: v.object({ silent: optional(v.pipe(count, v.maxValue(UDP_SILENCE_MAX))) }) },
  room_archive: { id: 55, from: 'client', phase: 'session', schema: v.object({ req: count, room: id, archived: v.boolean() }) },
  link_ask: { id: 56, from: 'client', phase: 'session', schema: v.object({ req: count }) },
  // named: its place is what the operator said. uses, expires: of the invite in it, where it has one.
  link: { id: 57, from: 'server', phase: 'session', schema: v.object({ req: count, link: text(LINK_MAX), named: v.boolean(), uses: optional(count), expires: optional(count) }) },
} as const satisfies Record<string, Entry>;

export type MessageName = keyof typeof MESSAGES;
export type Content<K extends MessageName> = v.InferOutput<(typeof MESSAGES)[K]['schema']>;
/** One decoded frame: `{ name: 'send', content: {…} }`, a union over the table. */
export type Message<K extends MessageName = MessageName> = { [N in K]: { name: N; content: Content<N> } }[K];

export type Member = v.InferOutput<typeof member>;
export type PathName = v.InferOutput<typeof path>;
export type Presence = v.InferOutput<typeof presence>;
export type RoomHead = v.InferOutput<typeof room>;
export type RoomKind = v.InferOutput<typeof roomKind>;
export type RoomRole = v.InferOutput<typeof role>;
export type ListedRoom = v.InferOutput<typeof listed>;
export type Mark = v.InferOutput<typeof mark>;
export type RoomPerson = v.InferOutput<typeof person>;
export type Envelope = v.InferOutput<typeof message>;
export type SessionLimits = v.InferOutput<typeof limits>;
export type UdpKey = v.InferOutput<typeof udpKey>;
export type FileState = v.InferOutput<typeof fileState>;
export type MessageKind = v.InferOutput<typeof kind>;

const byId: ReadonlyMap<number, MessageName> = new Map(Object.entries(MESSAGES).map(([name, entry]) => [entry.id, name as MessageName]));

/** undefined for an id this version does not know: such frames are skipped. */
export function messageName(type: number): MessageName | undefined {
  return byId.get(type);
}

export function trailerSize(name: MessageName): number {
  return (MESSAGES[name] as Entry).trailer ?? 0;
}

/** The CBOR of a frame's body, without its trailer. Throws ReachError `malformed` where the content breaks the schema. */
export function encodeContent<K extends MessageName>(name: K, content: Content<K>): Bytes {
  return encodeCbor(validate(name, content) as object);
}

/** Unknown keys are dropped. Throws ReachError `malformed`. */
export function decodeContent<K extends MessageName>(name: K, body: Bytes): Content<K> {
  return validate(name, decodeCbor(body));
}

function validate<K extends MessageName>(name: K, content: unknown): Content<K> {
  const result = v.safeParse(MESSAGES[name].schema as v.GenericSchema<unknown, Content<K>>, content);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ReachError('malformed', `${name}: ${v.getDotPath(issue) ?? 'content'}: ${issue.message}`);
}
