// What does not stay: uploads that nobody goes on with, files past their time, and files on disk that no transfer owns.
import { fromHex } from '../../shared/protocol/bytes.ts';
import { UPLOAD_IDLE_MS } from '../../shared/protocol/limits.ts';
import { reasonOf } from '../ops/log.ts';
import type { TransferState } from '../store/store.ts';
import { isUnfinished, type Live } from './live.ts';
import { become, end, type Work } from './work.ts';

/** Rows of one look at the store. */
const BATCH = 100;

/** Never rejects. */
export async function sweep(work: Work): Promise<void> {
  const { clock, limits, log } = work;
  try {
    const now = clock.now();
    for (const state of ['offered', 'uploading'] as const) await expire(work, state, now - UPLOAD_IDLE_MS);
    if (limits.keep > 0) await expire(work, 'available', now - limits.keep);
  } catch (cause) {
    log.error({ reason: reasonOf(cause) }, 'old files could not be looked through');
  }
}

// Every row it meets is changed, so the next batch is another one.
async function expire(work: Work, state: TransferState, before: number): Promise<void> {
  for (;;) {
    const batch = work.store.idleTransfers(state, before, BATCH);
    for (const transfer of batch) await work.lives.use(transfer, (live) => live.inTurn(() => expireOne(work, live, state, before)));
    if (batch.length < BATCH) return;
  }
}

async function expireOne(work: Work, live: Live, state: TransferState, before: number): Promise<void> {
  const { transfer } = live;
  if (live.gone || transfer.state !== state || transfer.touched >= before) return;
  if (isUnfinished(transfer) && isAtWork(live)) return become(work, live, state);
  await end(work, live, 'expired');
}

function isAtWork({ upload, slots }: Live): boolean {
  return upload !== undefined || slots.size > 0;
}

/** At the start: files of transfers that ended while nobody could remove them, or of a store that is older than its cache. */
export async function removeOrphans({ cache, store, log }: Pick<Work, 'cache' | 'store' | 'log'>): Promise<void> {
  for await (const name of cache.names()) {
    const id = name.length === 32 ? fromHex(name) : undefined;
    const transfer = id && store.transfer(id);
    if (!id || (transfer && (isUnfinished(transfer) || transfer.state === 'available'))) continue;
    await cache.remove(name);
    log.info({ transfer: name }, 'a file that belongs to nothing was removed');
  }
}
