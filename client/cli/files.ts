// files ROOM: the newest files of a room, and whether the server still has them.
import { decodeFile } from '../../shared/protocol/body.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { safeFileName } from '../../shared/protocol/file-names.ts';
import { formatUuid } from '../../shared/protocol/ids.ts';
import { FILES_PAGE, PAGE_MESSAGES } from '../../shared/protocol/limits.ts';
import type { Envelope, FileState } from '../../shared/protocol/messages.ts';
import { bytesWords } from '../engine/failures.ts';
import { withVisit, type Desk } from './desk.ts';
import { entryHead } from './entry.ts';
import { findRoom, type Found } from './finding.ts';
import { jsonLine, line } from './output.ts';
import type { Place } from './parameters.ts';
import { EXIT } from './problem.ts';
import type { Visit } from './visit.ts';

const DEFAULT_LIMIT = 50;

interface Listed {
  id: Bytes;
  name: string;
  size: number;
  inline: boolean;
  envelope: Envelope;
}

export function files(desk: Desk, { room: place, limit = DEFAULT_LIMIT }: { room: Place; limit: number | undefined }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    await visit.members();
    const found = await newest(visit, room, limit);
    const states = await statesOf(visit, found.filter(({ inline }) => !inline).map(({ id }) => id));
    for (const file of found.reverse()) print(desk, visit, { file, label: room.label, state: file.inline ? 'available' : (states.get(hex(file.id)) ?? 'deleted') });
    return EXIT.done;
  });
}

/** Newest first. */
async function newest(visit: Visit, { key, head, floor }: Found, limit: number): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let before = head + 1; before > floor + 1 && found.length < limit; ) {
    const { msgs } = await visit.ask('history', { room: key, before, limit: PAGE_MESSAGES }, { answer: 'page' });
    if (msgs.length === 0) break;
    for (const envelope of [...msgs].sort((a, b) => b.seq - a.seq)) {
      const file = listed(envelope);
      if (file && found.length < limit) found.push(file);
      before = Math.min(before, envelope.seq);
    }
  }
  return found;
}

function listed(envelope: Envelope): Listed | undefined {
  const read = envelope.kind === 'file' ? decodeFile(envelope.body) : undefined;
  return read && { id: read.file.id, name: safeFileName(read.file.name), size: read.file.size, inline: read.file.inline !== undefined, envelope };
}

async function statesOf(visit: Visit, ids: Bytes[]): Promise<Map<string, FileState['state']>> {
  const states = new Map<string, FileState['state']>();
  for (let at = 0; at < ids.length; at += FILES_PAGE) {
    const { files: page } = await visit.ask('file_query', { files: ids.slice(at, at + FILES_PAGE) }, { answer: 'file_states' });
    for (const { transfer_id: id, state } of page) states.set(hex(id), state);
  }
  return states;
}

function print({ globals, streams }: Desk, visit: Visit, { file, label, state }: { file: Listed; label: string; state: FileState['state'] }): void {
  const { id, name, size, envelope } = file;
  const { seq, ts, sender, client_msg_id } = envelope;
  const who = visit.nameOf(hex(sender));
  const words = `${entryHead(envelope)} ${line(who)}: ${line(name)}, ${bytesWords(size)}${state === 'available' ? '' : ` (${state})`}\n`;
  streams.out(globals.json ? jsonLine({ type: 'file', room: label, seq, ts, sender: who, id: formatUuid(client_msg_id), file_id: hex(id), name, size, state }) : words);
}
