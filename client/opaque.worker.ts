// The password work of the window, off its thread: one job in, one answer out, matched by number.
import { runOpaqueJob } from './engine/opaque.ts';
import type { OpaqueJob } from './engine/password.ts';

export interface OpaqueRequest {
  number: number;
  job: OpaqueJob;
}

export type OpaqueAnswer = { number: number; result: unknown } | { number: number; error: string };

addEventListener('message', (event: MessageEvent<OpaqueRequest>) => {
  const { number, job } = event.data;
  runOpaqueJob(job).then(
    (result) => postMessage({ number, result } satisfies OpaqueAnswer),
    (cause: unknown) => postMessage({ number, error: cause instanceof Error ? cause.message : String(cause) } satisfies OpaqueAnswer),
  );
});
