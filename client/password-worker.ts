// The engine's PasswordWorker as a Web Worker of the window: OPAQUE takes a quarter of a second of pure computation,
// which would freeze every animation and key press on the window's own thread.
import { PasswordJobs, type WorkerEvents, type WorkerPort } from './engine/password-jobs.ts';
import type { OpaqueAnswer, PasswordWorker } from './engine/password.ts';

export function webPasswordWorker(start: () => Worker): PasswordWorker {
  return new PasswordJobs((events) => openPort(start(), events));
}

function openPort(worker: Worker, { answered, died }: WorkerEvents): WorkerPort {
  worker.addEventListener('message', (event: MessageEvent<OpaqueAnswer>) => answered(event.data));
  worker.addEventListener('error', (event) => died(event.message || 'the password worker could not be loaded'));
  return {
    // Comes from Node's realm: a copy, so that only plain data crosses.
    post: (request) => worker.postMessage(structuredClone(request)),
    stop: () => worker.terminate(),
  };
}
