// doctor: what lies between here and the server, measured, in words, with the next step where something is wrong.
import { formatAddress, parseAddress } from '../../shared/protocol/link.ts';
import type { Paths } from '../engine/types.ts';
import { Diagnosis, type Lifetime, type Mapping, type Trip } from '../engine/udp/diagnosis.ts';
import type { Changing } from '../engine/udp/paths.ts';
import { signIn, type Desk } from './desk.ts';
import { jsonLine } from './output.ts';
import { EXIT } from './problem.ts';
import type { Visit } from './visit.ts';

interface Tcp {
  address: string;
  /** Milliseconds. */
  connect: number;
  rtt: number;
}

interface Findings {
  tcp: Tcp;
  /** The relay's port; undefined: there is none. */
  port: number | undefined;
  paths: Changing;
  trip?: Trip;
  /** undefined: the relay told no address. */
  behindNat?: boolean | undefined;
  mapping?: Mapping;
  lifetime?: Lifetime | undefined;
}

/** Milliseconds of silence; the second list takes three minutes. */
const QUICK: readonly number[] = [5_000];
const THOROUGH: readonly number[] = [10_000, 20_000, 30_000, 120_000];
const ROUND_TRIPS = 5;
const FINDING = { same: 'does not depend on the destination', depends: 'depends on the destination (symmetric)', unknown: 'unknown' } as const;

export async function doctor(desk: Desk, { lifetime }: { lifetime: boolean }): Promise<number> {
  const dialled = timed(desk);
  const visit = await signIn(dialled.desk, { ...desk.target, protocol: 'udp' });
  try {
    const lost = new Promise<never>((_, reject) => (visit.onLost = reject));
    const findings = await Promise.race([lost, examine(desk, visit, { connect: dialled.took(), silences: lifetime ? THOROUGH : QUICK })]);
    desk.streams.out(desk.globals.json ? jsonLine(jsonOf(findings)) : textOf(findings));
    return isUp(findings.paths) ? EXIT.done : EXIT.unreachable;
  } finally {
    visit.close();
  }
}

/** Notes how long the last connection took. */
function timed(desk: Desk): { desk: Desk; took(): number } {
  const { clock, dial } = desk.effects;
  let took = 0;
  const effects: Desk['effects'] = {
    ...desk.effects,
    dial(address, events) {
      const start = clock.now();
      return dial(address, { ...events, opened: () => ((took = Math.max(1, clock.now() - start)), events.opened()) });
    },
  };
  return { desk: { ...desk, effects }, took: () => took };
}

async function examine(desk: Desk, visit: Visit, { connect, silences }: { connect: number; silences: readonly number[] }): Promise<Findings> {
  const tcp = { address: formatAddress(desk.target.address), connect, rtt: await roundTrip(desk, visit) };
  const paths = await visit.settled();
  const { carrier } = visit;
  const found = { tcp, port: carrier.known.port, paths };
  if (!carrier.link || !carrier.link.view.answered) return found;
  const diagnosis = new Diagnosis(desk.effects.clock, carrier, carrier.link);
  const trip = await diagnosis.trip();
  const mapping = await diagnosis.mapping();
  // A direction that is down probes: there is no silence then.
  const lifetime = isUp(paths) ? await diagnosis.lifetime(silences, (ms) => desk.streams.err(`Silent for ${ms / 1000} s, to see whether the way back stays open.\n`)) : undefined;
  return { ...found, trip, mapping, lifetime, behindNat: isTranslated(paths) };
}

/** Of the quickest of a few. */
async function roundTrip(desk: Desk, visit: Visit): Promise<number> {
  const { clock } = desk.effects;
  const trips: number[] = [];
  while (trips.length < ROUND_TRIPS) {
    const start = clock.now();
    await visit.ask('file_query', { files: [] }, { answer: 'file_states' });
    trips.push(clock.now() - start);
  }
  return Math.max(1, ...[Math.min(...trips)]);
}

function isTranslated({ seen, local }: Pick<Paths, 'seen' | 'local'>): boolean | undefined {
  if (seen === undefined || local === undefined) return undefined;
  const [outside, inside] = [parseAddress(seen), parseAddress(local)];
  return outside?.host !== inside?.host || outside?.port !== inside?.port;
}

function isUp({ sending, receiving }: Changing): boolean {
  return sending === 'udp' && receiving === 'udp';
}

function jsonOf({ tcp, port, paths, trip, behindNat, mapping, lifetime }: Findings): object {
  const { sending, receiving, reason, local, seen } = paths;
  return {
    type: 'doctor', tcp: { address: tcp.address, connect: tcp.connect, rtt: tcp.rtt },
    udp: { port: port ?? null, sending, receiving, reason: reason ?? null, rtt: roundOf(trip), loss: trip?.loss ?? null, pings: trip?.pings ?? 0 },
    local: local ?? null, seen: seen ?? null, behind_nat: behindNat ?? null, mapping: mapping ?? 'unknown',
    lifetime: lifetime ? { at_least: lifetime.atLeast, less_than: lifetime.lessThan ?? null, disturbed: lifetime.disturbed ?? false } : null,
    next: nextSteps({ tcp, port, paths, ...(mapping && { mapping }), lifetime }),
  };
}

/** Below a millisecond is one, as everywhere. */
function roundOf(trip: Trip | undefined): number | null {
  return trip?.rtt === undefined ? null : Math.max(1, Math.round(trip.rtt));
}

function textOf(findings: Findings): string {
  const { tcp, port, paths, trip, behindNat, mapping, lifetime } = findings;
  const rtt = roundOf(trip);
  const lines = [
    ['TCP', `${tcp.address}, connected in ${tcp.connect} ms, round trip ${tcp.rtt} ms`],
    ['UDP', `${port === undefined ? 'no port' : `port ${port}`}, ${isUp(paths) ? 'in use in both directions' : (paths.reason ?? 'not in use')}`],
    ['', `sending by ${paths.sending.toUpperCase()}, receiving by ${paths.receiving.toUpperCase()}`],
    ...(trip ? [['', rtt === null ? `none of ${trip.pings} pings was answered` : `round trip ${rtt} ms, ${Math.round(trip.loss * 100)} % lost, measured with ${trip.pings} pings`]] : []),
    ...(paths.local === undefined ? [] : [['Address', `here ${paths.local}${paths.seen === undefined ? '' : `, at the server ${paths.seen}`}${natWords(behindNat)}`]]),
    ...(mapping ? [['Mapping', `${FINDING[mapping]}${mapping === 'same' ? ': direct paths between clients would be possible' : mapping === 'unknown' ? `: ${apartWords(port)}` : ''}`]] : []),
    ...(lifetime ? [['Lifetime', lifetimeWords(lifetime)]] : []),
    ...nextSteps(findings).map((step) => ['Next', step]),
  ];
  return lines.map(([name, text]) => `${name!.padEnd(9)} ${text}\n`).join('');
}

function natWords(behindNat: boolean | undefined): string {
  return behindNat === undefined ? '' : behindNat ? ': behind a NAT' : ': no NAT';
}

function apartWords(port: number | undefined): string {
  return `the server's second UDP port${port === undefined ? '' : ` (usually ${port + 1})`} does not answer`;
}

function lifetimeWords({ atLeast, lessThan, disturbed }: Lifetime): string {
  const least = `the way back stays open for ${atLeast === 0 ? '' : 'at least '}`;
  if (disturbed) return `${atLeast === 0 ? 'not measured' : `${least}${atLeast / 1000} s`}; messages of others ended the silence again and again`;
  return lessThan === undefined ? `${least}${atLeast / 1000} s of silence` : `${least}${atLeast === 0 ? '' : `${atLeast / 1000} s and `}less than ${lessThan / 1000} s of silence`;
}

/** What a person can do about it; nothing where nothing is wrong. */
function nextSteps({ port, paths, mapping, lifetime, tcp }: Pick<Findings, 'port' | 'paths' | 'mapping' | 'lifetime' | 'tcp'>): string[] {
  const host = tcp.address.slice(0, tcp.address.lastIndexOf(':'));
  const steps: string[] = [];
  if (port === undefined) steps.push('The server was started with --no-udp, or is an earlier version. Its admin can start it without that option; chat goes on by TCP.');
  else if (paths.sending === 'tcp' && paths.receiving === 'tcp') steps.push(`Let UDP ${port} to ${host} and its answers through: in the firewall of this computer, of its network, and of the server. Chat goes on by TCP.`);
  else if (paths.sending === 'tcp') steps.push(`Let UDP to ${host}:${port} out: a firewall here, on the way or at the server holds it back. What you send goes by TCP.`);
  else if (paths.receiving === 'tcp') steps.push(`Let answers from UDP ${host}:${port} in: a firewall at the server, on the way or here holds them back. What comes goes by TCP.`);
  if (port !== undefined && isUp(paths) && mapping === 'unknown') steps.push(`Nothing for chat. To learn what a NAT here does, the server's admin can open the second UDP port (usually ${port + 1}).`);
  if (lifetime?.lessThan !== undefined && lifetime.lessThan <= 10_000) steps.push('The NAT or firewall forgets very soon. Clients send a keepalive every 5 s then; a longer UDP timeout in its settings spares that.');
  return steps;
}
