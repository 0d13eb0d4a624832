// What a person chose for a room, among the settings of all rooms. What is as everywhere is not written down.
import type { RoomSettings, Settings } from '../engine/types.ts';

type Rooms = Pick<Settings, 'rooms'>;

/** Nothing of it is told, and its unread messages are shown weaker. */
export function isMuted(settings: Rooms, room: string): boolean {
  return settings.rooms[room]?.notify === 'none';
}

/** The settings of all rooms with these of one. */
export function withRoom({ rooms }: Rooms, room: string, next: RoomSettings): Settings['rooms'] {
  const { [room]: _before, ...others } = rooms;
  return Object.keys(next).length === 0 ? others : { ...others, [room]: next };
}

export function withMuted(settings: Rooms, room: string, muted: boolean): Settings['rooms'] {
  const { notify: _before, ...rest } = settings.rooms[room] ?? {};
  return withRoom(settings, room, { ...rest, ...(muted && { notify: 'none' as const }) });
}

/** The person has come back to it. */
export function withoutMark(settings: Rooms, room: string): Settings['rooms'] {
  const { unread: _before, ...rest } = settings.rooms[room] ?? {};
  return withRoom(settings, room, rest);
}
