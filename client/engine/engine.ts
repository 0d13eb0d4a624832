// The façade: calls of a window or a terminal in, one typed stream of events out.
import { fileCalls } from './calls/files.ts';
import { findCalls } from './calls/find.ts';
import { localCalls } from './calls/local.ts';
import { messageCalls } from './calls/messages.ts';
import { roomCalls } from './calls/rooms.ts';
import { sessionCalls } from './calls/session.ts';
import { Core } from './core.ts';
import type { EngineOptions } from './options.ts';
import type { EngineCalls } from './types.ts';

export function createEngine(options: EngineOptions): EngineCalls {
  const core = new Core(options);
  return { ...sessionCalls(core), ...messageCalls(core), ...roomCalls(core), ...fileCalls(core), ...findCalls(core), ...localCalls(core) };
}
