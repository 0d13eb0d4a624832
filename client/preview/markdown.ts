// Asks for the tree of a Markdown file.
import type { Block } from './markdown-tree.ts';
import { WorkerDesk } from './worker-desk.ts';

const WITHIN_MS = 4_000;

export interface Reading {
  blocks: Promise<Block[]>;
  stop(): void;
}

export function readMarkdown(text: string): Reading {
  const desk = new WorkerDesk(new Worker(new URL('./markdown.worker.ts', import.meta.url), { type: 'module' }), WITHIN_MS);
  return { blocks: desk.ask<Block[]>({ text }).finally(() => desk.stop()), stop: () => desk.stop() };
}
