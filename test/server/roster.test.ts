// What the roster tells of somebody who is here, and how sessions of one account are bounded and ended.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseLink } from '../../shared/protocol/link.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import { house, PLACE } from './house.ts';

type Guest = ReturnType<ReturnType<typeof house>['enter']>;

const stat = (up: boolean): Content<'udp_stat'> => ({ salt: new Uint8Array(16), received: 0, up });

/** Its connection has the way by UDP. */
function withUdp(guest: Guest): Guest {
  Object.assign(guest.connection, { udpReported: () => undefined });
  return guest;
}

test('since when somebody is here and what they send by; neither of somebody who left', () => {
  const { enter, roster, clock } = house();
  const ann = enter('ann');
  const ben = enter('ben');
  const began = clock.now();
  const told = () => ann.got('presence').filter(({ username }) => username === 'ben').at(-1)!;
  assert.equal([told().since, told().path], [began, 'tcp']);
  clock.pass(5_000);
  ben.say('udp_stat', stat(true));
  assert.is(told().path, 'tcp', 'it has no UDP that it could send by');
  withUdp(ben);
  ben.say('udp_stat', stat(true));
  assert.equal([told().since, told().path], [began, 'udp']);
  const count = ann.got('presence').length;
  ben.say('udp_stat', stat(true));
  assert.is(ann.got('presence').length, count, 'told once');
  ben.say('udp_close', {});
  assert.is(told().path, 'tcp');
  roster.leave(ben.session);
  assert.equal([told().presence, told().since, told().path], ['offline', undefined, undefined]);
});

test('a second device of somebody changes neither since when they are here nor, on the same path, anything else', () => {
  const { enter, roster, clock } = house();
  const ann = enter('ann');
  enter('ben');
  const count = ann.got('presence').length;
  clock.pass(60_000);
  const second = withUdp(enter('ben'));
  assert.is(ann.got('presence').length, count);
  second.say('udp_stat', stat(true));
  assert.is(ann.got('presence').at(-1)!.path, 'udp', 'of the newest session');
  roster.leave(second.session);
  assert.is(ann.got('presence').at(-1)!.path, 'tcp');
});

test('a link to pass on: where new accounts need an invite an admin gets one with it, nobody else gets any', () => {
  const { enter } = house();
  const [ann, root] = [enter('ann'), enter('root', undefined, 'admin')];
  assert.is(ann.ask('link_ask', {}).name, 'forbidden');
  const { link, uses, expires } = root.ask('link_ask', {}).content as Content<'link'>;
  const parsed = parseLink(link)!;
  assert.equal([parsed.host, parsed.port, parsed.fingerprint], [PLACE.host, PLACE.port, PLACE.fingerprint]);
  assert.is(parsed.invite?.length, 16);
  assert.ok(uses! > 0 && expires! > 0);
});

test.run();
