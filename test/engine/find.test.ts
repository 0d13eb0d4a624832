// Searching what a client has: edits, deletions and resets are followed, bounds hold, and what is marked is what was found.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../client/engine/clock.ts';
import { Find } from '../../client/engine/find/find.ts';
import { MessageIndex, type IndexLimits } from '../../client/engine/find/message-index.ts';
import { excerptOf, plainTerm, termsOf } from '../../client/engine/find/terms.ts';
import type { ChatMessage, EngineEvent } from '../../client/engine/types.ts';

/** Time that passes only by hand. */
class HeldClock implements Clock {
  time = 1_000;
  #calls: { at: number; call: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void) {
    const entry = { at: this.time + ms, call };
    this.#calls.push(entry);
    return { cancel: () => void (this.#calls = this.#calls.filter((one) => one !== entry)) };
  }

  soon(call: () => void): void {
    this.after(0, call);
  }

  /** Until nothing waits any more. */
  run(): void {
    while (this.step());
  }

  step(): boolean {
    const next = this.#calls.sort((a, b) => a.at - b.at).shift();
    if (next) this.time = Math.max(this.time, next.at);
    next?.call();
    return next !== undefined;
  }
}

const messageOf = (id: string, text: string, more: Partial<ChatMessage> = {}): ChatMessage => ({ id, room: 'lobby', ts: Number(id), seq: Number(id), sender: 'ana', text, mentions: [], reactions: [], state: { name: 'sent' }, ...more });

function indexOf(limits?: IndexLimits) {
  const clock = new HeldClock();
  const shown = new Map<string, ChatMessage>();
  const index = new MessageIndex({ clock, message: (_room, id) => shown.get(id), settled: () => undefined, ...(limits && { limits }) });
  const show = (...messages: ChatMessage[]): void => {
    for (const message of messages) shown.set(message.id, message);
    for (const { room, id } of messages) index.note(room, [id]);
    clock.run();
  };
  const found = (text: string, more = {}): string[] => index.search({ text, ...more }).hits.map(({ message }) => message);
  return { clock, shown, index, show, found };
}

test('words are found by their beginnings, without capitals and accents, newest first', () => {
  const { show, found } = indexOf();
  show(messageOf('1', 'The survey is done'), messageOf('2', 'Café at nine?'), messageOf('3', 'Another SURVEYOR came'));
  assert.equal(found('survey'), ['3', '1']);
  assert.equal(found('surv done'), ['1'], 'every word has to be there');
  assert.equal(found('cafe'), ['2']);
  assert.equal(found('CAFÉ'), ['2']);
  assert.equal(found('rvey'), [], 'not in the middle of a word');
});

test('one slip of the finger finds similar words, and says that they are', () => {
  const { index, show } = indexOf();
  show(messageOf('1', 'The survey is done'));
  assert.not(index.search({ text: 'survey' }).similar);
  const { hits, similar } = index.search({ text: 'servey' });
  assert.equal([hits.length, similar], [1, true]);
  assert.equal([hits[0]!.excerpt, hits[0]!.marks], ['The survey is done', [[4, 10]]]);
});

test('scripts without spaces are found by any part', () => {
  const { show, found } = indexOf();
  show(messageOf('1', '明日は会議があります'), messageOf('2', 'abc漢字def'));
  assert.equal([found('会議'), found('漢字'), found('def')], [['1'], ['2'], ['2']]);
});

test('an edit is found by its new words only, a deleted and a withdrawn message not at all', () => {
  const { shown, index, clock, show, found } = indexOf();
  show(messageOf('1', 'apples'), messageOf('2', 'apples and pears'), messageOf('3', 'apples again'));
  show(messageOf('1', 'oranges'));
  const { text: _gone, ...blank } = messageOf('2', '');
  show({ ...blank, deleted: 'ana' });
  assert.equal([found('apples'), found('oranges'), found('pears')], [['3'], ['1'], []]);
  shown.delete('3');
  assert.equal(found('apples'), [], 'what is not shown any more is not found, whether it was noted or not');
  clock.run();
  assert.is(index.search({ text: 'apples' }).total, 0);
});

test('who wrote it, where, and whether there is a file', () => {
  const { show, found } = indexOf();
  const file = { id: 'f', name: 'north-ridge.zip', type: 'application/zip', size: 4 };
  show(messageOf('1', 'ridge', { sender: 'ben' }), messageOf('2', 'ridge'), messageOf('3', '', { file }), messageOf('4', 'ridge', { room: 'other' }));
  assert.equal(found('ridge', { from: ['ben'] }), ['1']);
  assert.equal(found('ridge', { room: 'lobby' }), ['3', '2', '1']);
  assert.equal(found('', { hasFile: true }), ['3']);
  assert.equal(found('', { from: ['ben'] }), ['1'], 'without words, all that the filters let through');
});

test('the marks are the words that were found, in a long text too', () => {
  const { index, show } = indexOf();
  show(messageOf('1', `${'filler words here '.repeat(40)}the\nneedle is here ${'and more of it '.repeat(40)}`));
  const { excerpt, marks } = index.search({ text: 'needle' }).hits[0]!;
  assert.equal(marks.map(([from, to]) => excerpt.slice(from, to)), ['needle']);
  assert.ok(excerpt.startsWith('…') && excerpt.endsWith('…') && excerpt.length < 200, excerpt);
  assert.not.match(excerpt, /\n/);
});

test('an excerpt never cuts a character in two and never turns the direction of its line', () => {
  const faces = '😀'.repeat(300);
  for (let lead = 0; lead < 4; lead += 1) {
    const { excerpt } = excerptOf(`${'x'.repeat(lead)} ${faces} word ${faces}`, new Set(['word']));
    assert.not.match(excerpt, /\p{Surrogate}/u);
  }
  assert.not.match(excerptOf('pay \u202eevil now', new Set(['pay'])).excerpt, /\u202e/);
  assert.equal(termsOf('don_t stop, 漢字 2nd!').map(plainTerm), ['don_t', 'stop', '漢', '字', '2nd']);
});

test('of more messages than are kept the oldest leave, later ones stay, and it is said', () => {
  const { index, show, found } = indexOf({ messages: 50, characters: 1_000_000 });
  for (let at = 1; at <= 200; at += 1) show(messageOf(String(at), `word number${at}`));
  const { total, hits } = index.search({ text: 'word' });
  assert.ok(total <= 50 && total >= 40, `${total} kept`);
  assert.is(hits[0]!.message, '200');
  assert.is(index.full, total);
  show(messageOf('3', 'word of old'));
  assert.equal(found('old'), [], 'an old one does not push a newer one out');
});

test('what comes in one go is read in several, so that a screen keeps its frames', () => {
  const { clock, shown, index } = indexOf();
  for (let at = 1; at <= 1_000; at += 1) shown.set(String(at), messageOf(String(at), `word ${at}`));
  index.note('lobby', shown.keys());
  clock.step();
  assert.ok(index.waiting > 0 && index.waiting < 1_000, `${index.waiting} wait`);
  clock.run();
  assert.equal([index.waiting, index.search({ text: 'word' }).total], [0, 1_000]);
});

/** Rooms of 120 messages, of which the newest 20 are loaded; loadOlder() brings 50 more. */
function scene() {
  const clock = new HeldClock();
  const events: EngineEvent[] = [];
  const loaded = new Map([['a', 20], ['b', 20]]);
  const message = (room: string, id: string): ChatMessage | undefined => (Number(id) > 120 - (loaded.get(room) ?? 0) ? messageOf(id, Number(id) === 5 ? 'the needle' : `hay ${id}`, { room }) : undefined);
  const asked: string[] = [];
  const find: Find = new Find({
    clock,
    push: (event) => events.push(event),
    rooms: { ids: ['a', 'b'], view: (room) => ({ message, size: loaded.get(room) ?? 0 }), loadOlder: (room) => void asked.push(room) },
  });
  const told = (room: string): void => find.told({ type: 'messages', room, reason: 'older', messages: Array.from({ length: 120 }, (_, at) => message(room, String(at + 1))).filter((one) => one !== undefined) });
  const page = (room: string): void => {
    loaded.set(room, Math.min(120, loaded.get(room)! + 50));
    told(room);
    find.told({ type: 'history_end', room, more: loaded.get(room)! < 120 });
    clock.run();
  };
  for (const room of ['a', 'b']) told(room);
  clock.run();
  return { clock, events, find, asked, page, message };
}

test('older messages are fetched page after page, room after room, until the first', () => {
  const { events, find, asked, page } = scene();
  assert.equal(find.search({ text: 'needle' }).hits, []);
  find.back(['a', 'b']);
  for (const room of ['a', 'a', 'b', 'b']) page(room);
  assert.equal(asked, ['a', 'a', 'b', 'b']);
  const backs = events.filter((event) => event.type === 'find').map(({ back }) => back && `${back.room}${back.left}`);
  assert.equal(backs, ['a1', 'a1', 'b0', 'b0', undefined]);
  const { hits, searched } = find.search({ text: 'needle' });
  assert.equal(hits.map(({ room }) => room), ['a', 'b']);
  assert.equal(searched.map(({ end }) => end), ['first', 'first']);
  assert.ok(events.some(({ type }) => type === 'find_changed'), 'the window is told that there may be more');
});

test('a stop stops, a room that is left is passed over, and what was searched to its first message is not asked for', () => {
  const { find, asked, page } = scene();
  find.back(['a', 'b']);
  page('a');
  find.stop();
  page('a');
  assert.equal(asked, ['a', 'a']);
  find.back(['a', 'b']);
  assert.equal(asked, ['a', 'a', 'b'], 'a is whole');
  find.forget('b');
  page('b');
  assert.is(asked.length, 3);
});

test('another log of a room takes the old one with it', () => {
  const { clock, find, page } = scene();
  find.back(['a']);
  page('a');
  page('a');
  assert.is(find.search({ text: '', room: 'a' }).searched[0]!.end, 'first');
  find.told({ type: 'reset', room: 'a' });
  clock.run();
  assert.is(find.search({ text: '', room: 'a' }).searched[0]!.end, undefined);
});

test.run();
