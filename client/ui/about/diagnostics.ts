// What helps somebody else to see why Reach does what it does here, and nothing that is private: no name, no address, no
// room, no key, no message.
import { PROTOCOL_VERSION } from '../../../shared/protocol/limits.ts';
import type { Settings } from '../../engine/types.ts';
import type { AppState } from '../../state/app.svelte.ts';
import type { AppContext } from '../context.ts';

const PRIVATE: readonly (keyof Settings)[] = ['recent', 'rooms', 'downloads', 'palette'];

export function diagnosticsOf(app: AppState, versions: AppContext['platform']['versions']): string {
  const { told } = app.paths;
  const settings = Object.entries(app.settings.values).filter(([key]) => !PRIVATE.includes(key as keyof Settings));
  const facts = {
    reach: versions.reach, protocol: PROTOCOL_VERSION, nw: versions.nw, chromium: versions.chromium, node: versions.node, system: versions.system,
    phase: app.session.phase.name, rooms: app.rooms.list.length, people: app.roster.members.size, waiting: app.session.waiting, transfers: app.transfers.running.length,
    ...(told && { wanted: told.wanted, sending: told.sending, receiving: told.receiving, rtt: told.rtt, loss: told.loss, reason: told.reason }),
    settings: Object.fromEntries(settings),
  };
  return JSON.stringify(facts, null, 2);
}
