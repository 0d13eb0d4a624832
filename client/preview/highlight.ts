// Asks for the colours of a text. Too much text, or text that keeps the highlighter busy for too long, stays plain.
import type { Tokens } from './pieces.ts';
import { WorkerDesk } from './worker-desk.ts';

const CHARACTERS_MAX = 512 * 1024;
const WITHIN_MS = 4_000;

export interface Highlighting {
  tokens: Promise<Tokens>;
  stop(): void;
}

export function canHighlight(text: string): boolean {
  return text.length <= CHARACTERS_MAX;
}

export function highlight(text: string, language: string): Highlighting {
  const desk = new WorkerDesk(new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' }), WITHIN_MS);
  return { tokens: desk.ask<Tokens>({ text, language }).finally(() => desk.stop()), stop: () => desk.stop() };
}
