// The terminal client's doctor, and files beyond what UDP carries, through a NAT that does what a test wants.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpPort, startNat, type Nat } from '../helpers/nat.ts';
import type { Closing } from '../helpers/waiting.ts';
import { last, newHouse, run } from '../cli/house.ts';
import type { Finished } from '../cli/processes.ts';

const closers: (() => unknown)[] = [];
const closing: Closing = { add: (close) => void closers.push(close) };
const nat: Nat = await startNat(closing);
nat.relay = await freeUdpPort();
const house = await newHouse(['--udp-port', String(nat.relay), '--advertise', `127.0.0.1:1:${nat.port}`]);
const bare = await newHouse();

test.before(async () => {
  await Promise.all([house.start(), bare.start()]);
  await Promise.all([house.people(), bare.people()]);
});
test.after(async () => {
  for (const close of closers) await close();
  await Promise.all([house.clear(), bare.clear()]);
});
test.after.each(() => void Object.assign(nat, { blocked: { out: false, back: false }, symmetric: false, forgetsAfter: Infinity }));

interface Told {
  type: string;
  tcp: { address: string; connect: number; rtt: number };
  udp: { port: number | null; sending: string; receiving: string; reason: string | null; rtt: number | null; loss: number | null; pings: number };
  local: string | null;
  seen: string | null;
  behind_nat: boolean | null;
  mapping: string;
  lifetime: { at_least: number; less_than: number | null; disturbed: boolean } | null;
  next: string[];
}

const told = (finished: Finished): Told => last(finished) as unknown as Told;
const doctor = (...words: string[]): Promise<Finished> => run([...house.dana, 'doctor', ...words]);

test('all is well: TCP, UDP, addresses, mapping and lifetime, with nothing to do; the same in words', async () => {
  const [json, words] = await Promise.all([doctor(), run([...house.dana.filter((word) => word !== '--json'), 'doctor'])]);
  const { tcp, udp, seen, local, ...more } = told(json);
  assert.is(json.code, 0, json.err);
  assert.is(tcp.address, `127.0.0.1:${house.port}`);
  assert.ok(tcp.connect >= 1 && tcp.rtt >= 1);
  assert.equal([udp.port, udp.sending, udp.receiving, udp.reason, udp.pings], [nat.port, 'udp', 'udp', null, 40]);
  assert.ok(udp.rtt! >= 1 && udp.loss! >= 0 && udp.loss! < 0.5);
  assert.match(`${seen} ${local}`, /^127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+$/);
  assert.equal([more.behind_nat, more.mapping, more.next], [true, 'same', []]);
  assert.equal(more.lifetime, { at_least: 5_000, less_than: null, disturbed: false });
  assert.is(words.code, 0);
  for (const part of [/^TCP .*connected in \d+ ms/m, /^UDP .*in use in both directions$/m, /^Address .*behind a NAT$/m, /^Mapping .*does not depend/m, /^Lifetime .*at least 5 s/m]) assert.match(words.out, part);
});

test('a NAT that depends on the destination and forgets after three seconds', async () => {
  Object.assign(nat, { symmetric: true, forgetsAfter: 3_000 });
  const { code, ...finished } = await doctor();
  const { mapping, lifetime, next } = told({ code, ...finished });
  assert.is(mapping, 'depends');
  assert.equal(lifetime, { at_least: 0, less_than: 5_000, disturbed: false });
  assert.match(next.join(), /keepalive/);
});

for (const [way, reason, step] of [['out', /does not answer: a firewall may block it/, /Let UDP .* through/], ['back', /goes out but does not come back/, /firewall/]] as const) {
  test(`shut on the way ${way}: exit 2, the reason that the window shows, and what to do`, async () => {
    nat.blocked[way] = true;
    const finished = await doctor();
    const { udp, next } = told(finished);
    assert.is(finished.code, 2);
    assert.match(udp.reason ?? '', reason);
    assert.match(next.join(), step);
    assert.ok(udp.sending === 'tcp' || udp.receiving === 'tcp');
  });
}

test('a server without UDP: exit 2, and who can change that; a server that is not there: exit 2 as well', async () => {
  const finished = await run([...bare.dana, 'doctor']);
  const { udp, next } = told(finished);
  assert.equal([finished.code, udp.port, udp.reason], [2, null, 'This server runs without UDP. Using TCP.']);
  assert.match(next.join(), /--no-udp/);
  await bare.stop();
  const gone = await run([...bare.dana, 'doctor']);
  assert.equal([gone.code, last(gone).code], [2, 'unreachable']);
});

test('with --allow-tcp a larger file goes by TCP; a folder without it is refused with 4', async () => {
  const path = join(house.root, 'large.bin');
  writeFileSync(path, new Uint8Array(51_201));
  const send = (...words: string[]) => run([...house.dana, '--udp', 'send-file', 'lobby', ...words]);
  const [allowed, folder] = await Promise.all([send(path, '--allow-tcp'), send(house.home)]);
  assert.equal([allowed.code, last(allowed).path, last(allowed).size], [0, 'tcp', 51_201]);
  assert.equal([folder.code, last(folder).code], [4, 'too_large']);
});

test('where UDP does not answer, a message is sent by TCP and the reason is said', async () => {
  nat.blocked.out = true;
  const { code, lines, err } = await run([...house.dana, '--udp', 'send', 'lobby', 'all the same']);
  assert.equal([code, last({ lines }).path], [0, 'tcp']);
  assert.match(err, /does not answer: a firewall may block it\. Using TCP\./);
});

test.run();
