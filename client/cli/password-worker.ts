// The engine's PasswordWorker as a worker thread of Node. Started at the first job, so that a usage error costs nothing.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { OpaqueJob, OpaqueResults, PasswordWorker } from '../engine/password.ts';
import type { OpaqueAnswer, OpaqueRequest } from './opaque-worker.ts';

interface Waiting {
  resolve(result: never): void;
  reject(cause: Error): void;
}

export class ThreadPasswordWorker implements PasswordWorker {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#started().postMessage({ number, job } satisfies OpaqueRequest);
    });
  }

  close(): void {
    void this.#worker?.terminate();
    this.#failAll('the password worker was closed');
  }

  #started(): Worker {
    this.#worker ??= this.#start();
    return this.#worker;
  }

  #start(): Worker {
    const worker = openWorker();
    worker.on('message', (answer: OpaqueAnswer) => this.#settle(answer));
    worker.on('error', (cause) => this.#failAll(cause instanceof Error ? cause.message : String(cause)));
    worker.unref();
    return worker;
  }

  #settle(answer: OpaqueAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    if (!waiting) return;
    this.#waiting.delete(answer.number);
    if ('error' in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.result as never);
  }

  #failAll(reason: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(reason));
    this.#waiting.clear();
  }
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
