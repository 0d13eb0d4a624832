// The password work of the terminal client, off its thread: one job in, one answer out, matched by number.
import { parentPort } from 'node:worker_threads';
import { runOpaqueJob } from '../engine/opaque.ts';
import type { OpaqueJob } from '../engine/password.ts';

export interface OpaqueRequest {
  number: number;
  job: OpaqueJob;
}

export type OpaqueAnswer = { number: number; result: unknown } | { number: number; error: string };

parentPort?.on('message', ({ number, job }: OpaqueRequest) => {
  runOpaqueJob(job).then(
    (result) => parentPort?.postMessage({ number, result } satisfies OpaqueAnswer),
    (cause: unknown) => parentPort?.postMessage({ number, error: cause instanceof Error ? cause.message : String(cause) } satisfies OpaqueAnswer),
  );
});
