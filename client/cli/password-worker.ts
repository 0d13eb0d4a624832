// The engine's PasswordWorker as a worker thread of Node.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { PasswordJobs, type WorkerEvents, type WorkerPort } from '../engine/password-jobs.ts';
import type { PasswordWorker } from '../engine/password.ts';

export function threadPasswordWorker(start: () => Worker = openWorker): PasswordWorker {
  return new PasswordJobs((events) => openPort(start(), events));
}

function openPort(worker: Worker, { answered, died }: WorkerEvents): WorkerPort {
  worker.on('message', answered);
  worker.on('error', (cause) => died(cause instanceof Error ? cause.message : String(cause)));
  worker.on('exit', () => died('the password worker ended'));
  return { post: (request) => worker.postMessage(request), stop: () => void worker.terminate() };
}

/** Beside the built cli.js lies the built worker; from source, tsx reads the worker's source too. */
function openWorker(): Worker {
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const built = join(here, 'opaque-worker.cjs');
  if (existsSync(built)) return new Worker(built);
  // A worker thread does not inherit the loader that reads TypeScript (nor does --import reach its entry on Node 20).
  const source = pathToFileURL(join(here, 'opaque-worker.ts')).href;
  return new Worker(`import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(source)}, ${JSON.stringify(source)}))`, { eval: true });
}
