// A saved file once more, in another place: from the disk, so that it matters neither whether there is a connection nor what
// the server still has.
import { chunkCount } from '../../../shared/crypto/file-cipher.ts';
import { removePart, Sink, type Place } from './sink.ts';
import { likenessOf, Source } from './source.ts';

/** The path it has there. Throws ReachError `local` (also where it is changed meanwhile), `disk_full`; then nothing is left there. */
export async function copySaved(path: string, place: Place): Promise<string> {
  const source = await Source.open(path, await likenessOf(path));
  try {
    return await copied(source, place);
  } finally {
    await source.close();
  }
}

async function copied(source: Source, place: Place): Promise<string> {
  const sink = await Sink.open(place);
  try {
    await sink.empty();
    for (let index = 0; index < chunkCount(place.size); index += 1) await sink.write(await source.chunk(index));
    await source.check();
    return await sink.finish();
  } catch (error) {
    await sink.close();
    await removePart(place);
    throw error;
  }
}
