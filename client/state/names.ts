// Names as a screen may show them: colour and initials of a person, and no character that reorders the text around it.

export const HUES = 8;
/** Direction overrides, embeddings and isolates: they can make one text look like another (Unicode TR 36). */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/** One of eight hues, the same for a user on every screen (FNV-1a of the id). */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < userId.length; at += 1) hash = Math.imul(hash ^ userId.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % HUES;
}

/** One or two capitals: of the first two words, or of the first letter. */
export function initialsOf(name: string): string {
  const words = plainName(name).split(/[\s._-]+/u).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => [...word][0]!);
  return (letters.join('') || '?').toUpperCase();
}

export function plainName(name: string): string {
  return name.replace(BIDI_CONTROLS, '');
}
