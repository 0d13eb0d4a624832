import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Throttle } from '../../server/chat/throttle.ts';
import { addressGroup, Gate } from '../../server/net/gate.ts';
import { TokenBucket } from '../../server/ops/token-bucket.ts';

const limits = { tries: 5, 'tries-per-name': 100 };

test('five tries of a name from an address, then a pause of 60 s', () => {
  const throttle = new Throttle(limits);
  const left = Array.from({ length: 5 }, (_, i) => throttle.take('ann', '1.1.1.1', i * 1000));
  assert.equal(left.map((one) => one.name === 'taken' && one.tries?.left), [4, 3, 2, 1, 0]);
  assert.equal(throttle.take('ann', '1.1.1.1', 5000), { name: 'paused', retryAfter: 59_000 });
  assert.is(throttle.take('ann', '2.2.2.2', 5000).name, 'taken');
  assert.is(throttle.take('ben', '1.1.1.1', 5000).name, 'taken');
  assert.equal(throttle.take('ann', '1.1.1.1', 64_000), { name: 'taken', tries: { left: 4, pause: 60_000 } });
});

test('a hundred tries of a name from anywhere, then ten minutes', () => {
  const throttle = new Throttle(limits);
  for (let i = 0; i < 100; i += 1) assert.is(throttle.take('ann', `10.0.0.${i}`, 0).name, 'taken');
  assert.equal(throttle.take('ann', '10.0.1.1', 1), { name: 'paused', retryAfter: 599_999 });
  assert.is(throttle.take('ann', '10.0.1.1', 600_000).name, 'taken');
});

test('a good proof gives its try back, and 0 switches a limit off', () => {
  const throttle = new Throttle(limits);
  for (let i = 0; i < 50; i += 1) {
    assert.is(throttle.take('ann', '1.1.1.1', 0).name, 'taken');
    throttle.refund('ann', '1.1.1.1');
  }
  const off = new Throttle({ tries: 0, 'tries-per-name': 0 });
  for (let i = 0; i < 500; i += 1) assert.equal(off.take('ann', '1.1.1.1', 0), { name: 'taken' });
});

test('the rule that binds is the one told', () => {
  const throttle = new Throttle({ tries: 9, 'tries-per-name': 3 });
  assert.equal([1, 2, 3].map(() => throttle.take('ann', '1.1.1.1', 0)), [2, 1, 0].map((left) => ({ name: 'taken', tries: { left, pause: 600_000 } })));
  assert.equal(throttle.take('ann', '1.1.1.1', 60_000), { name: 'paused', retryAfter: 540_000 });
});

test('a clock set back does not lengthen a pause', () => {
  const throttle = new Throttle(limits);
  const set = 10_000_000;
  for (let i = 0; i < 5; i += 1) throttle.take('ann', '1.1.1.1', set);
  assert.equal(throttle.take('ann', '1.1.1.1', set - 3_600_000), { name: 'paused', retryAfter: 60_000 });
  assert.is(throttle.take('ann', '1.1.1.1', set - 3_600_000 + 60_000).name, 'taken');
});

test('a bucket gives its burst and then its rate', () => {
  const bucket = new TokenBucket({ rate: 5, burst: 20 }, 0);
  for (let i = 0; i < 20; i += 1) assert.is(bucket.take(0), 0);
  assert.is(bucket.take(0), 200);
  assert.is(bucket.take(200), 0);
  assert.is(bucket.take(100), 200, 'a clock set back gives nothing');
  const off = new TokenBucket({ rate: 0, burst: 0 }, 0);
  assert.is(off.take(0), 0);
});

test('the gate counts by address, IPv6 by /64, and lets go once', () => {
  assert.is(addressGroup('::ffff:10.0.0.1'), '10.0.0.1');
  assert.is(addressGroup('2001:db8::1'), addressGroup('2001:db8:0:0:9::2'));
  assert.is.not(addressGroup('2001:db8:0:1::1'), addressGroup('2001:db8::1'));
  assert.is(addressGroup('fe80::1%eth0'), 'fe80:0:0:0');
  const gate = new Gate({ unauthenticated: 3, 'per-address': 2 });
  const leave = gate.enter('1.1.1.1');
  assert.ok(gate.enter('1.1.1.1'));
  assert.is(gate.enter('1.1.1.1'), undefined);
  assert.ok(gate.enter('2.2.2.2'));
  assert.is(gate.enter('3.3.3.3'), undefined);
  leave!();
  leave!();
  assert.ok(gate.enter('3.3.3.3'));
  assert.is(gate.enter('4.4.4.4'), undefined);
});

test.run();
