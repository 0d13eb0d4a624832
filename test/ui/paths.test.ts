import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Paths } from '../../client/engine/types.ts';
import { curvePoints } from '../../client/ui/connection/curve.ts';
import { chipWords, lossWords, spanWords, spokenChange, tripWords } from '../../client/ui/connection/words.ts';
import { INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import { sizeWords } from '../../client/state/amounts.ts';
import { words } from '../../client/words/words.ts';

const BLOCKED = 'UDP 20001 does not answer: a firewall may block it. Using TCP.';
const paths = (change: Partial<Paths> = {}): Paths => ({ wanted: 'udp', sending: 'udp', receiving: 'udp', history: [], ...change });
const chip = (change: Partial<Paths> = {}, lost = false) => chipWords(paths(change), lost);
const tcp = { sending: 'tcp', receiving: 'tcp' } as const;

test('the chip names the path in use, and the round trip once it is known', () => {
  assert.equal(chip({ rtt: 12.4 }), { tone: 'udp', lead: 'UDP 12 ms', rest: '', long: 'Chat goes by UDP, 12 ms round trip.' });
  assert.is(chip().lead, 'UDP');
  assert.equal(chip({ wanted: 'tcp', ...tcp, tcpRtt: 3 }), { tone: 'plain', lead: 'TCP 3 ms', rest: '', long: 'Chat goes by TCP, 3 ms round trip.' });
  assert.is(chip({ tcpRtt: 3 }).lead, 'UDP', 'a round trip of TCP is not one of UDP');
  assert.equal(chip({ wanted: 'tcp', ...tcp }), { tone: 'plain', lead: 'TCP', rest: '', long: 'Chat goes by TCP.' });
});

test('UDP that is wanted and not in use is a warning with its reason; while it is tried it is none yet', () => {
  assert.equal(chip({ ...tcp, reason: BLOCKED }), { tone: 'warn', lead: 'TCP', rest: 'UDP 20001 does not answer', long: `Chat goes by TCP. ${BLOCKED}` });
  assert.equal(chip(tcp), { tone: 'plain', lead: 'TCP', rest: 'trying UDP', long: 'Chat goes by TCP, trying UDP.' });
  assert.is(chip({ ...tcp, reason: 'This server runs without UDP. Using TCP.' }).rest, 'This server runs without UDP');
  assert.is(chip({ ...tcp, rtt: 40, reason: BLOCKED }).lead, 'TCP', 'a round trip of UDP is not one of TCP');
});

test('each direction has its own path, and no round trip that only one of them had', () => {
  const out = chip({ receiving: 'tcp', rtt: 9, reason: 'UDP goes out but does not come back: a firewall may block it. What comes uses TCP.' });
  assert.equal([out.tone, out.lead], ['warn', 'UDP out, TCP in']);
  assert.match(out.long, /^UDP out, TCP in\. UDP goes out/);
  assert.equal([chip({ sending: 'tcp' }).tone, chip({ sending: 'tcp' }).lead], ['plain', 'TCP out, UDP in']);
});

test('loss is told from one packet in ten, and only of a path in use', () => {
  const lossy = chip({ rtt: 30, loss: 0.12 });
  assert.equal([lossy.tone, lossy.lead, lossy.rest], ['warn', 'UDP · 12% loss', '30 ms'], 'where there is no room the round trip goes first');
  assert.match(lossy.long, /UDP, 12% loss, 30 ms\./);
  assert.is(chip({ loss: 0.09 }).tone, 'udp');
  assert.is(chip({ ...tcp, loss: 0.5, reason: BLOCKED }).rest, 'UDP 20001 does not answer');
});

test('without a connection no path is named, whatever was in use', () => {
  assert.equal(chip({ rtt: 12 }, true), { tone: 'lost', lead: '', rest: '', long: 'Not connected' });
});

test('numbers as words', () => {
  assert.equal([tripWords(1), tripWords(241.6)], ['1 ms', '242 ms']);
  assert.equal([lossWords(0), lossWords(0.004), lossWords(0.02), lossWords(1)], ['0%', 'under 1%', '2%', '100%']);
  assert.equal([spanWords([{ at: 0, ms: 9 }, { at: 1, ms: 14 }]), spanWords([{ at: 0, ms: 12 }, { at: 1, ms: 12.3 }])], ['9 to 14 ms', 'steady at 12 ms']);
});

test('a change is spoken to somebody who wants UDP', () => {
  const history = [{ at: 1, text: 'UDP is in use in both directions.' }, { at: 2, text: BLOCKED }];
  assert.equal([spokenChange(paths({ history })), spokenChange(paths({ wanted: 'tcp', history })), spokenChange(paths())], [BLOCKED, '', '']);
});

test('what the choice promises is what the limits say', () => {
  assert.match(words.connection.note.replaceAll('\u00a0', ' '), new RegExp(`over ${sizeWords(INLINE_MAX_UDP)} stay on TCP`));
});

test('the curve ends now, keeps to its box, and a lone round trip is a line', () => {
  const box = { width: 96, height: 20 };
  assert.is(curvePoints([], 0, box), '');
  assert.is(curvePoints([{ at: 90_000, ms: 5 }], 120_000, box), '48.0,10.0 96.0,10.0');
  const trips = Array.from({ length: 40 }, (_, at) => ({ at: at * 2_000, ms: (at * 37) % 250 }));
  const points = curvePoints(trips, 80_000, box).split(' ').map((point) => point.split(',').map(Number));
  assert.ok(points.every(([x, y]) => x! >= 0 && x! <= 96 && y! >= 0 && y! <= 20));
  assert.ok(points.every(([x], at) => at === 0 || x! >= points[at - 1]![0]!), 'never backwards');
  assert.is(points.at(-1)![0], 96);
});

test.run();
