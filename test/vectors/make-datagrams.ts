// Writes datagrams.json anew: `node --import tsx test/vectors/make-datagrams.ts`. Run it only when the protocol changes on purpose.
// What a program sends by itself is made by shared/udp; packet numbers that nobody reaches in a test, by the second reading.
import { writeFileSync } from 'node:fs';
import { hex, utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { directionSecrets, SendKeys } from '../../shared/udp/keys.ts';
import { counting } from '../shared/pair.ts';
import { keysFor, sealDatagram, type Place } from '../shared/udp/reference.ts';

const random = counting('vector datagrams');
const association = { key: random(32), connectionId: random(8), salt: random(16) };
const secrets = directionSecrets(association.key, association.salt);
const SIDES = ['client', 'server'] as const;
/** Empty, a ping, some text. */
const PLAIN = [new Uint8Array(), Uint8Array.of(1), utf8('Hello, UDP')];

const record = ({ from, epoch, number }: Place, plain: Bytes, datagram: Bytes) => ({ from, epoch, number: Number(number), plain: hex(plain), datagram: hex(datagram) });

function sentBy(from: 'client' | 'server') {
  const keys = new SendKeys(secrets[from], association.connectionId, 0, { packets: PLAIN.length, ms: 1 });
  return Array.from({ length: 5 * PLAIN.length }, (_, i) => {
    const plain = PLAIN[i % PLAIN.length]!;
    const { bytes, epoch, number } = keys.seal(plain, 0);
    if (number === PLAIN.length - 1) keys.acknowledged(epoch);
    return record({ from, epoch, number: BigInt(number) }, plain, bytes);
  });
}

/** The last with the most that one datagram takes. */
const far: (Place & { plain: Bytes })[] = [
  { from: 'client', epoch: 0, number: 2n ** 32n - 1n, plain: utf8('a') },
  { from: 'server', epoch: 0, number: 2n ** 32n, plain: utf8('b') },
  { from: 'client', epoch: 1, number: 0x0102_0304_0506n, plain: utf8('c') },
  { from: 'server', epoch: 1, number: 2n ** 48n - 1n, plain: random(1_200 - 31) },
];
const farDatagrams = await Promise.all(far.map(async (one) => record(one, one.plain, await sealDatagram(association, one, one.plain))));
const epochs = await Promise.all(SIDES.flatMap((from) => [0, 1, 4].map(async (epoch) => {
  const { secret, key, iv } = await keysFor(association, { from, epoch, number: 0n });
  return { from, epoch, secret: hex(secret), key: hex(key), iv: hex(iv) };
})));
const file = {
  provenance: 'test/vectors/make-datagrams.ts; all bytes in hex', key: hex(association.key), connection_id: hex(association.connectionId), salt: hex(association.salt),
  epochs, datagrams: [...SIDES.flatMap(sentBy), ...farDatagrams],
};
writeFileSync(new URL('./datagrams.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
