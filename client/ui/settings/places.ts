// What the settings page shows that is no row of rows.ts: found by the same search, opened in its section.
import { words } from '../../words/words.ts';
import { SHORTCUTS, type KeyId } from '../keys/table.ts';
import type { Section } from './rows.ts';

export interface Place {
  section: Section;
  title: string;
  /** Its text, where more than the title leads to it. */
  also: string;
  key?: KeyId;
}

const { account, advanced, connection, local, rooms, sections, signOut, words: own } = words.settings;
const { about, people } = words;
const place = (section: Section, title: string, also = ''): Place => ({ section, title, also });

export const PLACES: readonly Place[] = [
  place('account', account.name), place('account', account.username), place('account', account.server), place('account', account.key), place('account', signOut),
  place('connection', connection.protocol, `${words.connection.names.tcp} ${words.connection.names.udp} ${connection.note}`), place('connection', connection.known, connection.forget),
  place('connection', connection.ports, `${connection.tcpPort} ${connection.udpPort} ${connection.udpNote}`),
  place('notifications', rooms.title, `${rooms.note} ${rooms.none}`),
  place('writing', own.title, `${own.note} ${own.none}`),
  place('privacy', people.blockedPeople, `${people.block} ${people.unblock} ${people.blockedNote}`),
  place('privacy', local.title, local.what), place('privacy', local.clear),
  ...(Object.keys(SHORTCUTS) as KeyId[]).map((key): Place => ({ ...place('shortcuts', SHORTCUTS[key].does, SHORTCUTS[key].keys.join(' ')), key })),
  place('advanced', advanced.folder, advanced.folderNote), place('advanced', advanced.diagnostics, about.copyNote), place('advanced', advanced.log, advanced.logNote),
  place('about', about.version), place('about', about.build), place('about', about.protocol), place('about', about.runtime), place('about', about.copy, about.copyNote), place('about', about.licences, about.licencesNote),
];

/** Those whose section, title or text hold every word that was typed. */
export function placesMatching(typed: string): readonly Place[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return PLACES.filter(({ section, title, also }) => {
    const text = `${sections[section]} ${title} ${also}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
