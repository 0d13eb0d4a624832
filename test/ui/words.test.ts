import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Failure, Phase } from '../../client/engine/types.ts';
import { clampToScreens, parseSavedWindow } from '../../client/platform/bounds.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { bannerOf, isConnected, isLost } from '../../client/ui/chat/banner.ts';
import { sizeOf } from '../../client/ui/chat/composing.ts';
import { failureWords, mayAnswerLater, pauseLeft, placeOf } from '../../client/ui/connect/failure.ts';
import { strengthOf } from '../../client/ui/connect/strength.ts';
import { rovingIndex } from '../../client/ui/keyboard.ts';

const lost: Failure = { code: 'closed_by_peer', message: 'closed' };
const reconnecting: Phase = { name: 'reconnecting', address: 'a', since: 1_000, attempt: 1, retryAt: 18_000, offline: false, failure: lost };

test('the banner waits two seconds, counts down, and says what waits', () => {
  const facts = { phase: reconnecting, lostAt: 1_000, backAt: undefined, messages: 2, sentSinceReconnect: 0, owed: 0 };
  assert.is(bannerOf({ ...facts, now: 2_500 }), undefined);
  const banner = bannerOf({ ...facts, now: 10_000 })!;
  assert.is(`${banner.lead} ${banner.rest}`, 'Connection lost. Retrying in 8 s — 2 messages waiting to send.');
  assert.ok(banner.retry);
});

test('offline has its own words and no countdown; so has a server that shut down', () => {
  const facts = { lostAt: 1_000, backAt: undefined, messages: 0, sentSinceReconnect: 0, owed: 0, now: 1_001 };
  const offline = bannerOf({ ...facts, phase: { ...reconnecting, offline: true } as Phase })!;
  assert.match(offline.lead, /offline/);
  assert.not.match(offline.rest, /\d+ s/);
  const shut = bannerOf({ ...facts, now: 9_000, phase: { ...reconnecting, failure: { code: 'shutting_down', message: 'x' } } as Phase })!;
  assert.is(shut.lead, 'The server was shut down.');
});

test('coming back is said for three seconds', () => {
  const facts = { phase: { name: 'online', address: 'a' } as Phase, lostAt: 1_000, backAt: 9_000, messages: 0, sentSinceReconnect: 2, owed: 0 };
  assert.is(bannerOf({ ...facts, now: 9_500 })!.rest, '2 messages sent.');
  assert.is(bannerOf({ ...facts, now: 12_000 }), undefined);
  assert.is(bannerOf({ ...facts, backAt: 1_500, now: 1_600 }), undefined, 'a loss nobody was told of');
});

test('coming back is spoken once: when all that waited is sent, or without a number where that takes long', () => {
  const facts = { phase: { name: 'online', address: 'a' } as Phase, lostAt: 1_000, backAt: 9_000, messages: 0 };
  const spoken = (sentSinceReconnect: number, owed: number, now: number, messages = owed) => bannerOf({ ...facts, messages, sentSinceReconnect, owed, now })!.spoken;
  assert.equal([spoken(0, 2, 9_050), spoken(1, 1, 9_100), spoken(2, 0, 9_150), spoken(2, 0, 10_000, 1)], ['', '', 'Connected again. 2 messages sent.', 'Connected again. 2 messages sent.']);
  assert.equal([spoken(1, 1, 11_500), spoken(0, 0, 9_050)], ['Connected again.', 'Connected again.']);
});

test('before the first connection of a start nothing is claimed of it, and after two seconds it is said', () => {
  const connecting: Phase = { name: 'connecting', stage: 'checking', address: 'a' };
  const facts = { phase: connecting, phaseAt: 1_000, lostAt: undefined, backAt: undefined, messages: 0, sentSinceReconnect: 0, owed: 0 };
  assert.equal([isLost(facts, 2_900), isLost(facts, 3_000)], [false, true]);
  assert.equal([bannerOf({ ...facts, now: 2_900 }), bannerOf({ ...facts, now: 3_000 })?.lead], [undefined, 'Connecting…']);
  const opening: Phase = { ...connecting, stage: 'opening' };
  assert.equal([connecting, opening, { name: 'online', address: 'a' } as Phase, reconnecting].map(isConnected), [false, true, true, false]);
  assert.not(isLost({ ...facts, phase: opening }, 9_000));
});

test('a failure stands beside its cause', () => {
  assert.is(placeOf({ code: 'refused', message: '' }), 'server');
  assert.is(placeOf({ code: 'auth_failed', message: '' }), 'password');
  assert.is(placeOf({ code: 'name_taken', message: '' }), 'username');
  assert.is(placeOf({ code: 'busy', message: '' }), 'card');
  assert.is(placeOf({ code: 'busy', message: '', field: 'password' }), 'password');
  assert.is(failureWords({ code: 'auth_failed', message: 'Wrong password.', hint: 'Type it again.' }), 'Wrong password. Type it again.');
  assert.is(failureWords({ code: 'busy', message: 'Too many tries. Wait 60 s.', hint: 'The pause protects the account.' }), 'Too many tries. The pause protects the account.', 'the wait is counted elsewhere');
  assert.equal((['refused', 'timeout', 'unreachable', 'auth_failed', 'not_reach'] as const).map((code) => mayAnswerLater({ code, message: '' })), [true, true, true, false, false]);
  assert.is(pauseLeft({ code: 'busy', message: '', retryAfter: 5_000 }, 1_000, 2_000), 4_000);
  assert.is(pauseLeft(undefined, 0, 0), 0);
});

test('strength has words, and a long phrase beats a short jumble', () => {
  assert.is(strengthOf('password123', 'dana'), 0);
  assert.is(strengthOf('dana1234', 'dana'), 0);
  assert.is(strengthOf('aaaaaaaaaaaa', 'dana'), 0);
  assert.is(strengthOf('correct horse battery staple', 'dana'), 3);
  assert.ok(strengthOf('correct horse battery', 'dana') >= strengthOf('xK3$aaaa', 'dana'));
});

test('the composer counts what the wire will carry', () => {
  const max = 64 * 1024;
  assert.is(sizeOf('hello', max).words, undefined);
  const most = 'é'.repeat(Math.floor((max - 9) / 2));
  assert.not.ok(sizeOf(most, max).over);
  assert.not.throws(() => encodeBody({ text: most }));
  assert.ok(sizeOf(`${most}é`, max).over);
  assert.throws(() => encodeBody({ text: `${most}é` }));
  assert.match(sizeOf('x'.repeat(80_000), max).words!, /Too large: 78\.1 KB/);
});

test('a window comes back onto a screen that exists', () => {
  const screen = { x: 0, y: 0, width: 1280, height: 800 };
  assert.equal(clampToScreens({ x: 5_000, y: -900, width: 1_000, height: 700 }, [screen]), { x: 280, y: 0, width: 1_000, height: 700 });
  assert.equal(clampToScreens({ x: 10, y: 10, width: 9_000, height: 10 }, [screen]), { x: 0, y: 10, width: 1_280, height: 480 });
  const second = { x: 1280, y: 0, width: 1280, height: 800 };
  assert.is(clampToScreens({ x: 1_300, y: 20, width: 800, height: 600 }, [screen, second])!.x, 1_300);
  assert.is(clampToScreens({ x: 0, y: 0, width: 1, height: 1 }, []), undefined);
  assert.is(parseSavedWindow('{"x":1}'), undefined);
  assert.is(parseSavedWindow('nonsense'), undefined);
  assert.is(parseSavedWindow(null), undefined);
});

test('arrow keys go round', () => {
  assert.is(rovingIndex('ArrowDown', 2, 3), 0);
  assert.is(rovingIndex('ArrowUp', 0, 3), 2);
  assert.is(rovingIndex('End', 0, 3), 2);
  assert.is(rovingIndex('a', 0, 3), undefined);
  assert.is(rovingIndex('End', 0, 0), undefined);
});

test.run();
