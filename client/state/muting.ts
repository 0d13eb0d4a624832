// A muted room: nothing of it is told, and its unread messages are shown weaker.
import type { RoomSettings, Settings } from '../engine/types.ts';

export function isMuted(settings: Pick<Settings, 'rooms'>, room: string): boolean {
  return settings.rooms[room]?.notify === 'none';
}

/** The settings of all rooms with this one muted, or as everywhere else again. */
export function withMuted({ rooms }: Pick<Settings, 'rooms'>, room: string, muted: boolean): Record<string, RoomSettings> {
  const { notify: _before, ...rest } = rooms[room] ?? {};
  return { ...rooms, [room]: { ...rest, ...(muted && { notify: 'none' as const }) } };
}
