// A second, slow reading of the UDP section of docs/protocol.md, with WebCrypto alone and none of shared/.
const { subtle } = crypto;
const TEXT = new TextEncoder();

export interface Place {
  from: 'client' | 'server';
  epoch: number;
  number: bigint;
}

export interface Association {
  key: Uint8Array;
  connectionId: Uint8Array;
  salt: Uint8Array;
}

export interface DirectionKeys {
  secret: Uint8Array;
  key: Uint8Array;
  iv: Uint8Array;
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

async function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const name = TEXT.encode(`reach1 ${label}`);
  const info = Uint8Array.from([0, size, name.length, ...name, context.length, ...context, 1]);
  const key = await subtle.importKey('raw', Uint8Array.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', key, info)).slice(0, size);
}

export async function keysFor({ key, salt }: Association, { from, epoch }: Place): Promise<DirectionKeys> {
  const nothing = new Uint8Array();
  let secret = await expandLabel(key, from === 'client' ? 'udp c' : 'udp s', salt, 32);
  for (let e = 0; e < epoch; e += 1) secret = await expandLabel(secret, 'ku', nothing, 32);
  return { secret, key: await expandLabel(secret, 'key', nothing, 32), iv: await expandLabel(secret, 'iv', nothing, 12) };
}

function headerOf(connectionId: Uint8Array, { epoch, number }: Place): Uint8Array<ArrayBuffer> {
  const flags = 64 + 16 * (epoch % 4);
  return Uint8Array.from([flags, ...connectionId, ...bytesOf(number.toString(16).padStart(12, '0'))]);
}

async function cipherFor(association: Association, place: Place) {
  const { key, iv } = await keysFor(association, place);
  const ivAsNumber = BigInt(`0x${Buffer.from(iv).toString('hex')}`);
  const nonce = bytesOf((ivAsNumber ^ place.number).toString(16).padStart(24, '0'));
  const header = headerOf(association.connectionId, place);
  const imported = await subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { header, imported, parameters: { name: 'AES-GCM', iv: nonce, additionalData: header, tagLength: 128 } };
}

export async function sealDatagram(association: Association, place: Place, plain: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { header, imported, parameters } = await cipherFor(association, place);
  return Uint8Array.from([...header, ...new Uint8Array(await subtle.encrypt(parameters, imported, Uint8Array.from(plain)))]);
}

/** Throws where the tag is not right. */
export async function openDatagram(association: Association, place: Place, datagram: Uint8Array): Promise<Uint8Array> {
  const { imported, parameters } = await cipherFor(association, place);
  return new Uint8Array(await subtle.decrypt(parameters, imported, Uint8Array.from(datagram.subarray(15))));
}
