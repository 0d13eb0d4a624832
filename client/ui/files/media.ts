// What is computed of a picture or a sound before it is sent: its size, its likeness, its loudness. Where that fails or
// would take too much, the file goes without.
import { rgbaToThumbHash } from 'thumbhash';
import { WAVEFORM_MAX } from '../../../shared/protocol/limits.ts';
import type { OutgoingFile } from '../../engine/types.ts';
import { imageSize, isTooLarge, type Size } from '../../preview/image-size.ts';
import { chooseView } from '../../preview/kinds.ts';

type Media = NonNullable<OutgoingFile['media']>;

/** Bytes in which a header must end: EXIF and colour profiles of cameras are below. */
const HEADER = 512 * 1024;
/** Pixels at the longer side: more the hash does not take. */
const LIKENESS_SIDE = 100;
/** Bytes of a sound that is decoded as a whole, and milliseconds: at 8 kHz that is 29 MB of samples. */
const DECODED_MAX = 20 * 1024 * 1024;
const DECODED_MS = 15 * 60_000;
const DECODED_RATE = 8_000;

/** undefined: nothing could be told of it. */
export async function mediaOf(source: Blob, name: string): Promise<Media | undefined> {
  try {
    const head = new Uint8Array(await source.slice(0, HEADER).arrayBuffer());
    const shown = chooseView(head, name, head.length === source.size);
    if (shown.view === 'image') return await pictureOf(source, shown.type, imageSize(head, shown.magic));
    return shown.view === 'audio' ? await soundOf(source, shown.type) : undefined;
  } catch (cause) {
    // A file that went away, or a picture or sound that cannot be decoded.
    if (cause instanceof DOMException || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

async function pictureOf(source: Blob, type: string, size: ReturnType<typeof imageSize>): Promise<Media> {
  if (typeof size === 'string' || isTooLarge(size)) return { type };
  const bitmap = await createImageBitmap(source);
  try {
    const { width, height } = bitmap;
    return { type, width, height, thumbhash: likenessOf(bitmap) };
  } finally {
    bitmap.close();
  }
}

function likenessOf(bitmap: ImageBitmap): Uint8Array {
  const { width, height } = fitInto(bitmap, { width: LIKENESS_SIDE, height: LIKENESS_SIDE });
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return rgbaToThumbHash(width, height, context.getImageData(0, 0, width, height).data);
}

async function soundOf(source: Blob, type: string): Promise<Media> {
  const duration = await durationOf(source);
  if (duration === undefined) return { type };
  if (duration > DECODED_MS || source.size > DECODED_MAX) return { type, duration };
  const context = new OfflineAudioContext(1, 1, DECODED_RATE);
  const decoded = await context.decodeAudioData(await source.arrayBuffer());
  return { type, duration, waveform: loudness(decoded.getChannelData(0), WAVEFORM_MAX) };
}

/** Milliseconds; undefined where this runtime cannot play it. */
function durationOf(source: Blob): Promise<number | undefined> {
  const url = URL.createObjectURL(source);
  const audio = new Audio();
  audio.preload = 'metadata';
  const known = new Promise<number | undefined>((resolve) => {
    audio.onloadedmetadata = () => resolve(Number.isFinite(audio.duration) ? Math.round(audio.duration * 1000) : undefined);
    audio.onerror = () => resolve(undefined);
  });
  audio.src = url;
  return known.finally(() => {
    audio.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
}

/** The largest size of the same shape that fits, not larger than it is; at least one pixel each way. */
export function fitInto({ width, height }: Size, most: Size): Size {
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Root mean square of equal steps, 0–255, the loudest at 255. */
export function loudness(samples: Float32Array, most: number): Uint8Array {
  const steps = Math.min(most, samples.length);
  const values = Array.from({ length: steps }, (_, step) => {
    const from = Math.floor((step * samples.length) / steps);
    const to = Math.max(from + 1, Math.floor(((step + 1) * samples.length) / steps));
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += samples[at]! ** 2;
    return Math.sqrt(sum / (to - from));
  });
  const loudest = Math.max(...values, 0);
  return Uint8Array.from(values, (value) => (loudest === 0 ? 0 : Math.round((value / loudest) * 255)));
}
