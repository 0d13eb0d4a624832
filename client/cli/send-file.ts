// send-file ROOM PATH…: each file as a message of its own, one after the other. Ctrl+C pauses; the same command goes on.
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hex } from '../../shared/protocol/bytes.ts';
import { safeFileName } from '../../shared/protocol/file-names.ts';
import { INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import { diskError } from '../engine/disk.ts';
import { bytesWords, failureOf } from '../engine/failures.ts';
import type { ChatMessage, OutgoingFile, Room, SentFile, Transfer } from '../engine/types.ts';
import type { Desk } from './desk.ts';
import { roomWords, uuidOf } from './finding.ts';
import { Interrupted } from './interrupted.ts';
import { byUdp, jsonLine } from './output.ts';
import type { Place } from './parameters.ts';
import { EXIT, Problem, problemOf, usage } from './problem.ts';
import { Progress } from './progress.ts';
import { Stay } from './stay.ts';

const STANDARD_INPUT = '-';

interface Given {
  room: Place;
  'as-name': string | undefined;
  'allow-tcp': boolean;
}

export function sendFile(desk: Desk, { room: place, 'as-name': name, 'allow-tcp': allowTcp }: Given, paths: readonly string[]): Promise<number> {
  if (name !== undefined && paths.length > 1) throw usage('--as-name is for one PATH.');
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1) throw usage('Standard input can be sent once.');
  return Stay.with(desk, async (stay) => {
    const room = await stay.room(place);
    const { wanted, reason } = await stay.settled();
    if (reason !== undefined) desk.streams.err(`${reason}\n`);
    for (const path of paths) await sendOne(desk, stay, { room, path, name, inlineOnly: wanted === 'udp' && !allowTcp });
    return EXIT.done;
  });
}

interface Wanted {
  room: Room;
  path: string;
  name: string | undefined;
  /** Only what UDP carries. */
  inlineOnly: boolean;
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
async function goneOn(stay: Stay, { room, path, name, inlineOnly }: Wanted): Promise<SentFile | undefined> {
  if (path === STANDARD_INPUT) return undefined;
  const found = await stat(path).catch(() => undefined);
  const called = safeFileName(name ?? basename(path));
  const known = stay.transfers.find((one) => one.direction === 'up' && one.room === room.id && safeFileName(one.name) === called && one.size === found?.size && one.state.name === 'paused');
  if (!known) return undefined;
  if (inlineOnly && known.size > INLINE_MAX_UDP) throw needsTcp(`${path} has ${known.size} bytes.`);
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
async function fileOf(desk: Desk, stay: Stay, { path, name, inlineOnly }: Wanted): Promise<OutgoingFile> {
  if (path === STANDARD_INPUT) return { path: await spooled(desk, name ?? 'stdin', (size) => mayGo({ size, inlineOnly, what: 'Standard input has more.' }, stay)), pasted: true };
  const [chosen] = await stay.engine.choose([resolve(path)]);
  if (!chosen || 'failure' in chosen) throw problemOf(chosen?.failure ?? failureOf('local', { detail: `Cannot read ${path}.` }));
  if (chosen.files !== undefined && inlineOnly) throw needsTcp(`${path} is a folder.`);
  if (chosen.files === undefined) mayGo({ size: chosen.size, inlineOnly, what: `${path} has ${chosen.size} bytes.` }, stay);
  return { path: chosen.path, ...(name !== undefined && { name }) };
}

/** Throws Problem where a file of this size does not go. */
function mayGo({ size, inlineOnly, what }: { size: number; inlineOnly: boolean; what: string }, { fileMax }: Stay): void {
  if (size > fileMax) throw problemOf(failureOf('too_large', { limit: fileMax }));
  if (inlineOnly && size > INLINE_MAX_UDP) throw needsTcp(what);
}

/** What the window asks about; a command line has no one to ask. */
function needsTcp(what: string): Problem {
  return new Problem('too_large', { message: `You chose UDP, which carries files of up to 50 KB (${INLINE_MAX_UDP} bytes) and no folders. ${what}`, hint: 'send-file --allow-tcp sends it over TCP.' });
}

/** Standard input as a file of its own; `mayHave` throws at the first byte too many. */
async function spooled(desk: Desk, name: string, mayHave: (size: number) => void): Promise<string> {
  const folder = join(desk.home, 'spool', hex(desk.effects.random(16)));
  const path = join(folder, safeFileName(name));
  let size = 0;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await pipeline(process.stdin, async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        size += piece.length;
        mayHave(size);
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
  // Its bytes, where they did not go inside the message.
  const path = size <= INLINE_MAX_UDP ? stay.pathOf(id) : 'tcp';
  const result = { type: 'sent', room: label, seq, id: uuidOf(id), ts, kind: 'file', path, file_id: file, name, size };
  streams.out(globals.json ? jsonLine(result) : `Sent ${name} (${bytesWords(size)}) to ${roomWords(label)} as number ${seq}${byUdp(path)}.\n`);
}

async function pause(desk: Desk, stay: Stay, { sent, resumes }: { sent: SentFile; resumes: boolean }): Promise<void> {
  const transfer = stay.transfer(sent.file, 'up');
  if (!transfer) return;
  if (!resumes) return stay.engine.cancelTransfer(sent.file, 'up');
  stay.engine.pauseTransfer(sent.file, 'up');
  desk.streams.err(`Paused at ${Math.floor((transfer.done / Math.max(1, transfer.size)) * 100)} %. The same command goes on.\n`);
}
