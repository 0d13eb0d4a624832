// The people of the server, in the sections a person looks for.
import type { Member, Presence } from '../engine/types.ts';
import { words } from '../words/words.ts';
import { plainName } from './names.ts';

export type SectionName = 'online' | 'away' | 'offline';

export interface Section {
  name: SectionName;
  members: Member[];
}

const SECTIONS = ['online', 'away', 'offline'] as const;
const SECTION_OF: Record<Presence, SectionName> = { online: 'online', away: 'away', dnd: 'away', offline: 'offline' };
/** One for all comparisons: making it is what takes long. */
const ORDER = new Intl.Collator();

export class RosterState {
  members = $state.raw<ReadonlyMap<string, Member>>(new Map());
  readonly sections = $derived(sectionsOf([...this.members.values()]));
  readonly online = $derived([...this.members.values()].filter((member) => member.presence !== 'offline').length);

  replace(members: readonly Member[]): void {
    this.members = new Map(members.map((member) => [member.userId, member]));
  }

  update(member: Member): void {
    this.members = new Map(this.members).set(member.userId, member);
  }

  /** The name to show for a user; a short id for somebody who is not in the roster. */
  nameOf(userId: string): string {
    const member = this.members.get(userId);
    return member ? shownName(member) : words.people.unknown(userId.slice(0, 6));
  }
}

export function shownName(member: Member): string {
  return plainName(member.display || member.username);
}

/** A to Z in each; a section without people is left out. */
export function sectionsOf(members: readonly Member[]): Section[] {
  const sections = SECTIONS.map((name) => ({ name, members: members.filter((member) => SECTION_OF[member.presence] === name) }));
  for (const section of sections) section.members.sort((a, b) => ORDER.compare(a.display || a.username, b.display || b.username));
  return sections.filter((section) => section.members.length > 0);
}
