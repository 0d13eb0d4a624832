// Two ends of an association over networks of every kind: nothing is lost, nothing is doubled, nothing waits for ever.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { utf8, type Bytes } from '../../../shared/protocol/bytes.ts';
import { CLEAN, other, TwoEnds, type Side } from './two-ends.ts';

const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);
const got = (net: TwoEnds, side: Side): string[] => net.events[side].flatMap((event) => (event.name === 'message' ? [text(event.frame)] : []));
const back = (net: TwoEnds, side: Side): string[] => net.events[side].flatMap((event) => (event.name === 'lost' ? [text(event.message)] : []));

function raised(seed = 1): TwoEnds {
  const net = new TwoEnds(seed);
  assert.ok(net.until(() => net.both(), 5_000), 'both directions are up');
  return net;
}

test('both directions go up after three round trips, and each end knows of both', () => {
  const net = new TwoEnds();
  assert.not.ok(net.ends.client.send(utf8('early')), 'nothing is taken while it is down');
  assert.ok(net.until(() => net.both(), 1_000));
  net.run(200);
  for (const side of ['client', 'server'] as const) {
    const view = net.ends[side].view();
    assert.ok(view.receiving && view.answered && view.reached, side);
    assert.ok(view.rtt! >= 39 && view.rtt! < 80, `${view.rtt} ms`);
  }
  assert.is(net.ends.client.view().seen, '198.51.100.7:40000');
});

test('a relay is silent until a datagram verifies', () => {
  const net = new TwoEnds();
  net.rules.client.cut = true;
  net.run(60_000);
  assert.is(net.sent.server.length, 0);
  assert.is(net.ends.server.deadline, undefined);
  net.inject('server', crypto.getRandomValues(new Uint8Array(100)));
  net.run(10_000);
  assert.is(net.sent.server.length, 0);
});

test('messages of any size arrive whole and once, both ways', () => {
  const net = raised();
  const sizes = [1, 500, 1_119, 1_120, 1_121, 2_240, 51_200, 66_000, 71_680];
  for (const side of ['client', 'server'] as const) for (const size of sizes) assert.is.not(net.ends[side].send(utf8('x'.repeat(size))), undefined, `${size}`);
  net.run(5_000);
  for (const side of ['client', 'server'] as const) {
    assert.equal(got(net, side).map(({ length }) => length).sort((a, b) => a - b), sizes);
    assert.is(net.events[side].filter(({ name }) => name === 'delivered').length, sizes.length);
  }
  assert.is(net.ends.client.send(new Uint8Array(71_681)), undefined, 'more than 64 fragments go by TCP');
});

test('50 KB arrive whole at 2 % loss', () => {
  const net = raised(7);
  Object.assign(net.rules.client, { loss: 0.02 });
  Object.assign(net.rules.server, { loss: 0.02 });
  net.ends.client.send(utf8('y'.repeat(51_200)));
  assert.ok(net.until(() => got(net, 'server').length === 1, 10_000));
  assert.is(got(net, 'server')[0]!.length, 51_200);
});

test('what is sent once may be lost, and is never given twice', () => {
  const net = raised(3);
  Object.assign(net.rules.client, { loss: 0.3, duplicates: 0.3 });
  for (let i = 0; i < 100; i += 1) {
    net.ends.client.sendOnce(utf8(`typing ${i}`));
    net.run(50);
  }
  const seen = got(net, 'server');
  assert.is(new Set(seen).size, seen.length);
  assert.ok(seen.length > 40 && seen.length < 100, `${seen.length}`);
  assert.equal(back(net, 'client'), []);
});

for (const side of ['client', 'server'] as const) {
  test(`the ${side}'s direction alone is cut: its messages come back at once, the other way goes on, and it returns by itself`, () => {
    const net = raised();
    net.run(1_000);
    net.rules[side].cut = true;
    net.ends[side].send(utf8('into the void'));
    assert.ok(net.until(() => back(net, side).length === 1, 4_000), 'given back within 4 s');
    assert.is(net.ends[side].view().sending, false);
    net.run(200);
    assert.is(net.ends[other(side)].view().receiving, false, 'the other end is told over TCP');
    for (let i = 0; i < 20; i += 1) {
      net.ends[other(side)].send(utf8(`still ${i}`));
      net.run(500);
    }
    assert.is(got(net, side).length, 20);
    assert.equal(back(net, other(side)), [], 'its acknowledgements came by TCP');
    assert.is(net.ends[other(side)].view().sending, true);
    net.rules[side].cut = false;
    assert.ok(net.until(() => net.both(), 45_000), 'it is up again');
    net.ends[side].send(utf8('after'));
    net.run(1_000);
    assert.ok(got(net, other(side)).includes('after'));
  });
}

for (const side of ['client', 'server'] as const) {
  test(`the ${side}'s direction is cut while both talk, or while only the other one does: that direction falls and the other does not`, () => {
    for (const talking of [['client', 'server'], [other(side)]] as const) {
      const net = raised(11);
      net.run(1_000);
      net.rules[side].cut = true;
      for (let i = 0; i < 40; i += 1) {
        for (const end of talking) net.ends[end].send(utf8(`${end} ${i}`));
        net.run(500);
      }
      assert.equal([net.ends[side].view().sending, net.ends[other(side)].view().sending], [false, true], talking.join());
    }
  });
}

test('a cut is noticed within 20 s even when nobody says anything', () => {
  const net = raised();
  net.run(60_000);
  assert.ok(net.both(), 'it stays up while idle');
  net.rules.client.cut = net.rules.server.cut = true;
  assert.ok(net.until(() => !net.ends.client.view().sending && !net.ends.server.view().sending, 20_000));
});

test('on a way that wavers a cut is noticed within 4 s of the next message too', () => {
  const net = raised();
  for (const side of ['client', 'server'] as const) Object.assign(net.rules[side], { latency: 150, jitter: 700 });
  for (let at = 0; at < 200; at += 1) {
    net.ends.client.send(utf8(`${at}`));
    net.run(100);
  }
  assert.ok(net.ends.client.view().sending, 'it carries messages');
  net.run(5_000);
  net.rules.client.cut = net.rules.server.cut = true;
  net.ends.client.send(utf8('into the wall'));
  assert.ok(net.until(() => !net.ends.client.view().sending, 4_000));
});

test('a direction that fell stays down for 10 s', () => {
  const net = raised();
  net.rules.client.cut = true;
  net.ends.client.send(utf8('x'));
  assert.ok(net.until(() => !net.ends.client.view().sending, 4_000));
  net.rules.client.cut = false;
  net.run(9_000);
  assert.is(net.ends.client.view().sending, false);
  assert.ok(net.until(() => net.both(), 5_000));
});

test('the address of the client changes every five seconds, and everything goes on', () => {
  const net = raised();
  for (let i = 0; i < 40; i += 1) {
    if (i % 10 === 0) net.address = `198.51.100.7:${40_001 + i}`;
    net.ends.client.send(utf8(`up ${i}`));
    net.ends.server.send(utf8(`down ${i}`));
    net.run(500);
  }
  net.run(5_000);
  const lost = [...back(net, 'client'), ...back(net, 'server')];
  assert.is(new Set([...got(net, 'server'), ...got(net, 'client'), ...lost]).size, 80);
  assert.ok(lost.length <= 4, `${lost.length} went by TCP`);
  assert.is(net.ends.client.view().seen, '198.51.100.7:40031');
});

test('an address that proves nothing gets at most three times its bytes, and cannot take the path', () => {
  const net = raised();
  net.run(1_000);
  net.rules.client.cut = true;
  net.ends.client.send(utf8('copied on the way'));
  net.pump();
  const copied = net.sent.client.at(-1)!;
  const before = net.sent.server.length;
  assert.is(net.inject('server', copied, '203.0.113.9:9'), 'ok');
  const to = net.ends.server.transmit(net.now).filter(({ to: address }) => address === '203.0.113.9:9');
  assert.ok(to.reduce((sum, { bytes }) => sum + bytes.length, 0) <= 3 * copied.length);
  net.rules.client.cut = false;
  net.run(3_000);
  net.ends.server.send(utf8('for the real one'));
  net.run(1_000);
  assert.ok(got(net, 'client').includes('for the real one'));
  assert.ok(net.sent.server.length > before);
});

test('replayed, reflected, truncated, flipped: no answer and no change', () => {
  const net = raised();
  net.run(2_000);
  const recorded = net.sent.client.slice(-5);
  const before = JSON.stringify([net.ends.server.view(), net.ends.server.deadline, net.sent.server.length]);
  for (const datagram of recorded) {
    assert.is(net.inject('server', datagram), 'replay');
    assert.is.not(net.inject('client', datagram), 'ok', 'reflected');
    for (let at = 0; at < datagram.length; at += 1) {
      const flipped = Uint8Array.from(datagram);
      flipped[at]! ^= 0x10;
      assert.is.not(net.inject('server', flipped, '203.0.113.9:9'), 'ok', `byte ${at}`);
      assert.is.not(net.inject('server', datagram.subarray(0, at)), 'ok', `${at} bytes of it`);
    }
  }
  assert.is(JSON.stringify([net.ends.server.view(), net.ends.server.deadline, net.sent.server.length]), before);
  assert.equal(net.ends.server.take(), []);
  assert.equal(net.ends.server.transmit(net.now), []);
});

test('who floods with forged datagrams is not read any more, and the client is', () => {
  const net = new TwoEnds(21);
  net.run(2_000);
  const forged = Uint8Array.from(net.sent.client.at(-1)!);
  forged[forged.length - 1]! ^= 1;
  // A number that has not come before, so that the tag decides.
  new DataView(forged.buffer).setUint32(11, 0x00ff_ffff);
  for (let at = 0; at < 1_000; at += 1) net.inject('server', forged, 'elsewhere:1');
  assert.is(net.verdicts.forged, 1_000);
  net.ends.client.ping();
  const [genuine] = net.ends.client.transmit(net.now);
  assert.is(net.inject('server', genuine!.bytes, 'elsewhere:1'), 'forged', 'from an address that has proved nothing it is not even tried');
  assert.is(net.inject('server', genuine!.bytes), 'ok');
});

test('a new salt starts everything anew; an old one is refused', () => {
  const net = raised();
  net.ends.client.send(utf8('under way'));
  const salt = Uint8Array.from({ length: 16 }, (_, at) => at);
  assert.ok(net.ends.client.resync(salt, net.now));
  assert.ok(net.ends.server.resync(salt, net.now));
  assert.equal(net.ends.client.take().map(({ name }) => name).filter((name) => name !== 'changed'), ['lost']);
  assert.not.ok(net.both());
  assert.not.ok(net.ends.client.resync(salt, net.now), 'seen before');
  assert.ok(net.until(() => net.both(), 15_000));
  net.ends.server.send(utf8('again'));
  net.run(500);
  assert.ok(got(net, 'client').includes('again'));
});

test('epochs pass without a message noticing', () => {
  const net = raised();
  for (let minute = 0; minute < 50; minute += 1) {
    net.ends.client.send(utf8(`up ${minute}`));
    net.ends.server.send(utf8(`down ${minute}`));
    net.run(60_000);
  }
  assert.is(got(net, 'server').length, 50);
  assert.is(got(net, 'client').length, 50);
  assert.equal([...back(net, 'client'), ...back(net, 'server')], []);
  assert.is(net.verdicts.forged, 0);
});

test('closed, it gives back what it holds and is silent', () => {
  const net = raised();
  net.ends.client.send(utf8('kept'));
  net.ends.client.close();
  assert.equal(net.ends.client.take().map(({ name }) => name), ['lost']);
  assert.equal(net.ends.client.transmit(net.now), []);
  assert.is(net.ends.client.deadline, undefined);
  assert.is(net.inject('client', net.sent.server.at(-1)!), 'malformed');
});

/** Every message handed over is received, or given back, and never received twice; none is still held at the end. */
function judge(net: TwoEnds, side: Side, handed: readonly string[]): void {
  const received = got(net, other(side));
  assert.is(new Set(received).size, received.length, 'received twice');
  const accounted = new Set([...received, ...back(net, side)]);
  assert.equal(handed.filter((one) => !accounted.has(one)), [], 'neither there nor given back');
}

test('any network: every message arrives or is given back, in time', () => {
  const link = fc.record({ latency: fc.integer({ min: 0, max: 150 }), jitter: fc.integer({ min: 0, max: 100 }), loss: fc.double({ min: 0, max: 0.6, noNaN: true }), duplicates: fc.double({ min: 0, max: 0.2, noNaN: true }), flips: fc.double({ min: 0, max: 0.05, noNaN: true }), cut: fc.boolean() });
  const step = fc.record({ client: link, server: link, moves: fc.boolean(), messages: fc.integer({ min: 0, max: 12 }), size: fc.integer({ min: 1, max: 6_000 }), ms: fc.integer({ min: 50, max: 30_000 }) });
  fc.assert(fc.property(fc.nat(), fc.array(step, { minLength: 1, maxLength: 8 }), (seed, steps) => {
    const net = new TwoEnds(seed);
    const handed: Record<Side, string[]> = { client: [], server: [] };
    net.run(2_000);
    steps.forEach(({ client, server, moves, messages, size, ms }, index) => {
      Object.assign(net.rules, { client: { ...client, cut: client.cut && index % 2 === 1 }, server: { ...server, cut: server.cut && index % 3 === 1 } });
      if (moves) net.address = `192.0.2.1:${1_000 + index}`;
      for (let i = 0; i < messages; i += 1) {
        for (const side of ['client', 'server'] as const) {
          const message = `${side} ${index} ${i} `.padEnd(size, '.');
          if (net.ends[side].send(utf8(message)) !== undefined) handed[side].push(message);
        }
        net.run(ms / 12);
      }
      net.run(ms);
    });
    Object.assign(net.rules, { client: { ...CLEAN }, server: { ...CLEAN } });
    net.run(120_000);
    judge(net, 'client', handed.client);
    judge(net, 'server', handed.server);
    assert.ok(net.both(), 'up again at the end');
  }), { numRuns: Number(process.env['RUNS'] ?? 40) });
});

test.run();
