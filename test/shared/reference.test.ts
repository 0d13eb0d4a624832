// A second, slow reading of docs/protocol.md with WebCrypto alone, none of shared/crypto: it walks the recorded handshakes
// from the two ephemeral keys to the first record of the session, opens every record and checks every trailer.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import type { Outcome, Script } from './replay.ts';

const { subtle } = webcrypto;
const { flows } = JSON.parse(readFileSync(new URL('../vectors/handshake.json', import.meta.url), 'utf8')) as { flows: { input: Script; output: Outcome }[] };
const bytes = (text: string) => Buffer.from(text, 'hex');
const NOTHING = Buffer.alloc(0);

async function hmac(key: Buffer, data: Buffer): Promise<Buffer> {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return Buffer.from(await subtle.sign('HMAC', imported, data));
}

const hash = async (data: Buffer) => Buffer.from(await subtle.digest('SHA-256', data));

async function expandLabel(secret: Buffer, label: string, context: Buffer, size: number): Promise<Buffer> {
  assert.ok(size <= 32);
  const name = Buffer.from(`reach1 ${label}`);
  const info = Buffer.concat([Buffer.from([0, size, name.length]), name, Buffer.from([context.length]), context]);
  return (await hmac(secret, Buffer.concat([info, Buffer.from([1])]))).subarray(0, size);
}

async function open(secret: Buffer, seq: number, record: Buffer): Promise<Buffer> {
  const key = await subtle.importKey('raw', await expandLabel(secret, 'key', NOTHING, 32), 'AES-GCM', false, ['decrypt']);
  const iv = Buffer.from(await expandLabel(secret, 'iv', NOTHING, 12));
  iv[11]! ^= seq;
  return Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: record.subarray(0, 4), tagLength: 128 }, key, record.subarray(4)));
}

/** The 32 bytes that follow a text key and the CBOR head 58 20 in a frame. */
function field(frame: Buffer, name: string): Buffer {
  const at = frame.indexOf(Buffer.concat([Buffer.from(name), Buffer.from([0x58, 0x20])]));
  assert.ok(at > 0, name);
  return frame.subarray(at + name.length + 2, at + name.length + 34);
}

async function sharedSecret(privateRaw: string, peer: Buffer): Promise<Buffer> {
  const own = await subtle.importKey('pkcs8', Buffer.concat([bytes('302e020100300506032b656e04220420'), bytes(privateRaw)]), { name: 'X25519' }, false, ['deriveBits']);
  const other = await subtle.importKey('raw', peer, { name: 'X25519' }, false, []);
  return Buffer.from(await subtle.deriveBits({ name: 'X25519', public: other }, own, 256));
}

for (const { input, output } of flows) {
  test(`${input.flow}: the document gives the same keys, trailers and records`, async () => {
    const records = output.records.flatMap(({ from, bytes: text }) => split(bytes(text)).map((record) => ({ from, record })));
    const [hello, helloOk] = records.slice(0, 2).map(({ record }) => record.subarray(4)) as [Buffer, Buffer];
    const sealed = records.slice(2);
    const th0 = await hash(Buffer.concat([hello, helloOk]));
    const dh = await sharedSecret(input.client_random[0], field(helloOk, 'server_ephemeral'));
    assert.equal(dh, await sharedSecret(input.server_random[0], field(hello, 'client_ephemeral')));
    await checkSignature(hello, helloOk);

    const hs = await hmac(Buffer.alloc(32), dh);
    const secrets = { client: await expandLabel(hs, 'c hs', th0, 32), server: await expandLabel(hs, 's hs', th0, 32) };
    const seqs = { client: 0, server: 0 };
    const frames: Buffer[] = [hello, helloOk];
    for (const { from, record } of sealed) frames.push(await open(secrets[from], seqs[from]++, record));

    const proof = bytes(input.opaque?.session_key ?? input.ticket!.secret);
    const ms = await hmac(await expandLabel(hs, 'derived', th0, 32), proof);
    const th = async (count: number, trailer: number) => {
      const part = Buffer.concat(frames.slice(0, count));
      return hash(part.subarray(0, part.length - trailer));
    };
    const th1 = await th(frames.length - 1, 32);
    const th2 = await th(frames.length, 32);
    assert.equal(frames.at(-2)!.subarray(-32), await hmac(await expandLabel(ms, 'c finished', NOTHING, 32), th1), 'finished_c');
    assert.equal(frames.at(-1)!.subarray(-32), await hmac(await expandLabel(ms, 's finished', NOTHING, 32), th2), 'finished_s');
    assert.is((await expandLabel(ms, 'exp', th2, 32)).toString('hex'), output.exporter);
    const ticket = await expandLabel(ms, 'res', th2, 32);
    assert.is(ticket.toString('hex'), output.ticket);
    assert.is((await expandLabel(ticket, 'id', NOTHING, 16)).toString('hex'), output.ticket_id);
    const ping = Buffer.from([0, 0, 1, 10, 0xa0]);
    assert.equal(await open(await expandLabel(ms, 'c ap', th2, 32), 0, bytes(output.first_client_record)), ping);
    assert.equal(await open(await expandLabel(ms, 's ap', th2, 32), 0, bytes(output.first_server_record)), ping);
  });
}

async function checkSignature(hello: Buffer, helloOk: Buffer): Promise<void> {
  const signed = Buffer.concat([Buffer.from('reach1 server hello\0'), await hash(Buffer.concat([hello, helloOk.subarray(0, -64)]))]);
  const key = await subtle.importKey('raw', field(helloOk, 'server_identity'), { name: 'Ed25519' }, false, ['verify']);
  assert.ok(await subtle.verify('Ed25519', key, helloOk.subarray(-64), signed), 'signature');
}

function split(stream: Buffer): Buffer[] {
  if (stream.length === 0) return [];
  const end = 4 + stream.readUInt32BE(0);
  return [stream.subarray(0, end), ...split(stream.subarray(end))];
}

test.run();
