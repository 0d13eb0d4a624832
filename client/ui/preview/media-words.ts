// What is not played here, and said before it is loaded.
import type { Words } from '../../preview/byte-source.ts';
import type { Shown } from '../../preview/kinds.ts';
import { namesLicensedCodec } from '../../preview/media.ts';
import { words } from '../../words/words.ts';

export const LICENSED: Words = { message: words.refused.licensed };
/** H.264 in an MP4, as RFC 6381 writes it. */
const PROBE = 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"';

export function mediaRefusal(head: Uint8Array, { magic }: Shown): Words | undefined {
  const plays = document.createElement('video').canPlayType(PROBE) !== '';
  return magic === 'mp4' && !plays && namesLicensedCodec(head) ? LICENSED : undefined;
}
