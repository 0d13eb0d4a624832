// The engine's PasswordWorker as a Web Worker of the window: OPAQUE takes a quarter of a second of pure computation,
// which would freeze every animation and key press on the window's own thread.
import type { OpaqueAnswer, OpaqueRequest } from './opaque.worker.ts';
import type { OpaqueJob, OpaqueResults, PasswordWorker } from './engine/password.ts';

interface Waiting {
  resolve(result: never): void;
  reject(cause: Error): void;
}

export class WebPasswordWorker implements PasswordWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', (event: MessageEvent<OpaqueAnswer>) => this.#settle(event.data));
    worker.addEventListener('error', (event) => this.#failAll(event.message || 'the password worker could not be loaded'));
  }

  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      // Comes from Node's realm: a copy, so that only plain data crosses.
      this.#worker.postMessage({ number, job: structuredClone(job) } satisfies OpaqueRequest);
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll('the password worker was closed');
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
