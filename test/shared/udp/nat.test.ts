// What an association knows of the address translator in front of its client, and how it lives with it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { utf8 } from '../../../shared/protocol/bytes.ts';
import { TwoEnds } from './two-ends.ts';

function raised(): TwoEnds {
  const net = new TwoEnds(5);
  assert.ok(net.until(() => net.both(), 5_000), 'both directions are up');
  net.run(1_000);
  return net;
}

const askApart = (net: TwoEnds): string | undefined => {
  net.ends.client.askApart();
  net.run(1_000);
  return net.ends.client.view().seenApart;
};

test('the other port of the relay tells the address it sees, the same one or another', () => {
  const net = raised();
  assert.is(askApart(net), net.address);
  net.apart = '198.51.100.7:55555';
  assert.is(askApart(net), '198.51.100.7:55555');
  net.apart = false;
  assert.is(askApart(net), undefined);
  assert.is(net.ends.client.view().seen, net.address, 'what the relay sees is another matter');
  assert.ok(net.both());
});

test('the question to the other port moves nothing, is not amplified, and works once', () => {
  const net = raised();
  const state = () => JSON.stringify([{ ...net.ends.server.view(), lastAt: 0 }, net.ends.server.deadline]);
  const before = state();
  net.ends.client.askApart();
  const [question] = net.ends.client.transmit(net.now);
  const { verdict, answer } = net.ends.server.reflect(question!.bytes, '203.0.113.9:9', net.now);
  assert.is(verdict, 'ok');
  assert.ok(answer!.length < question!.bytes.length);
  assert.is(state(), before);
  assert.equal(net.ends.server.transmit(net.now), []);
  assert.equal(net.ends.server.reflect(question!.bytes, '203.0.113.9:9', net.now), { verdict: 'replay' });
  net.ends.server.send(utf8('to the same address as ever'));
  assert.equal(net.ends.server.transmit(net.now).map(({ to }) => to), [net.address]);
});

test('a message that is led to the other port has not come, and is sent again', () => {
  const net = raised();
  net.ends.client.send(utf8('astray'));
  const [astray] = net.ends.client.transmit(net.now);
  net.ends.server.reflect(astray!.bytes, net.address, net.now);
  net.run(3_000);
  assert.equal(net.events.server.filter(({ name }) => name === 'message').length, 1);
  assert.equal(net.events.client.filter(({ name }) => name === 'lost'), []);
});

test('asked for silence, the relay sends nothing until the ping that ends it', () => {
  const net = raised();
  const rest = (ms: number): void => {
    net.ends.server.rest(net.now + ms);
    net.ends.client.rest(net.now + ms);
    net.ends.server.ping();
    net.run(1_000);
  };
  rest(100_000);
  const before = net.ends.client.view();
  const sent = () => net.sent.client.length + net.sent.server.length;
  const quiet = sent();
  net.run(90_000);
  assert.is(sent(), quiet);
  assert.ok(net.both(), 'silence that was asked for fells nothing');
  rest(0);
  assert.ok(net.ends.client.view().received > before.received, 'the ping has come');
  net.run(20_000);
  assert.ok(sent() > quiet + 4, 'and keepalives are there again');
});

test('a mapping that did not outlive the silence: the ping does not come, and nothing of the client makes another one meanwhile', () => {
  const net = raised();
  net.forgetsAfter = 4_000;
  net.ends.client.rest(net.now + 9_000);
  net.ends.server.rest(net.now + 9_000);
  net.run(5_000);
  const { received } = net.ends.client.view();
  net.ends.server.ping();
  net.run(3_500);
  assert.is(net.ends.client.view().received, received);
  assert.ok(net.until(() => net.both(), 30_000), 'afterwards it is up again');
});

test('a mapping that lives ten seconds is kept alive from the second time on', () => {
  const net = raised();
  net.forgetsAfter = 10_000;
  net.run(90_000);
  const address = net.address;
  assert.is.not(address, '198.51.100.7:40000', 'it was forgotten once');
  net.run(10 * 60_000);
  assert.is(net.address, address);
  assert.ok(net.both());
});

test('an address that changes amid traffic, or after a wake, leaves the keepalive as it is', () => {
  const net = raised();
  const idle = (): number => {
    net.run(120_000);
    const before = net.sent.client.length;
    net.run(60_000);
    return net.sent.client.length - before;
  };
  const usual = idle();
  for (let i = 0; i < 10; i += 1) {
    net.address = `192.0.2.1:${1_000 + i}`;
    net.ends.client.send(utf8(`${i}`));
    net.run(2_000);
  }
  net.run(12_000);
  net.address = '192.0.2.99:1';
  net.ends.client.wake(net.now);
  assert.ok(net.until(() => net.ends.client.view().seen === '192.0.2.99:1', 20_000));
  assert.is(idle(), usual);
});

test('an outage is no loss; what is lost before and after it is', () => {
  const net = raised();
  const chat = (ms: number): void => {
    for (const end = net.now + ms; net.now < end; ) {
      net.ends.client.send(utf8('x'));
      net.run(100);
    }
  };
  chat(5_000);
  net.rules.client.cut = net.rules.server.cut = true;
  chat(30_000);
  net.rules.client.cut = net.rules.server.cut = false;
  assert.ok(net.until(() => net.both(), 60_000));
  chat(1_000);
  assert.is(net.ends.client.view().loss, 0);
  net.rules.client.loss = 0.2;
  chat(20_000);
  const { loss } = net.ends.client.view();
  assert.ok(loss > 0.05 && loss < 0.4, `${loss}`);
});

test('where only the answers are cut off and come by TCP, nothing counts as lost', () => {
  const net = raised();
  net.rules.server.cut = true;
  for (let i = 0; i < 20; i += 1) {
    net.ends.client.send(utf8('x'));
    net.ends.server.send(utf8('y'));
    net.run(3_000);
  }
  assert.equal([net.ends.client.view().sending, net.ends.server.view().sending], [true, false]);
  assert.is(net.ends.client.view().loss, 0);
});

test.run();
