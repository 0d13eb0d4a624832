// The bytes of a file of the timeline, as a blob of the type its bytes say. Bounded by its caller.
import type { EngineCalls } from '../../engine/types.ts';
import { ByteSource, PreviewError, Stopped } from '../../preview/byte-source.ts';
import { imageSize, isTooLarge } from '../../preview/image-size.ts';
import { chooseView, type View } from '../../preview/kinds.ts';

interface Wanted {
  room: string;
  message: string;
  name: string;
  size: number;
}

/** undefined: it is not what it should be, it cannot be read, or nobody wants it any more. */
export async function readBlob(engine: Pick<EngineCalls, 'readFile'>, wanted: Wanted, view: View, signal: AbortSignal): Promise<Blob | undefined> {
  const source = new ByteSource(wanted.size, (offset, length) => engine.readFile(wanted.room, wanted.message, offset, length));
  signal.addEventListener('abort', () => source.stop());
  try {
    const head = await source.head();
    const shown = chooseView(head, wanted.name, head.length === wanted.size);
    if (shown.view !== view) return undefined;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    await source.stream(wanted.size, (piece) => void pieces.push(new Uint8Array(piece)));
    const blob = new Blob(pieces, { type: shown.type });
    if (view !== 'image') return blob;
    // Whoever sent it said how large it is; the header is what the decoder goes by.
    const size = imageSize(new Uint8Array(await blob.arrayBuffer()), shown.magic);
    return typeof size === 'string' || isTooLarge(size) ? undefined : blob;
  } catch (cause) {
    if (cause instanceof PreviewError || cause instanceof Stopped) return undefined;
    throw cause;
  }
}
