// What helps somebody else to see why Reach does what it does here, and nothing that is private: no name, no address, no
// room, no key, no message. Of the settings only those that are named here are told: a new one stays on this computer.
import { PROTOCOL_VERSION } from '../../../shared/protocol/limits.ts';
import type { Settings } from '../../engine/types.ts';
import type { AppState } from '../../state/app.svelte.ts';
import type { AppContext } from '../context.ts';

/** Switches, sizes and choices among a few: none says who somebody is, whom they know or what they write. */
export const TOLD = [
  'theme', 'textSize', 'density', 'zoom', 'motion', 'clock', 'rosterOpen', 'sidebarWidth', 'enterSends', 'spelling', 'doubleClick',
  'notify', 'notifyPreview', 'sounds', 'soundInRoom', 'remember', 'askFolder', 'autoDownload', 'sendTyping', 'sendSeen', 'closing',
] as const satisfies readonly (keyof Settings)[];

export function diagnosticsOf(app: AppState, versions: AppContext['platform']['versions'], build: { commit?: string }): string {
  const { told } = app.paths;
  const facts = {
    reach: versions.reach, ...build, protocol: PROTOCOL_VERSION, nw: versions.nw, chromium: versions.chromium, node: versions.node, system: versions.system,
    phase: app.session.phase.name, rooms: app.rooms.list.length, people: app.roster.members.size, waiting: app.session.waiting, transfers: app.transfers.running.length,
    ...(told && { wanted: told.wanted, sending: told.sending, receiving: told.receiving, rtt: told.rtt, loss: told.loss, reason: told.reason }),
    settings: Object.fromEntries(TOLD.map((key) => [key, app.settings.values[key]])),
    happened: app.happened.list.map(({ at, what, detail }) => [new Date(at).toISOString(), what, ...(detail === undefined ? [] : [detail])].join(' ')),
  };
  return JSON.stringify(facts, null, 2);
}
