// Rooms and the people in them.
import { fingerprintWords, pairDigest } from '../../../shared/crypto/identity.ts';
import { fromHex } from '../../../shared/protocol/bytes.ts';
import { STATUS_MAX, TOPIC_MAX } from '../../../shared/protocol/limits.ts';
import { canonicalRoomName } from '../../../shared/protocol/names.ts';
import type { Core } from '../core.ts';
import { failureOf } from '../failures.ts';
import type { RoomCalls } from '../types.ts';

export function roomCalls(core: Core): RoomCalls {
  return {
    createRoom({ name, topic, private: isPrivate }) {
      const canonical = canonicalRoomName(name);
      if (canonical === undefined) return Promise.resolve({ failure: failureOf('bad_room_name') });
      return core.request('room_create', { name: canonical, topic: topic.trim().slice(0, TOPIC_MAX), private: isPrivate });
    },
    joinRoom(room) {
      return core.request('room_join', { room: fromHex(room)! });
    },
    leaveRoom(room) {
      return core.request('room_leave', { room: fromHex(room)! });
    },
    invite(room, userId) {
      return core.request('room_invite', { room: fromHex(room)!, user_id: fromHex(userId)! });
    },
    removeFromRoom(room, userId) {
      return core.request('room_remove', { room: fromHex(room)!, user_id: fromHex(userId)! });
    },
    openDm(userId) {
      return core.request('dm_open', { user_id: fromHex(userId)! });
    },
    archiveRoom(room, archived) {
      return core.request('room_archive', { room: fromHex(room)!, archived });
    },
    serverLink() {
      return core.account?.serverLink() ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    pairWords(userId) {
      const session = core.account?.session;
      return session && fingerprintWords(pairDigest(fromHex(session.key.fingerprint)!, fromHex(session.userId)!, fromHex(userId)!));
    },
    browse() {
      return core.account?.browse() ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    setStatus(presence: 'online' | 'away' | 'dnd', text) {
      return core.request('status', { presence, text: text.trim().slice(0, STATUS_MAX) });
    },
  };
}
