// What is told of a message and a file beside their words, and where a tooltip stands.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Transfer } from '../../client/engine/types.ts';
import { fileFacts, messageFacts, type Fact, type Known } from '../../client/ui/chat/details.ts';
import { placeTip } from '../../client/ui/parts/tip.ts';

const nameOf = (id: string): string => ({ a: 'Ana', b: 'Ben', c: 'Cleo' })[id] ?? id;
const message = { sender: 'a', ts: 0, state: { name: 'sent' } } as const;
const known: Known = { hours: 24, receipt: { name: 'seen', delivered: ['c', 'b'], seen: ['b'], others: 2 }, sent: { took: 40, moved: true }, own: true, nameOf };
const valueOf = (facts: readonly Fact[], name: string): string | undefined => facts.find(([one]) => one === name)?.[1];

test('an own message: who saw it, who has it only, how it got there', () => {
  const facts = messageFacts(message, known);
  assert.equal([valueOf(facts, 'Seen by'), valueOf(facts, 'Delivered to')], ['Ben', 'Cleo']);
  assert.match(valueOf(facts, 'Delivery')!, /40 ms.*went by TCP/);
  assert.is(valueOf(messageFacts(message, { ...known, receipt: { name: 'sent', delivered: [], seen: [], others: 2 } }), 'Seen by'), 'Nobody yet');
});

test('a message of somebody else tells nothing of the marks of others', () => {
  assert.equal(messageFacts(message, { ...known, own: false, sent: undefined }).map(([name]) => name), ['From', 'Sent']);
});

test('a file that failed: why, what to do, and the code for a report', () => {
  const file = { id: 'f0', name: 'a.zip', type: '', size: 2048 };
  const transfer = { direction: 'down', state: { name: 'failed', failure: { code: 'disk_full', message: 'The disk is full.', hint: 'Make room.' } } } as Transfer;
  const facts = fileFacts({ file, transfer, remote: { state: 'available', bytes: 2048 }, path: undefined, card: { line: '' } });
  assert.equal(['State', 'Reason', 'What to do', 'Error code', 'On the server', 'Size'].map((name) => valueOf(facts, name)), ['Failed', 'The disk is full.', 'Make room.', 'disk_full', 'there', '2 KB, 2,048 bytes']);
});

test('a tooltip: above, below where there is no room, and never out of the window', () => {
  const window = { width: 1000, height: 700 };
  const tip = { width: 100, height: 30 };
  assert.equal(placeTip({ left: 480, top: 400, width: 40, height: 40 }, tip, window), { left: 450, top: 364 });
  assert.equal(placeTip({ left: 480, top: 10, width: 40, height: 40 }, tip, window), { left: 450, top: 56 });
  assert.equal(placeTip({ left: 980, top: 400, width: 16, height: 40 }, tip, window).left, 892);
  assert.equal(placeTip({ left: 0, top: 400, width: 16, height: 40 }, tip, window).left, 8);
});

test.run();
