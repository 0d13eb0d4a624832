// One worker thread: OPAQUE jobs in, results out, in order. Started by opaque-pool.ts with { setup, serverId }.
import { parentPort, workerData } from 'node:worker_threads';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { computeOpaque, type OpaqueJob } from './opaque.ts';

const { setup, serverId } = workerData as { setup: string; serverId: Bytes };

parentPort!.on('message', (job: OpaqueJob) => {
  computeOpaque(setup, serverId, job).then(
    (result) => parentPort!.postMessage({ result }),
    (cause: unknown) => parentPort!.postMessage({ error: cause instanceof Error ? cause.message : String(cause) }),
  );
});
