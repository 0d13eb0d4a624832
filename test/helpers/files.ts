// Files for tests, and what an engine says of their transfers.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure, RemoteFile, SentFile, Transfer } from '../../client/engine/types.ts';
import { startEngine, type TestEngine } from './engine.ts';
import { tempFolder } from './folders.ts';
import { startServer, type RunningServer } from './server.ts';
import { waitFor, type Closing } from './waiting.ts';

/** A file of random bytes; its path. */
export function randomFile(folder: string, name: string, size: number): string {
  const path = join(folder, name);
  writeFileSync(path, randomBytes(size));
  return path;
}

/** SHA-256, hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

export function transferOf({ events }: TestEngine, file: string, direction: Transfer['direction']): Transfer | undefined {
  const last = events.findLast((event) => event.type === 'transfer' && event.transfer.file === file && event.transfer.direction === direction);
  return last?.type === 'transfer' ? last.transfer : undefined;
}

export function remoteOf({ events }: TestEngine, file: string): RemoteFile | undefined {
  const last = events.findLast((event) => event.type === 'file' && event.file === file);
  return last?.type === 'file' ? last.remote : undefined;
}

export function noticesOf({ events }: TestEngine): Failure[] {
  return events.flatMap((event) => (event.type === 'notice' ? [event.failure] : []));
}

/** Waits for the transfer to be in one of these states. */
export function until(engine: TestEngine, { file, direction }: { file: string; direction: Transfer['direction'] }, names: Transfer['state']['name'][], ms = 60_000): Promise<Transfer> {
  const look = () => {
    const now = transferOf(engine, file, direction);
    return now && names.includes(now.state.name) ? now : false;
  };
  return waitFor(look, ms, `${direction} of ${file} ${names.join(' or ')}`).catch((cause: Error) => {
    throw new Error(`${cause.message}; now ${JSON.stringify(transferOf(engine, file, direction)?.state)}`);
  });
}

/** The message of a file, as `engine` has it. */
export function messageOf(engine: TestEngine, sent: SentFile, ms = 20_000): Promise<{ room: string; id: string }> {
  return waitFor(() => engine.messages.get(sent.message) ?? false, ms, `message ${sent.message}`);
}

/** Downloads it into the engine's folder; the path it got. */
export async function receive(engine: TestEngine, sent: SentFile, ms?: number): Promise<string> {
  const { room, id } = await messageOf(engine, sent);
  engine.calls.download(room, id);
  const { state } = await until(engine, { file: sent.file, direction: 'down' }, ['done', 'failed'], ms);
  if (state.name !== 'done' || state.path === undefined) throw new Error(`the download ended as ${JSON.stringify(state)}`);
  return state.path;
}

/** Two people with engines of the window, on a real server. */
export interface House {
  server: RunningServer;
  ana: TestEngine;
  ben: TestEngine;
  /** Folder of files to send. */
  desk: string;
}

export async function house(closing: Closing, { args = [], homes = [tempFolder(closing), tempFolder(closing)] }: { args?: string[]; homes?: [string, string] | string[] } = {}): Promise<House> {
  const server = await startServer(closing, { args });
  const [ana, ben] = homes.map((home) => startEngine(closing, home)) as [TestEngine, TestEngine];
  await ana.signIn({ username: 'ana', server: `127.0.0.1:${server.port}` });
  await ben.signIn({ username: 'ben', server: `127.0.0.1:${server.port}` });
  return { server, ana, ben, desk: tempFolder(closing) };
}

export function downloadsOf({ events }: TestEngine): string {
  const last = events.findLast((event) => event.type === 'settings');
  return last?.type === 'settings' ? last.settings.downloads : '';
}

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
