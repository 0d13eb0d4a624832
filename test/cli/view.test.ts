// What chat shows on a terminal, with events as the engine gives them and a screen that keeps what it was told.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChatView } from '../../client/cli/chat-view.ts';
import type { Screen } from '../../client/cli/screen.ts';
import type { ChatMessage, Member, Room } from '../../client/engine/types.ts';

const id = (digit: number) => digit.toString(16).padStart(32, '0');
const [ME, ANA, LOBBY, OPS] = [id(1), id(2), id(8), id(9)];
const member = (userId: string, username: string): Member => ({ userId, username, display: username, presence: 'online', status: '', lastSeen: null });
const room = (roomId: string, name: string): Room => ({ id: roomId, kind: 'public', name, topic: '', role: 'member', head: 0, floor: 0, read: 0, unread: 0 });
const message = (seq: number, more: Partial<ChatMessage> = {}): ChatMessage => ({ id: id(100 + seq), room: LOBBY, seq, ts: 0, sender: ANA, text: `text ${seq}`, state: { name: 'sent' }, mentions: [], reactions: [], ...more });

function setUp(interactive: boolean, json = false) {
  const told = { out: [] as string[], said: [] as string[], seen: [] as [string, number][], now: 0 };
  const screen: Screen = {
    interactive, open() {}, hold() {}, close() {}, pause: (question) => question(),
    print: (text) => void told.out.push(text.trimEnd()), say: (text) => void told.said.push(text.trimEnd()),
  };
  const view = new ChatView({ screen, json, clock: { now: () => told.now, after: () => ({ cancel() {} }), soon: (call) => call() }, seen: (where, seq) => void told.seen.push([where, seq]) });
  view.me = ME;
  view.roster([member(ME, 'dana'), member(ANA, 'ana')]);
  view.setRooms([room(LOBBY, 'lobby'), room(OPS, 'ops')]);
  view.messages({ type: 'messages', room: LOBBY, messages: [message(1), message(2)], reason: 'catch_up' });
  view.enter(view.rooms[0]!);
  return { view, told };
}

test('a room that is entered shows what came before, and a person has seen it up to there', () => {
  const { view, told } = setUp(true);
  assert.equal(told.out.map((line) => line.replace(/ [\d-]+ [\d:]+ /, ' ')), ['1 ana: text 1', '2 ana: text 2']);
  view.messages({ type: 'messages', room: LOBBY, messages: [message(3)], reason: 'live' });
  assert.equal(told.seen, [[LOBBY, 2], [LOBBY, 3]]);
});

test('a pipe and JSON tell nobody that anything was seen', () => {
  for (const { view, told } of [setUp(false), setUp(false, true)]) {
    view.messages({ type: 'messages', room: LOBBY, messages: [message(3)], reason: 'live' });
    assert.equal([told.out.length, told.seen], [3, []]);
  }
});

test('who types is said once in 6 s, of this room, on a terminal; and anew after their message', () => {
  const { view, told } = setUp(true);
  const types = (where = LOBBY) => view.typing({ type: 'typing', room: where, userId: ANA });
  types(OPS);
  assert.equal(told.said, []);
  types();
  told.now = 5999;
  types();
  assert.equal(told.said, ['* ana is typing.']);
  told.now = 6000;
  types();
  view.messages({ type: 'messages', room: LOBBY, messages: [message(3)], reason: 'live' });
  types();
  assert.is(told.said.length, 3);
  const pipe = setUp(false);
  pipe.view.typing({ type: 'typing', room: LOBBY, userId: ANA });
  assert.equal(pipe.told.said, []);
});

test('another room: news once, mentions each time; entering it shows them', () => {
  const { view, told } = setUp(true);
  const there = (seq: number, mentions: string[] = []) => view.messages({ type: 'messages', room: OPS, messages: [message(seq, { room: OPS, mentions })], reason: 'live' });
  there(1);
  there(2);
  there(3, [ME]);
  assert.equal(told.said, ['* New in #ops; /join ops shows it.', '* ana mentioned you in #ops; /join ops shows it.']);
  view.enter(view.rooms[1]!);
  assert.is(told.out.length, 5);
  assert.is(view.message('3').id, id(103));
});

test('who is away or says something else of themselves; nothing where nothing changed', () => {
  const { view, told } = setUp(true);
  view.presence({ ...member(ANA, 'ana'), presence: 'away', status: 'lunch\u001b[2J' });
  view.presence({ ...member(ANA, 'ana'), presence: 'away', status: 'lunch\u001b[2J', lastSeen: 5 });
  assert.equal(told.said, ['* ana is away: lunch\\u{1b}[2J.']);
});

test.run();
