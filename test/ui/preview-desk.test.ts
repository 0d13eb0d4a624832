// The files the preview goes through, and what becomes of the one that is shown: saved, opened, or neither.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage, Transfer, TransferState } from '../../client/engine/types.ts';
import type * as App from '../../client/state/app.svelte.ts';
import type { AppContext } from '../../client/ui/context.ts';
import type * as Previews from '../../client/ui/files/previewed.svelte.ts';
import type * as Desk from '../../client/ui/preview/desk.svelte.ts';
import type * as Loadings from '../../client/ui/preview/loading.svelte.ts';
import { loadRunes } from '../state/runes.ts';

const { AppState } = await loadRunes<typeof App>(new URL('../../client/state/app.svelte.ts', import.meta.url));
const { Previewed } = await loadRunes<typeof Previews>(new URL('../../client/ui/files/previewed.svelte.ts', import.meta.url));
const { PreviewDesk } = await loadRunes<typeof Desk>(new URL('../../client/ui/preview/desk.svelte.ts', import.meta.url));
const { Loading } = await loadRunes<typeof Loadings>(new URL('../../client/ui/preview/loading.svelte.ts', import.meta.url));

const ROOM = 'r';

function made() {
  const calls: string[] = [];
  const log = (name: string) => (...args: unknown[]) => void calls.push([name, ...args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))].join(' '));
  const state = new AppState({ now: () => 0, memory: { getItem: () => null, setItem: () => undefined } });
  const engine = { loadOlder: log('loadOlder'), download: log('download'), choose: (paths: string[]) => Promise.resolve(paths.map((path) => ({ path, name: path, size: 1 }))) };
  const platform = { openItem: log('openItem'), showInFolder: log('showInFolder'), chooseSave: () => Promise.resolve<string | undefined>(undefined) };
  return { state, calls, engine, platform, context: { state, engine, platform } as unknown as AppContext };
}
/** A message of that place in the room; with a file where it has a name. */
function message(seq: number, name?: string, sender = 'ben'): ChatMessage {
  return { id: `m${seq}`, room: ROOM, sender, ts: seq, seq, text: '', mentions: [], reactions: [], state: { name: 'sent' }, ...(name && { file: { id: `f${seq}`, name, type: '', size: 9 } }) } as unknown as ChatMessage;
}
const page = (from: number, ...names: (string | undefined)[]): ChatMessage[] => names.map((name, at) => message(from + at, name));
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('near the first file older ones are fetched, until there are some, the room begins, or many pages had none', () => {
  const { state, calls, context } = made();
  const timeline = state.timeline(ROOM);
  timeline.receive(page(100, 'a.png', undefined, 'b.png', 'c.png', 'd.png', 'setup.exe'), 'catch_up', true);
  const previewed = new Previewed(context, { room: ROOM, message: 'm104' });
  const names = () => previewed.files.map(({ file }) => file.name).join(' ');
  const grow = (...messages: ChatMessage[]) => {
    timeline.receive(messages, 'older', true);
    previewed.grown(timeline.messages);
  };
  assert.equal([names(), previewed.start!.file.name], ['a.png b.png c.png d.png', 'd.png']);
  previewed.near(3);
  assert.equal(calls, [], 'three are before it');
  previewed.near(2);
  previewed.near(1);
  assert.equal(calls, ['loadOlder r'], 'a page that is on its way is not asked for again');
  grow(...page(90, undefined, 'y.png', 'z.png'));
  assert.is(names(), 'y.png z.png a.png b.png c.png d.png');
  assert.is(calls.length, 1, 'three are before it again');
  assert.is(previewed.files.indexOf(previewed.start!), 5, 'the one that is looked at is the same');
  previewed.near(0);
  for (let from = 89; from > 40; from -= 1) grow(message(from));
  assert.is(calls.length, 21, 'not the whole of a long room for nothing');
  previewed.near(0);
  assert.is(calls.length, 22, 'another step asks for more');
  timeline.more = false;
  grow(message(30, 'x.png'));
  assert.is(names(), 'x.png y.png z.png a.png b.png c.png d.png');
  assert.is(calls.length, 22, 'the room begins here');
});

test('what comes meanwhile does not move the one that is looked at; what blocked people sent is left out until it is unfolded', () => {
  const { state, context } = made();
  const timeline = state.timeline(ROOM);
  state.settings.replace({ ...state.settings.values, blocked: { '': ['mallory'] } }, state.settings.values);
  timeline.receive([message(1, 'a.png'), message(2, 'nasty.png', 'mallory'), message(3, 'worse.png', 'mallory'), message(4, 'b.png')], 'catch_up', true);
  const names = (open: string) => new Previewed(context, { room: ROOM, message: open }).files.map(({ file }) => file.name);
  assert.equal(names('m4'), ['a.png', 'b.png']);
  state.unfolded.add('mallory:m3');
  assert.equal(names('m4'), ['a.png', 'worse.png', 'b.png']);
  const opened = new Previewed(context, { room: ROOM, message: 'm1' });
  timeline.receive([message(5, 'new.png')], 'live', true);
  opened.grown(timeline.messages);
  assert.is(opened.files.at(-1)!.file.name, 'b.png');
});

function desk(name: string) {
  const house = made();
  const shown = { room: ROOM, message: 'm1', sender: 'ben', ts: 0, file: { id: 'f1', name, type: '', size: 9 } };
  const coming = (state: TransferState, direction: Transfer['direction'] = 'down') => house.state.transfers.take({ file: 'f1', room: ROOM, message: 'm1', direction, name, size: 9, done: 9, state }, 0);
  return { ...house, coming, desk: new PreviewDesk({ context: house.context, shown: () => shown, retry: () => undefined }) };
}

test('saving says how far it is, from wherever it was asked for, and nothing where nobody said where to', async () => {
  const { state, calls, desk: it, coming, platform } = desk('a.bin');
  assert.is(it.saying, '');
  it.download();
  await settled();
  assert.is(it.saying, 'Saving to the downloads folder…');
  coming({ name: 'failed', failure: { code: 'disk_full', message: 'The disk is full.' } });
  assert.is(it.saying, 'The disk is full.');
  coming({ name: 'done', path: '/a.bin', at: 1 });
  assert.is(it.saying, 'Saved');
  it.clear();
  assert.is(it.saying, '', 'another file');
  calls.length = 0;
  state.settings.replace({ ...state.settings.values, askFolder: true }, state.settings.values);
  it.download();
  await settled();
  assert.equal([it.saying, calls], ['', []], 'the dialog was cancelled');
  Object.assign(platform, { chooseSave: () => Promise.resolve('/b.bin') });
  coming({ name: 'queued', place: 1 });
  it.download();
  await settled();
  assert.is(it.saying, 'Saving…');
  coming({ name: 'cancelled', at: 0 });
  assert.is(it.saying, '');
});

test('open opens what is here; what is not is saved first, and opened once', async () => {
  const { calls, desk: it, coming } = desk('report.odt');
  it.open();
  await settled();
  assert.equal([calls, it.isToOpen], [['download r m1'], false]);
  coming({ name: 'done', path: '/report.odt', at: 1 });
  assert.ok(it.isToOpen);
  it.openSaved();
  await settled();
  assert.equal([calls, it.isToOpen, it.saying], [['download r m1', 'openItem /report.odt'], false, 'Saved']);
  it.open();
  await settled();
  assert.is(calls.at(-1), 'openItem /report.odt');
  const own = desk('mine.odt');
  own.coming({ name: 'done', path: '/mine.odt', at: 1 }, 'up');
  own.desk.open();
  await settled();
  assert.equal(own.calls, ['openItem /mine.odt'], 'what was sent from here is here');
});

test('what may run as a program is asked about before it is opened', async () => {
  const { calls, desk: it, coming } = desk('setup.exe');
  coming({ name: 'done', path: '/setup.exe', at: 1 });
  it.open();
  await settled();
  assert.equal([it.asking, calls], [true, []]);
  it.open();
  await settled();
  assert.equal([it.asking, calls], [false, ['openItem /setup.exe']]);
});

test('what is loaded says how long it will take, once that is known', async () => {
  let moved: (done: number) => void = () => undefined;
  const loading = new Loading<string>(40 * 1024 * 1024, (told) => {
    moved = told;
    return new Promise(() => undefined);
  });
  assert.is(loading.left, undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  moved(1024 * 1024);
  assert.equal([loading.done, loading.left!.about], [1024 * 1024, false]);
  assert.ok(loading.left!.ms >= 39 * 20, `${loading.left!.ms} ms`);
});

test.run();
