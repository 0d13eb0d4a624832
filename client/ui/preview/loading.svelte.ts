// Work that a viewer waits for: how far it is, what came of it, or why nothing did.
import { PreviewError, Stopped, type ByteSource, type Words } from '../../preview/byte-source.ts';
import { paceAfter, speedOf, startPace } from '../../state/pace.ts';
import { words } from '../../words/words.ts';

export class Loading<T> {
  /** Bytes. */
  done = $state(0);
  total: number;
  /** Milliseconds until all of it is there; undefined: nobody knows. */
  left = $state.raw<{ ms: number; about: boolean } | undefined>();
  value = $state.raw<T | undefined>();
  failure = $state.raw<Words | undefined>();

  constructor(total: number, work: (moved: (done: number) => void) => Promise<T>) {
    this.total = total;
    let pace = startPace(0, performance.now());
    const moved = (done: number): void => {
      this.done = done;
      pace = paceAfter(pace, { done, size: total }, performance.now());
      const speed = speedOf(pace, performance.now());
      this.left = speed?.left === undefined ? undefined : { ms: speed.left, about: speed.about };
    };
    work(moved).then(
      (value) => (this.value = value),
      (cause: unknown) => (this.failure = wordsOf(cause)),
    );
  }
}

/** Undefined where nobody looks any more. */
export function wordsOf(cause: unknown): Words | undefined {
  if (cause instanceof Stopped) return undefined;
  if (cause instanceof PreviewError) return { message: cause.message, again: cause.again, ...(cause.hint !== undefined && { hint: cause.hint }) };
  return { message: words.refused.other, hint: cause instanceof Error ? cause.message : String(cause) };
}

/** What is held in memory of one file. */
export const WHOLE_MAX = 50 * 1024 * 1024;

export async function loadWhole(source: ByteSource, moved: (done: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(source.size);
  await source.stream(source.size, (piece, offset) => {
    whole.set(piece, offset);
    moved(offset + piece.length);
  });
  return whole;
}

export async function loadBlob(source: ByteSource, type: string, moved: (done: number) => void): Promise<Blob> {
  const pieces: BlobPart[] = [];
  await source.stream(source.size, (piece, offset) => {
    pieces.push(piece as Uint8Array<ArrayBuffer>);
    moved(offset + piece.length);
  });
  return new Blob(pieces, { type });
}
