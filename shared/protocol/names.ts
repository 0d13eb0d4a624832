// Usernames: one canonical form, everything else refused (protocol §1.2). Usernames never change; display names do.

const CANONICAL = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,31}$/u;

/** The canonical form of what somebody typed, or undefined if it can't be a username. */
export function canonicalUsername(typed: string): string | undefined {
  const name = typed.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
  return CANONICAL.test(name) ? name : undefined;
}

/** True for the canonical spelling only: what a server accepts on the wire. */
export function isCanonicalUsername(name: string): boolean {
  return canonicalUsername(name) === name && name.trim() === name;
}

const ROOM = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u;

/** The canonical form of a room name that somebody typed, with or without `#`; undefined if it can't be one. */
export function canonicalRoomName(typed: string): string | undefined {
  const name = roomNameOf(typed.trim()).normalize('NFKC').toLowerCase().normalize('NFKC');
  return ROOM.test(name) ? name : undefined;
}

/** Where a name of a room was typed: `lobby`, `#lobby`; `@name` is a direct message. */
export function roomNameOf(typed: string): string {
  return typed.startsWith('#') ? typed.slice(1) : typed;
}
