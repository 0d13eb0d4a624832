// The bytes of the file that is looked at and of its neighbours, which are read ahead: moving on shows them at once. What is
// further away is let go, and whatever was being read of it stops.
import type { EngineCalls } from '../../engine/types.ts';
import { ByteSource } from '../../preview/byte-source.ts';
import { isPreviewable, kindOf } from '../files/kinds.ts';
import type { PreviewFile } from './preview-file.ts';

/** Bytes of a neighbour that are held in memory. */
const AHEAD_MAX = 8 * 1024 * 1024;

export class Sources {
  readonly #engine: Pick<EngineCalls, 'readFile'>;
  /** Deleted meanwhile: what was read ahead of it is not shown any more. */
  readonly #isGone: (file: PreviewFile) => boolean;
  readonly #held = new Map<string, ByteSource>();

  constructor(engine: Pick<EngineCalls, 'readFile'>, isGone: (file: PreviewFile) => boolean) {
    this.#engine = engine;
    this.#isGone = isGone;
  }

  /** Of the file at `at`; from here on only it and the two beside it are held. */
  open(files: readonly PreviewFile[], at: number): ByteSource {
    const near = new Set([files[at - 1], files[at], files[at + 1]].map((file) => file && keyOf(file)));
    for (const [key, source] of this.#held) if (!near.has(key) || source.stopped) this.#drop(key);
    if (this.#isGone(files[at]!)) this.#drop(keyOf(files[at]!));
    return this.#of(files[at]!);
  }

  /** Once the one that is looked at is there. */
  readAhead(files: readonly PreviewFile[], at: number): void {
    for (const next of [files[at + 1], files[at - 1]]) if (next && isHeld(next)) this.#of(next).readAhead();
  }

  /** Whoever leaves a file that is not held while it is read stops it; another try begins anew. */
  leave(file: PreviewFile): void {
    if (!isHeld(file)) this.#drop(keyOf(file));
  }

  renew(file: PreviewFile): void {
    this.#drop(keyOf(file));
  }

  close(): void {
    for (const key of [...this.#held.keys()]) this.#drop(key);
  }

  #of(file: PreviewFile): ByteSource {
    const known = this.#held.get(keyOf(file));
    if (known) return known;
    const { room, message } = file;
    const made = new ByteSource(file.file.size, (offset, length) => this.#engine.readFile(room, message, offset, length));
    this.#held.set(keyOf(file), made);
    return made;
  }

  #drop(key: string): void {
    this.#held.get(key)?.stop();
    this.#held.delete(key);
  }
}

/** Sound and film play from where they are. */
function isHeld({ file: { name, size } }: PreviewFile): boolean {
  return size <= AHEAD_MAX && isPreviewable(name) && kindOf(name) !== 'sound' && kindOf(name) !== 'video';
}

function keyOf({ room, message }: PreviewFile): string {
  return `${room}:${message}`;
}
