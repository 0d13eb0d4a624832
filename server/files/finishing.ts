// The end of an upload: when its sender says so and every byte has come, the file is put on disk for good, and its hash with it.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Session } from '../chat/session.ts';
import { reasonOf } from '../ops/log.ts';
import type { Completion, Live } from './live.ts';
import { stopUpload } from './offering.ts';
import { FileRefused } from './space.ts';
import { become, isOwner, refuseEnded, visible, type Work } from './work.ts';

/** Of one transfer; a client asks once, and once more after every lost connection. */
const WAITING_MAX = 8;
const RETRY_MS = 1_000;

/** Resolves when the file is available; until all of it has come that takes as long as the session lasts. Rejects with FileRefused. */
export async function complete(work: Work, session: Session, transferId: Bytes): Promise<void> {
  const transfer = visible(work, session, transferId);
  if (!isOwner(transfer, session)) throw new FileRefused('forbidden');
  await work.lives.use(transfer, async (live) => {
    refuseEnded(live);
    if (live.transfer.state === 'available') return;
    if (live.completions.size >= WAITING_MAX) throw new FileRefused('rate_limited', undefined, RETRY_MS);
    if (!work.roster.sessions.has(session)) throw new FileRefused('closed_by_peer');
    await new Promise<void>((resolve, reject) => {
      const completion: Completion = {
        session,
        done: () => (live.completions.delete(completion), resolve()),
        failed: (cause) => (live.completions.delete(completion), reject(cause as Error)),
      };
      live.completions.add(completion);
      finishIfWhole(work, live);
    });
  });
}

/** Whenever bytes have come, or somebody waits for the last one. */
export function finishIfWhole(work: Work, live: Live): void {
  if (!isReady(live)) return;
  live.inTurn(() => finish(work, live)).catch((cause: unknown) => {
    work.log.error({ transfer: live.key, reason: reasonOf(cause) }, 'a file could not be completed');
    for (const { failed } of [...live.completions]) failed(cause);
  });
}

function isReady({ unfinished, gone, written, transfer, completions }: Live): boolean {
  return unfinished && !gone && written === transfer.size && completions.size > 0;
}

async function finish(work: Work, live: Live): Promise<void> {
  if (!isReady(live)) return;
  await stopUpload(work, live);
  // Its sender may have sent one byte too many, and the last chunk was taken back.
  if (!isReady(live)) return;
  const { cache, metrics, log } = work;
  live.written = Math.min(await cache.settle(live.key, (length) => length), live.transfer.size);
  if (live.written < live.transfer.size) throw new Error('its file is shorter than what was written');
  const hash = await cache.hash(live.key);
  if (live.gone) return;
  become(work, live, 'available', hash);
  metrics.fileCompleted();
  log.info({ transfer: live.key, bytes: live.transfer.size }, 'a file is available');
  for (const { done } of [...live.completions]) done();
}
