// The people of the server, in the sections a person looks for.
import type { Member, Presence } from '../engine/types.ts';
import { plainName } from './names.ts';

export interface Section {
  name: 'Online' | 'Away' | 'Offline';
  members: Member[];
}

const SECTION_OF: Record<Presence, Section['name']> = { online: 'Online', away: 'Away', dnd: 'Away', offline: 'Offline' };

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
    return member ? plainName(member.display || member.username) : `user ${userId.slice(0, 6)}`;
  }
}

export function sectionsOf(members: readonly Member[]): Section[] {
  const names = ['Online', 'Away', 'Offline'] as const;
  const sections = names.map((name) => ({ name, members: members.filter((member) => SECTION_OF[member.presence] === name) }));
  for (const section of sections) section.members.sort((a, b) => (a.display || a.username).localeCompare(b.display || b.username));
  return sections.filter((section) => section.members.length > 0);
}
