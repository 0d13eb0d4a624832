// Writes files.json anew: `node --import tsx test/vectors/make-files.ts`. Run it only when the protocol changes on purpose.
import { writeFileSync } from 'node:fs';
import { attachMac, DOWNLOAD, sealChunk, UPLOAD, type Attachment } from '../../shared/crypto/file-cipher.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { counting } from '../shared/pair.ts';

const random = counting('vector files');
const [key, transferId, exporter, token] = [random(32), random(16), random(32), random(16)];
const chunks = [{ plain: '', index: 0, last: true }, { plain: '48656c6c6f', index: 0, last: true }, { plain: 'ff'.repeat(48), index: 7, last: false }, { plain: '00', index: 2 ** 31, last: true }].map((chunk) => {
  const nonce = random(12);
  const sealed = sealChunk({ key, transferId, index: chunk.index, last: chunk.last }, Uint8Array.from(Buffer.from(chunk.plain, 'hex')), () => nonce);
  return { ...chunk, nonce: hex(nonce), sealed: hex(sealed) };
});
const places: Pick<Attachment, 'direction' | 'offset'>[] = [{ direction: UPLOAD, offset: 0 }, { direction: DOWNLOAD, offset: 65_564 * 40 }, { direction: UPLOAD, offset: 2 ** 40 }];
const attachments = places.map(({ direction, offset }) => ({
  direction, offset, mac: hex(attachMac(exporter, { token, transferId, direction, offset })),
}));
const file = { provenance: 'test/vectors/make-files.ts; all bytes in hex', key: hex(key), transfer_id: hex(transferId), exporter: hex(exporter), token: hex(token), chunks, attachments };
writeFileSync(new URL('./files.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
