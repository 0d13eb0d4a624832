// What the server counts, and how Prometheus reads it (text format 0.0.4). Counters only rise; how many there are at
// this moment is a difference of two. Labels are our own codes, never anything that a peer chose.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Metrics {
  /** A connection was let in. */
  connected(): void;
  /** A handshake is over: `ok`, an error code, or how it broke off. */
  signIn(result: string): void;
  /** A session is over. */
  ended(reason: string): void;
  frames(direction: Direction, count: number): void;
  bytes(direction: Direction, count: number): void;
  stored(messages: number): void;
  /** An error was sent to a client. */
  refused(code: string): void;
  /** A connection that was let in carries a file, or asks to. */
  dataOpened(): void;
  dataClosed(): void;
  fileOffered(): void;
  fileCompleted(): void;
  /** An offer or a request for a file was refused. */
  fileRefused(code: string): void;
  fileBytes(direction: Direction, count: number): void;
  /** A datagram has come: `ok`, or why it was dropped without a word. */
  datagramCame(result: DatagramResult, bytes: number): void;
  datagramSent(bytes: number): void;
}

/** unknown: no session has that connection id. full: the server's process does not take more from its relay. */
const RESULTS = ['ok', 'unknown', 'malformed', 'replay', 'forged', 'full'] as const;
export type DatagramResult = (typeof RESULTS)[number];

export type Direction = 'in' | 'out';

export const noMetrics: Metrics = {
  connected() {}, signIn() {}, ended() {}, frames() {}, bytes() {}, stored() {}, refused() {},
  dataOpened() {}, dataClosed() {}, fileOffered() {}, fileCompleted() {}, fileRefused() {}, fileBytes() {},
  datagramCame() {}, datagramSent() {},
};

function directions(counter: Counter): Row[] {
  return (['in', 'out'] as const).map((direction) => [{ direction }, counter.of(direction)]);
}

class Counter {
  readonly #values = new Map<string, number>();

  add(label: string, count = 1): void {
    this.#values.set(label, (this.#values.get(label) ?? 0) + count);
  }

  get sum(): number {
    return [...this.#values.values()].reduce((sum, value) => sum + value, 0);
  }

  of(label: string): number {
    return this.#values.get(label) ?? 0;
  }

  entries(): [label: string, value: number][] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

export class Counters implements Metrics {
  readonly #signIns = new Counter();
  readonly #ends = new Counter();
  readonly #frames = new Counter();
  readonly #bytes = new Counter();
  readonly #refusals = new Counter();
  readonly #fileRefusals = new Counter();
  readonly #fileBytes = new Counter();
  readonly #files = new Counter();
  readonly #datagrams = new Counter();
  readonly #datagramBytes = new Counter();
  #connected = 0;
  #stored = 0;
  #dataOpened = 0;
  #dataClosed = 0;
  #datagramsSent = 0;

  connected(): void {
    this.#connected += 1;
  }

  signIn(result: string): void {
    this.#signIns.add(result);
  }

  ended(reason: string): void {
    this.#ends.add(reason);
  }

  frames(direction: Direction, count: number): void {
    this.#frames.add(direction, count);
  }

  bytes(direction: Direction, count: number): void {
    this.#bytes.add(direction, count);
  }

  stored(messages: number): void {
    this.#stored += messages;
  }

  refused(code: string): void {
    this.#refusals.add(code);
  }

  dataOpened(): void {
    this.#dataOpened += 1;
  }

  dataClosed(): void {
    this.#dataClosed += 1;
  }

  fileOffered(): void {
    this.#files.add('offered');
  }

  fileCompleted(): void {
    this.#files.add('completed');
  }

  fileRefused(code: string): void {
    this.#fileRefusals.add(code);
  }

  fileBytes(direction: Direction, count: number): void {
    this.#fileBytes.add(direction, count);
  }

  datagramCame(result: DatagramResult, bytes: number): void {
    this.#datagrams.add(result);
    this.#datagramBytes.add('in', bytes);
  }

  datagramSent(bytes: number): void {
    this.#datagramsSent += 1;
    this.#datagramBytes.add('out', bytes);
  }

  /** Every counter and gauge of the chat. */
  lines(): string[] {
    const labelled = (label: string, counter: Counter): Row[] => counter.entries().map(([name, value]) => [{ [label]: name }, value]);
    return [
      ...family('reach_sessions', 'gauge', 'Signed-in connections.', [[{}, this.#signIns.of('ok') - this.#ends.sum]]),
      ...family('reach_connections_not_signed_in', 'gauge', 'Connections that are not signed in yet.', [[{}, this.#connected - this.#signIns.sum - this.#dataOpened]]),
      ...family('reach_sign_ins_total', 'counter', 'Ends of handshakes, by result.', labelled('result', this.#signIns)),
      ...family('reach_sessions_ended_total', 'counter', 'Ends of sessions; slow_consumer: its send queue was full.', labelled('reason', this.#ends)),
      ...family('reach_messages_stored_total', 'counter', 'Messages committed to disk.', [[{}, this.#stored]]),
      ...family('reach_frames_total', 'counter', 'Frames, those of handshakes included.', directions(this.#frames)),
      ...family('reach_bytes_total', 'counter', 'Bytes of client connections, those of files left out.', directions(this.#bytes)),
      ...family('reach_refusals_total', 'counter', 'Errors sent to clients, by code.', labelled('code', this.#refusals)),
      ...family('reach_data_connections', 'gauge', 'Connections that carry a file or ask to.', [[{}, this.#dataOpened - this.#dataClosed]]),
      ...family('reach_files_offered_total', 'counter', 'New files that were taken on.', [[{}, this.#files.of('offered')]]),
      ...family('reach_files_completed_total', 'counter', 'Files that became available.', [[{}, this.#files.of('completed')]]),
      ...family('reach_files_refused_total', 'counter', 'Offers and requests for files that were refused, by code.', labelled('code', this.#fileRefusals)),
      ...family('reach_file_bytes_total', 'counter', 'Ciphertext bytes of files.', directions(this.#fileBytes)),
      ...this.datagramLines(),
    ];
  }

  /** Of UDP alone: what the process of a relay has to tell. */
  datagramLines(): string[] {
    return [
      ...family('reach_datagrams_total', 'counter', 'Datagrams that came; all but ok were dropped without an answer.', RESULTS.map((result) => [{ result }, this.#datagrams.of(result)])),
      ...family('reach_datagrams_sent_total', 'counter', 'Datagrams that left.', [[{}, this.#datagramsSent]]),
      ...family('reach_datagram_bytes_total', 'counter', 'Bytes of datagrams, headers and tags included.', directions(this.#datagramBytes)),
    ];
  }
}

/** Milliseconds between two looks at the event loop. What a look comes too late is the lag. */
const LOOK_EVERY_MS = 10;
const NANOSECONDS = 1e9;

export interface ProcessFigures {
  lines(): string[];
  stop(): void;
}

/** Memory, processor time and event loop of this process. The lag is that since the last reading. */
export function processFigures(version: string): ProcessFigures {
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delay.enable();
  const started = Date.now() / 1000 - process.uptime();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - LOOK_EVERY_MS / 1000);
  const lag = (): Row[] => {
    const rows: Row[] = [0.5, 0.99].map((quantile) => [{ quantile: String(quantile) }, delay.count === 0 ? 0 : late(delay.percentile(quantile * 100))]);
    rows.push([{ quantile: '1' }, delay.count === 0 ? 0 : late(delay.max)]);
    delay.reset();
    return rows;
  };
  const lines = (): string[] => {
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return [
      ...family('reach_event_loop_lag_seconds', 'gauge', 'How late the event loop was, since the last reading.', lag()),
      ...family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [[{}, rss]]),
      ...family('nodejs_heap_size_used_bytes', 'gauge', 'Used heap of JavaScript.', [[{}, heapUsed]]),
      ...family('nodejs_external_memory_bytes', 'gauge', 'Memory outside of the heap.', [[{}, external]]),
      ...family('process_cpu_seconds_total', 'counter', 'Processor time.', [[{}, (user + system) / 1e6]]),
      ...family('process_start_time_seconds', 'gauge', 'Start, in Unix time.', [[{}, started]]),
      ...family('reach_build_info', 'gauge', 'Always 1.', [[{ version, node: process.version }, 1]]),
    ];
  };
  return { lines, stop: () => void delay.disable() };
}

type Row = [labels: Readonly<Record<string, string>>, value: number];

function family(name: string, type: 'counter' | 'gauge', help: string, rows: readonly Row[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...rows.map(([labels, value]) => `${name}${labelText(labels)} ${value}`)];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
