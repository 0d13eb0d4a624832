// Offers: the first one makes the transfer, every later one of the same goes on where its file ends.
import { UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import type { Session } from '../chat/session.ts';
import type { Transfer } from '../store/store.ts';
import { isUnfinished, type Live } from './live.ts';
import { chunkStart } from './sizes.ts';
import type { Slot } from './slots.ts';
import { FileRefused } from './space.ts';
import { become, isOwner, issue, refuseEnded, type Work } from './work.ts';

export interface Offer {
  transferId: Bytes;
  room: Bytes;
  /** Ciphertext bytes. */
  size: number;
}

/** What is left to send begins at `offset`. Without a slot nothing is: the file is on disk as a whole. */
export interface Granted {
  slot: Slot | undefined;
  offset: number;
}

/** Rejects with FileRefused. */
export async function offer(work: Work, session: Session, wanted: Offer): Promise<Granted> {
  work.space.checkSize(wanted.size);
  const free = await work.cache.free();
  const known = work.store.transfer(wanted.transferId);
  if (known && !(isOwner(known, session) && equal(known.room, wanted.room) && known.size === wanted.size)) throw new FileRefused('conflict');
  const transfer = known ?? add(work, session, wanted, free);
  return work.lives.use(transfer, (live) => {
    if (!known) work.states.changed(live);
    return live.inTurn(() => goOn(work, session, live, free));
  });
}

function add({ space, store, clock, metrics }: Work, session: Session, { transferId, room, size }: Offer, free: number): Transfer {
  space.checkQuota(session.userId, size);
  space.checkDisk(free, size);
  const now = clock.now();
  const [id, where] = [Uint8Array.from(transferId), Uint8Array.from(room)];
  const transfer: Transfer = { id, room: where, owner: session.userId, size, state: 'offered', hash: undefined, created: now, touched: now };
  store.addTransfer(transfer);
  metrics.fileOffered();
  return transfer;
}

async function goOn(work: Work, session: Session, live: Live, free: number): Promise<Granted> {
  const { size, state } = live.transfer;
  if (state === 'damaged') return again(work, session, live, free);
  refuseEnded(live);
  if (!isUnfinished(live.transfer)) return { slot: undefined, offset: size };
  await stopUpload(work, live);
  live.written = await work.cache.settle(live.key, (length) => (length >= size ? size : chunkStart(length)));
  refuseEnded(live);
  if (live.written === size) return { slot: undefined, offset: size };
  work.space.checkDisk(free, size - live.written, live);
  return grant(work, session, live);
}

/** The copy here was damaged and is gone; its sender has the file and starts it over. */
function again(work: Work, session: Session, live: Live, free: number): Granted {
  const { owner, size } = live.transfer;
  work.space.checkQuota(owner, size);
  work.space.checkDisk(free, size, live);
  const granted = grant(work, session, live);
  become(work, live, 'offered');
  return granted;
}

function grant(work: Work, session: Session, live: Live): Granted {
  const offset = live.written;
  return { slot: issue(work, { session, live, direction: UPLOAD, offset }), offset };
}

/** Nobody writes the file once this resolves. */
export async function stopUpload({ slots }: Pick<Work, 'slots'>, live: Live): Promise<void> {
  for (const slot of [...live.slots]) if (slot.direction === UPLOAD) slots.revoke(slot);
  const { upload } = live;
  upload?.end();
  await upload?.over;
}
