// What a person is told of the paths: which one is in use in each direction and, where UDP is wanted and does not work,
// why, in words. Pure.
import type { AssociationView } from '../../../shared/udp/association.ts';
import { words } from '../../words/words.ts';
import type { Paths, Protocol } from '../types.ts';

export interface Known {
  wanted: Protocol;
  /** The relay's; undefined: the server runs without one. */
  port: number | undefined;
  /** undefined: no association is there. */
  view: AssociationView | undefined;
  /** It is being tried, or has just come up in one direction: too early for a reason. */
  trying: boolean;
  /** A direction was up before, on this connection. */
  wasUp: boolean;
  /** Where the datagrams leave from. */
  local: string | undefined;
  /** Round trip by TCP. */
  tcp: number | undefined;
}

export type Changing = Omit<Paths, 'history'>;
type History = Paths['history'];

const HISTORY_MAX = 20;
const texts = words.failures.udp;

export function pathsOf(known: Known): Changing {
  const { wanted, view, local, tcp } = known;
  const reason = reasonOf(known);
  return {
    wanted,
    sending: view?.sending ? 'udp' : 'tcp',
    receiving: view?.receiving ? 'udp' : 'tcp',
    ...(tcp !== undefined && { tcpRtt: Math.max(1, Math.round(tcp)) }),
    ...(view?.rtt !== undefined && { rtt: Math.max(1, Math.round(view.rtt)), loss: Math.round(view.loss * 100) / 100 }),
    ...(view?.seen !== undefined && { seen: view.seen }),
    ...(view && local !== undefined && { local }),
    ...(reason !== undefined && { reason }),
  };
}

/** Why UDP is wanted and not, or not wholly, in use. */
function reasonOf({ wanted, port, view, trying, wasUp }: Known): string | undefined {
  if (wanted === 'tcp') return undefined;
  if (port === undefined) return texts.none;
  if (!view || trying || (view.sending && view.receiving)) return undefined;
  if (view.sending) return texts.onlyOut;
  if (view.receiving) return texts.onlyIn;
  if (wasUp) return texts.stopped(port);
  if (view.answered) return texts.lossy(port);
  if (view.reached) return texts.noWayBack;
  return texts.silent(port);
}

/** One direction that is up while the other is being tried is not told of: it lasts for a moment. */
function changeOf({ wanted, sending, receiving, reason }: Changing): string | undefined {
  if (wanted === 'tcp') return texts.chosen;
  if (reason !== undefined) return reason;
  if (sending === 'udp' && receiving === 'udp') return texts.both;
  return sending === 'udp' || receiving === 'udp' ? undefined : texts.trying;
}

/** With what changed, newest last. Nobody who never asked for UDP has a history. */
export function remember(history: History, paths: Changing, at: number): History {
  const text = changeOf(paths);
  const isNews = text !== undefined && text !== history.at(-1)?.text && (paths.wanted === 'udp' || history.length > 0);
  return isNews ? [...history, { at, text }].slice(-HISTORY_MAX) : history;
}

/** Nothing is being tried: UDP goes both ways, or it is known why not, or it is not wanted. */
export function isSettled({ wanted, sending, receiving, reason }: Changing): boolean {
  return wanted === 'tcp' || reason !== undefined || (sending === 'udp' && receiving === 'udp');
}

/** Whether more than round trip and loss is another. */
export function differ(a: Changing, b: Changing): boolean {
  return (['wanted', 'sending', 'receiving', 'seen', 'local', 'reason'] as const).some((key) => a[key] !== b[key]);
}
