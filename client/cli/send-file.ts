// send-file ROOM PATH…: each file as a message of its own, one after the other. Ctrl+C pauses; the same command goes on.
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hex } from '../../shared/protocol/bytes.ts';
import { safeFileName } from '../../shared/protocol/file-names.ts';
import { diskError } from '../engine/disk.ts';
import { bytesWords, failureOf } from '../engine/failures.ts';
import type { ChatMessage, OutgoingFile, Room, SentFile, Transfer } from '../engine/types.ts';
import type { Desk } from './desk.ts';
import { roomWords, uuidOf } from './finding.ts';
import { Interrupted } from './interrupted.ts';
import { jsonLine } from './output.ts';
import type { Place } from './parameters.ts';
import { EXIT, Problem, problemOf, usage } from './problem.ts';
import { Progress } from './progress.ts';
import { Stay } from './stay.ts';

const STANDARD_INPUT = '-';

export function sendFile(desk: Desk, { room: place, 'as-name': name }: { room: Place; 'as-name': string | undefined }, paths: readonly string[]): Promise<number> {
  if (name !== undefined && paths.length > 1) throw usage('--as-name is for one PATH.');
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1) throw usage('Standard input can be sent once.');
  return Stay.with(desk, async (stay) => {
    const room = await stay.room(place);
    for (const path of paths) await sendOne(desk, stay, { room, path, name });
    return EXIT.done;
  });
}

interface Wanted {
  room: Room;
  path: string;
  name: string | undefined;
}

async function sendOne(desk: Desk, stay: Stay, wanted: Wanted): Promise<void> {
  const sent = (await goneOn(stay, wanted)) ?? begun(stay, wanted.room, await fileOf(desk, stay, wanted));
  const transfer = () => stay.transfer(sent.file, 'up');
  const progress = new Progress({ streams: desk.streams, clock: desk.effects.clock, json: desk.globals.json, terminal: Boolean(process.stderr.isTTY) });
  try {
    await stay.until(() => {
      const now = transfer();
      if (now) progress.show(now);
      return handedOver(stay, { room: wanted.room, sent, transfer: now });
    });
    const message = await posted(stay, wanted.room, sent);
    progress.clear();
    tell(desk, stay, { message, file: sent.file });
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted) await pause(desk, stay, { sent, resumes: wanted.path !== STANDARD_INPUT });
    throw error;
  }
}

/** Paused by an earlier run of the same command: it goes on, unless the file is another one now. */
async function goneOn(stay: Stay, { room, path, name }: Wanted): Promise<SentFile | undefined> {
  if (path === STANDARD_INPUT) return undefined;
  const found = await stat(path).catch(() => undefined);
  const called = safeFileName(name ?? basename(path));
  const known = stay.transfers.find((one) => one.direction === 'up' && one.room === room.id && safeFileName(one.name) === called && one.size === found?.size && one.state.name === 'paused');
  if (!known) return undefined;
  stay.engine.resumeTransfer(known.file, 'up');
  const state = await stay.until(() => {
    const { name: now } = stay.transfer(known.file, 'up')!.state;
    return now === 'paused' || now === 'queued' ? undefined : now;
  });
  if (state !== 'failed') return { file: known.file, message: known.message };
  stay.engine.cancelTransfer(known.file, 'up');
  return undefined;
}

function begun(stay: Stay, room: Room, file: OutgoingFile): SentFile {
  const [sent] = stay.engine.sendFiles(room.id, [file]);
  if (!sent) throw new Problem('local', { message: `Cannot send ${file.path}.` });
  return sent;
}

/** Throws Problem. */
async function fileOf(desk: Desk, stay: Stay, { path, name }: Wanted): Promise<OutgoingFile> {
  if (path === STANDARD_INPUT) return { path: await spooled(desk, stay, name ?? 'stdin'), pasted: true };
  const [chosen] = await stay.engine.choose([resolve(path)]);
  if (!chosen || 'failure' in chosen) throw problemOf(chosen?.failure ?? failureOf('local', { detail: `Cannot read ${path}.` }));
  if (chosen.files === undefined && chosen.size > stay.fileMax) throw problemOf(failureOf('too_large', { limit: stay.fileMax }));
  return { path: chosen.path, ...(name !== undefined && { name }) };
}

/** Standard input as a file of its own; it may have as many bytes as the server takes. */
async function spooled(desk: Desk, stay: Stay, name: string): Promise<string> {
  const folder = join(desk.home, 'spool', hex(desk.effects.random(16)));
  const path = join(folder, safeFileName(name));
  let size = 0;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await pipeline(process.stdin, async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        size += piece.length;
        if (size > stay.fileMax) throw problemOf(failureOf('too_large', { limit: stay.fileMax }));
        yield piece;
      }
    }, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    return path;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error instanceof Problem ? error : diskError(path, 'write', error);
  }
}

/** True once the server has the file; a small one goes with its message. Throws Problem. */
function handedOver(stay: Stay, { room, sent, transfer }: { room: Room; sent: SentFile; transfer: Transfer | undefined }): true | undefined {
  if (!transfer) return stay.message(room.id, sent.message) && true;
  if (transfer.state.name === 'failed') throw problemOf(transfer.state.failure);
  if (transfer.state.name === 'cancelled') throw new Problem('deleted');
  return transfer.state.name === 'done' ? true : undefined;
}

/** Its message in the log; one that an earlier run posted may stand far above. Throws Problem. */
async function posted(stay: Stay, room: Room, sent: SentFile): Promise<ChatMessage> {
  while (!stay.message(room.id, sent.message) && (await stay.older(room.id)));
  return stay.until(() => {
    const message = stay.message(room.id, sent.message);
    if (!message) throw new Problem('no_such_message');
    if (message.state.name === 'failed') throw problemOf(message.state.failure);
    return message.state.name === 'sent' ? message : undefined;
  });
}

function tell({ globals, streams }: Desk, stay: Stay, { message, file }: { message: ChatMessage; file: string }): void {
  const { room, seq, ts, id } = message;
  const { name, size } = message.file!;
  const label = stay.label(room);
  const result = { type: 'sent', room: label, seq, id: uuidOf(id), ts, kind: 'file', path: 'tcp', file_id: file, name, size };
  streams.out(globals.json ? jsonLine(result) : `Sent ${name} (${bytesWords(size)}) to ${roomWords(label)} as number ${seq}.\n`);
}

async function pause(desk: Desk, stay: Stay, { sent, resumes }: { sent: SentFile; resumes: boolean }): Promise<void> {
  const transfer = stay.transfer(sent.file, 'up');
  if (!transfer) return;
  if (!resumes) return stay.engine.cancelTransfer(sent.file, 'up');
  stay.engine.pauseTransfer(sent.file, 'up');
  desk.streams.err(`Paused at ${Math.floor((transfer.done / Math.max(1, transfer.size)) * 100)} %. The same command goes on.\n`);
}
