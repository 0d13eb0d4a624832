// The cipher of files against its vectors, read a second time with WebCrypto alone; and names, whatever a sender chose.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { attachMac, chunkCount, openChunk, sealChunk, sealedSize, type Attachment } from '../../shared/crypto/file-cipher.ts';
import { decodeFile, encodeBody } from '../../shared/protocol/body.ts';
import { concat, fromHex, hex, utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { numberedName, safeFileName } from '../../shared/protocol/file-names.ts';
import { counting } from './pair.ts';

interface VectorFile {
  key: string;
  transfer_id: string;
  exporter: string;
  token: string;
  chunks: { plain: string; index: number; last: boolean; nonce: string; sealed: string }[];
  attachments: { direction: Attachment['direction']; offset: number; mac: string }[];
}

const vectors = JSON.parse(readFileSync(new URL('../vectors/files.json', import.meta.url), 'utf8')) as VectorFile;
const raw = (text: string): Bytes => fromHex(text)!;
/** On a buffer of its own, as WebCrypto's types want it. */
const web = (bytes: Bytes) => Uint8Array.from(bytes);
const [key, transferId] = [raw(vectors.key), raw(vectors.transfer_id)];

test('chunks are sealed and opened as recorded', () => {
  for (const { plain, index, last, nonce, sealed } of vectors.chunks) {
    assert.is(hex(sealChunk({ key, transferId, index, last }, raw(plain), () => raw(nonce))), sealed);
    assert.is(hex(openChunk({ key, transferId, index, last }, raw(sealed))), plain);
  }
});

test('WebCrypto opens the recorded chunks by what docs/protocol.md says', async () => {
  const webKey = await crypto.subtle.importKey('raw', web(key), 'AES-GCM', false, ['decrypt']);
  for (const { plain, index, last, sealed } of vectors.chunks) {
    const place = new DataView(new ArrayBuffer(5));
    place.setUint32(0, index);
    place.setUint8(4, last ? 1 : 0);
    const additionalData = concat(transferId, new Uint8Array(place.buffer));
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: web(raw(sealed).subarray(0, 12)), additionalData: web(additionalData), tagLength: 128 }, webKey, web(raw(sealed).subarray(12)));
    assert.is(hex(new Uint8Array(opened)), plain);
  }
});

test('WebCrypto makes the recorded macs of data connections', async () => {
  const mac = async (secret: Bytes, ...parts: Bytes[]) => new Uint8Array(await crypto.subtle.sign('HMAC', await crypto.subtle.importKey('raw', web(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']), web(concat(...parts))));
  const label = utf8('reach1 attach');
  const token = raw(vectors.token);
  const secret = await mac(raw(vectors.exporter), Uint8Array.of(0, 32, label.length), label, Uint8Array.of(token.length), token, Uint8Array.of(1));
  for (const { direction, offset, mac: recorded } of vectors.attachments) {
    const place = new DataView(new ArrayBuffer(9));
    place.setUint8(0, direction);
    place.setBigUint64(1, BigInt(offset));
    assert.is(hex(await mac(secret, transferId, new Uint8Array(place.buffer))), recorded);
    assert.is(hex(attachMac(raw(vectors.exporter), { token, transferId, direction, offset })), recorded);
  }
});

test('a chunk is good for its place alone, and every flipped bit is found', () => {
  const place = { key, transferId, index: 3, last: false };
  const sealed = sealChunk(place, utf8('some bytes'), counting('chunk'));
  const damaged = (work: () => void) => assert.throws(work, (error: unknown) => error instanceof ReachError && error.code === 'damaged');
  for (const other of [{ index: 4 }, { last: true }, { key: new Uint8Array(32) }, { transferId: new Uint8Array(16) }]) damaged(() => openChunk({ ...place, ...other }, sealed));
  for (let bit = 0; bit < sealed.length * 8; bit += 1) damaged(() => openChunk(place, sealed.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))));
  for (const size of [0, 1, 27, 65_565]) damaged(() => openChunk(place, new Uint8Array(size)));
});

test('sizes on the wire', () => {
  assert.equal([0, 1, 65_536, 65_537, 131_072].map(chunkCount), [1, 1, 1, 2, 2]);
  assert.equal([0, 1, 65_536, 65_537, 131_072].map(sealedSize), [28, 29, 65_564, 65_593, 131_128]);
});

test('a manifest has a key or the bytes themselves, never both or neither', () => {
  const file = { id: transferId, size: 2, name: 'a', type: '' };
  const body = (more: object) => decodeFile(encodeBody({ text: '', file: { ...file, ...more } }));
  assert.ok(body({ key }));
  assert.ok(body({ inline: utf8('ab') }));
  for (const bad of [{}, { key, inline: utf8('ab') }, { inline: utf8('abc') }, { key: utf8('short') }, { key, name: '' }, { key, size: -1 }, { key, size: 1.5 }]) {
    assert.is(attempt(() => body(bad)), undefined, JSON.stringify(bad));
  }
});

test('whatever a sender chose, the name is one that every file system takes, shows nothing else, and stays when it is safe', () => {
  const kept = ['report.pdf', 'Ünïcode – 名前.txt', 'a.tar.gz', 'no extension', 'console.log', '.a'.slice(1)];
  for (const name of kept) assert.is(safeFileName(name), name);
  const changed = { '../x': '_x', 'a/b\\c': 'a_b_c', 'nul': '_nul', 'COM1.txt': '_COM1.txt', '. . .': 'file', '': 'file', 'x\u0000y': 'xy', 'a\u202etxt.exe': 'atxt.exe', '\ud800': 'file', 'x ': 'x', 'x.': 'x' };
  for (const [given, safe] of Object.entries(changed)) assert.is(safeFileName(given), safe, JSON.stringify(given));
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
    const name = safeFileName(given);
    assert.ok(Buffer.byteLength(name) <= 240 && name.length > 0);
    assert.not.match(name, /[/\\:*?"<>|\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]|^[.\s]|[.\s]$/u);
    assert.is(safeFileName(name), name, 'made safe once is enough');
  }), { numRuns: 3000 });
  assert.equal([0, 1, 2].map((number) => numberedName('a.tar.gz', number)), ['a.tar.gz', 'a (1).tar.gz', 'a (2).tar.gz']);
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReachError) return undefined;
    throw error;
  }
}

test.run();
