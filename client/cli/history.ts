// history ROOM: ask, print, leave. The pages it reads and the printing of them serve tail as well.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { PAGE_MESSAGES } from '../../shared/protocol/limits.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import { withVisit, type Desk } from './desk.ts';
import { entryOf, entryText, Numbers } from './entry.ts';
import { findRoom } from './finding.ts';
import { jsonLine } from './output.ts';
import type { Place } from './parameters.ts';
import { EXIT } from './problem.ts';
import type { Visit } from './visit.ts';

const DEFAULT_LIMIT = 50;

export function history(desk: Desk, { room: place, limit = DEFAULT_LIMIT }: { room: Place; limit: number | undefined }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const { key, label, head, floor } = await findRoom(visit, place);
    await visit.members();
    const print = printer(desk, visit, { label, numbers: new Numbers() });
    await pages(visit, { room: key, after: Math.max(floor, head - limit), upTo: head }, print);
    return EXIT.done;
  });
}

export interface Range {
  room: Bytes;
  /** Exclusive. */
  after: number;
  /** Inclusive. */
  upTo: number;
}

export async function pages(visit: Visit, { room, after, upTo }: Range, print: (envelope: Envelope) => void): Promise<void> {
  for (let last = after; last < upTo; ) {
    const { msgs } = await visit.ask('history', { room, after: last, limit: Math.min(PAGE_MESSAGES, upTo - last) }, { answer: 'page' });
    const next = msgs.filter(({ seq }) => seq > last && seq <= upTo).sort((a, b) => a.seq - b.seq);
    if (next.length === 0) return;
    next.forEach(print);
    last = next.at(-1)!.seq;
  }
}

export function printer({ globals, streams }: Desk, visit: Visit, { label, numbers }: { label: string; numbers: Numbers }): (envelope: Envelope) => void {
  return (envelope) => {
    const entry = entryOf(envelope, label, (userId) => visit.nameOf(userId));
    numbers.note(entry);
    streams.out(globals.json ? jsonLine({ type: 'msg', ...entry }) : `${entryText(entry, (id) => numbers.of(id))}\n`);
  };
}
