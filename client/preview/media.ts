// What this runtime will not play, seen before fifty megabytes are fetched.

/** Names of sample entries (ISO/IEC 14496-12 §8.5.2) of codecs that need a licence. */
const LICENSED = ['avc1', 'avc3', 'hvc1', 'hev1', 'mp4a'];

/** True where the start of an MP4 names such a codec. An MP4 with its index at the end cannot be told yet. */
export function namesLicensedCodec(head: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(head);
  const index = text.indexOf('stsd');
  return index >= 0 && LICENSED.some((name) => text.includes(name, index));
}
