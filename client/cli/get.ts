// get ROOM:SEQ|FILE_ID: a file that somebody sent, into a folder. Ctrl+C pauses; the same command goes on.
import { dirname, resolve } from 'node:path';
import { bytesWords, failureOf } from '../engine/failures.ts';
import type { ChatMessage } from '../engine/types.ts';
import type { Desk } from './desk.ts';
import { roomWords } from './finding.ts';
import { Interrupted } from './interrupted.ts';
import { jsonLine, line } from './output.ts';
import type { FileRef } from './parameters.ts';
import { EXIT, Problem, problemOf } from './problem.ts';
import { Progress } from './progress.ts';
import { Stay } from './stay.ts';

export function get(desk: Desk, { file: wanted, out }: { file: FileRef; out: string | undefined }): Promise<number> {
  return Stay.with(desk, async (stay) => {
    const message = 'id' in wanted ? await byId(stay, wanted.id) : await bySeq(stay, wanted);
    await receive(desk, stay, { message, out });
    return EXIT.done;
  });
}

async function receive(desk: Desk, stay: Stay, { message, out }: { message: ChatMessage; out: string | undefined }): Promise<void> {
  const { id: file, size, name } = message.file!;
  const progress = new Progress({ streams: desk.streams, clock: desk.effects.clock, json: desk.globals.json, terminal: Boolean(process.stderr.isTTY) });
  const folder = out === undefined ? undefined : resolve(out);
  stay.engine.download(message.room, message.id, folder === undefined ? undefined : { folder });
  try {
    const path = await stay.until(() => {
      const transfer = stay.transfer(file, 'down');
      if (transfer) progress.show(transfer);
      if (transfer?.state.name === 'failed') throw problemOf(transfer.state.failure);
      if (transfer?.state.name !== 'done') return undefined;
      // A saved file that could not be copied stays where it was.
      const { path: saved } = transfer.state;
      if (saved === undefined || (folder !== undefined && dirname(saved) !== folder && stay.notice)) throw problemOf(stay.notice ?? failureOf('no_such_file'));
      return saved;
    });
    progress.clear();
    desk.streams.out(desk.globals.json ? jsonLine({ type: 'saved', file_id: file, path, size }) : `Saved ${line(path)} (${bytesWords(size)}).\n`);
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted) {
      stay.engine.pauseTransfer(file, 'down');
      desk.streams.err(`Paused: ${line(name)}. The same command goes on.\n`);
    }
    throw error;
  }
}

async function bySeq(stay: Stay, { room: place, seq }: Extract<FileRef, { seq: number }>): Promise<ChatMessage> {
  const room = await stay.room(place);
  const here = () => stay.messages(room.id).find((message) => message.seq === seq);
  const reached = () => (stay.messages(room.id)[0]?.seq ?? Infinity) <= seq;
  while (!here() && !reached() && (await stay.older(room.id)));
  const message = here();
  const where = `${roomWords(stay.label(room.id))}`;
  if (message?.file) return message;
  throw new Problem('no_such_file', { message: message ? `Number ${seq} in ${where} carries no file.` : `There is no message ${seq} in ${where}.`, hint: '`files ROOM` lists the files of a room.' });
}

async function byId(stay: Stay, file: string): Promise<ChatMessage> {
  for (const { id: room } of stay.rooms) {
    const here = () => stay.messages(room).find((message) => message.file?.id === file);
    while (!here() && (await stay.older(room)));
    const message = here();
    if (message) return message;
  }
  throw new Problem('no_such_file', { message: 'No message that you may read carries this file.', hint: '`files ROOM` lists the files of a room.' });
}
