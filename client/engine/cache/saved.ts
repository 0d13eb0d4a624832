// What stands beside the messages: who was signed in, their rooms with marks, the roster. One sealed file, written whole.
import * as v from 'valibot';
import { hexText, timeMs } from '../disk-schema.ts';

const id = hexText(16);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const role = v.picklist(['member', 'moderator']);

const session = v.object({
  userId: id, username: v.string(), display: v.string(), admin: v.boolean(), address: v.string(),
  key: v.object({ words: v.array(v.string()), fingerprint: hexText(32) }),
  trust: v.picklist(['this_computer', 'compared', 'link', 'first_use', 'once']), bodyMax: count, fileMax: count,
});
const room = v.object({
  id, kind: v.picklist(['lobby', 'public', 'private', 'dm']), name: v.string(), topic: v.string(), role, peer: v.exactOptional(id), archived: v.exactOptional(v.boolean()),
  head: count, floor: count, read: count, unread: count,
});
const member = v.object({ userId: id, username: v.string(), display: v.string(), presence: v.picklist(['online', 'away', 'dnd', 'offline']), status: v.string(), lastSeen: v.nullable(timeMs) });

export const savedSchema = v.object({ session, rooms: v.array(room), members: v.array(member) });
export type Saved = v.InferOutput<typeof savedSchema>;
