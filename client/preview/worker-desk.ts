// Questions to a worker of one preview, each with an answer or a time limit. A worker that takes too long is ended: a hostile
// file may keep a parser busy for ever, and only the end of its thread stops that.
import { PreviewError } from './byte-source.ts';
import { words } from '../words/words.ts';

export interface Question {
  number: number;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (cause: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class WorkerDesk {
  readonly #worker: Worker;
  readonly #limit: number;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #ended = false;

  /** `limit`: milliseconds for each answer. */
  constructor(worker: Worker, limit: number) {
    this.#worker = worker;
    this.#limit = limit;
    worker.addEventListener('message', (event: MessageEvent<{ number: number; answer?: unknown; failure?: string }>) => this.#take(event.data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#endAll(new PreviewError(words.refused.unprepared));
    });
  }

  ask<T>(question: object, transfer: Transferable[] = []): Promise<T> {
    if (this.#ended) return Promise.reject(new PreviewError(words.refused.unprepared));
    this.#number += 1;
    const number = this.#number;
    this.#worker.postMessage({ ...question, number }, transfer);
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#endAll(new PreviewError(words.refused.tooSlow)), this.#limit);
      this.#waiting.set(number, { resolve: resolve as (answer: unknown) => void, reject, timer });
    });
  }

  stop(): void {
    this.#endAll(new PreviewError(words.refused.closed));
  }

  #take({ number, answer, failure }: { number: number; answer?: unknown; failure?: string }): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    this.#waiting.delete(number);
    clearTimeout(waiting.timer);
    if (failure === undefined) waiting.resolve(answer);
    else waiting.reject(new PreviewError(failure));
  }

  #endAll(cause: PreviewError): void {
    this.#ended = true;
    this.#worker.terminate();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(cause);
    }
    this.#waiting.clear();
  }
}

/** The worker's half: one answer for each question, in their order. */
export function answerQuestions<Q extends Question>(answer: (question: Q) => unknown): void {
  addEventListener('message', (event: MessageEvent<Q>) => {
    const { number } = event.data;
    try {
      postMessage({ number, answer: answer(event.data) });
    } catch (cause) {
      postMessage({ number, failure: cause instanceof PreviewError ? cause.message : words.refused.unprepared });
    }
  });
}
