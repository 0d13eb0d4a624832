// Structured logs to stderr, one JSON object a line. Callers pass ids, names, addresses and codes; never a body, a
// password, a key or a ticket. `redact` is the net under that rule, should a field of such a name ever slip in.
import { destination, pino } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Fields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  debug(fields: Fields, text: string): void;
  info(fields: Fields, text: string): void;
  warn(fields: Fields, text: string): void;
  error(fields: Fields, text: string): void;
}

const NEVER = ['body', 'password', 'key', 'secret', 'ticket', 'seed', 'record', 'invite'];

export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, redact: { paths: NEVER, remove: true } }, destination({ fd: 2, sync: true }));
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
