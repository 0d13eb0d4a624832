// Words and buttons of a file in every state, and the small rules of its way into a message.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RemoteFile, Transfer, TransferState } from '../../client/engine/types.ts';
import type { AppContext } from '../../client/ui/context.ts';
import { act } from '../../client/ui/files/acting.ts';
import { saveFile } from '../../client/ui/files/saving.ts';
import { barsOf } from '../../client/ui/files/bars.ts';
import { cardOf, markOf, pathOf, transferOf, type Card, type CardFacts } from '../../client/ui/files/card.ts';
import { downloadUrl, fileUrl } from '../../client/ui/files/drag-out.ts';
import { dropIcons, dropWords } from '../../client/ui/files/dropping.ts';
import { isInlinePicture, isInlineSound, isPreviewable, isRisky, kindOf, kindOfType, typeWords } from '../../client/ui/files/kinds.ts';
import { fieldText, isLongText, pastedFiles, withoutPasted } from '../../client/ui/files/pasting.ts';
import { trayOf } from '../../client/ui/files/tray.ts';

const MB = 1024 * 1024;
const SIZE = 42.6 * MB;
const at = new Date(2026, 10, 22, 9, 52).getTime();

function transfer(state: TransferState, more: Partial<Transfer> = {}): Transfer {
  return { file: 'f', room: 'r', message: 'm', direction: 'down', name: 'logs.zip', size: SIZE, done: 0.41 * SIZE, state, ...more };
}
function card(state: TransferState | undefined, facts: Partial<CardFacts> = {}): Card {
  return cardOf({ file: { name: 'logs.zip', size: SIZE }, own: false, transfer: state && transfer(state), remote: undefined, speed: undefined, receipt: undefined, now: at + 60_000, hours: 24, ...facts });
}
const remote = (state: RemoteFile['state'], bytes = 0): RemoteFile => ({ state, bytes });
const shown = ({ line, right, actions }: Card): string => `${line}${right ? ` | ${right}` : ''} [${actions.join(' ')}]`;

test('a file on the server: size, type, preview where there is one, download', () => {
  assert.is(shown(card(undefined)), '42.6 MB · ZIP [preview download]');
  assert.is(shown(card(undefined, { file: { name: 'core', size: 5 } })), '5 B · FILE [download]');
  assert.is(shown(card(undefined, { remote: remote('uploading', 0.5 * SIZE) })), '42.6 MB · ZIP · uploading, 50% [preview download]');
  assert.is(shown(card(undefined, { remote: remote('offered') })), '42.6 MB · ZIP · uploading, 0% [download]', 'nothing of it is there to be looked at');
  assert.is(shown(card(undefined, { remote: remote('offered'), own: true })), '42.6 MB · ZIP · uploading, 0% [preview download]');
});

test('every state of a transfer has its words and its buttons', () => {
  assert.is(shown(card({ name: 'queued', place: 2 })), 'Waiting (2nd in line) [cancel]');
  assert.is(shown(card({ name: 'preparing' })), 'Preparing… [cancel]');
  assert.is(shown(card({ name: 'active' }, { speed: { speed: 8.2 * MB, left: 12_000, about: false } })), '17.5 of 42.6 MB | 8.2 MB/s · 0:12 left [pause cancel]');
  assert.is(shown(card({ name: 'paused' })), 'Paused at 41% [resume cancel]');
  assert.is(shown(card({ name: 'interrupted', failure: { code: 'closed_by_peer', message: 'x' } })), 'Connection lost at 41%. Resumes by itself. [resume_now cancel]');
  assert.is(shown(card({ name: 'checking' })), 'Checking… []');
  assert.is(shown(card({ name: 'done', path: '/a', at })), '42.6 MB · saved 9:52 · checked [preview open show more]');
  assert.is(shown(card({ name: 'failed', failure: { code: 'disk_full', message: 'Disk is full on this computer (need 38 MB)' } })), 'Disk is full on this computer (need 38 MB). [retry details cancel]');
  assert.is(shown(card({ name: 'failed', failure: { code: 'too_large', message: "61 MB is over this server's 50 MB limit." } })), "61 MB is over this server's 50 MB limit. [dismiss]");
});

test('what has just come wears a check mark for a moment; a warning stays a warning', () => {
  const done = transfer({ name: 'done', path: '/a', at });
  assert.equal([at, at + 1_500, at + 2_000].map((now) => markOf('type', done, now)), ['check', 'check', 'type']);
  assert.is(markOf('warn', done, at), 'warn');
  assert.equal([markOf('type', transfer({ name: 'active' }), at), markOf('type', undefined, at)], ['type', 'type']);
});

test('before the first byte a file is encrypted or asked for, and nobody claims how far it is', () => {
  const begun = (direction: 'up' | 'down', done = 0) => cardOf({ file: { name: 'logs.zip', size: SIZE }, own: direction === 'up', transfer: transfer({ name: 'active' }, { direction, done }), remote: undefined, speed: undefined, receipt: undefined, now: at, hours: 24 });
  assert.is(shown(begun('up')), 'Encrypting… [pause cancel]');
  assert.is(shown(begun('down')), 'Preparing… [pause cancel]');
  assert.equal(begun('up').bar, { percent: undefined, moving: true, words: 'Encrypting…' });
  assert.is(shown(begun('up', MB)), '1 of 42.6 MB [pause cancel]');
});

test('what was cancelled is muted, says when, and can be fetched after all', () => {
  const cancelled = card({ name: 'cancelled', at });
  assert.is(shown(cancelled), '42.6 MB · cancelled 9:52 [download]');
  assert.equal([cancelled.mark, cancelled.tone], ['muted', 'muted']);
  assert.is(card({ name: 'cancelled', at }, { now: at + 24 * 3_600_000 }).line, '42.6 MB · cancelled 22 Nov 9:52');
  assert.is(shown(card({ name: 'cancelled', at }, { remote: remote('expired') })), '42.6 MB · expired, no longer on the server []');
});

test('a saved file says its day where it is not today, and its year where it is another one', () => {
  const saved = (now: Date, hours: 12 | 24 = 24) => card({ name: 'done', path: '/a', at }, { now: now.getTime(), hours }).line;
  assert.is(saved(new Date(2026, 10, 22, 23, 59)), '42.6 MB · saved 9:52 · checked');
  assert.is(saved(new Date(2026, 10, 23, 0, 1), 12), '42.6 MB · saved 22 Nov 9:52 am · checked');
  assert.is(saved(new Date(2027, 0, 1)), '42.6 MB · saved 22 Nov 2026 9:52 · checked');
});

test('a mark in place of the type where something is the matter, beside it where the file may be', () => {
  const failure = { code: 'closed_by_peer', message: 'x' } as const;
  assert.equal([card({ name: 'interrupted', failure }).mark, card({ name: 'failed', failure }).mark, card({ name: 'checking' }).mark, card(undefined, { remote: remote('expired') }).mark], ['warn', 'danger', 'shield', 'muted']);
  assert.equal([card({ name: 'paused' }).mark, card({ name: 'active' }).mark, card(undefined).mark], ['type', 'type', 'type']);
});

test('an interruption that is no lost connection is told as it is', () => {
  assert.is(card({ name: 'interrupted', failure: { code: 'no_space', message: 'The server has no room left for files.' } }).line, 'The server has no room left for files. Resumes by itself.');
});

test('the bar says what a screen reader should, and moves only while bytes do', () => {
  assert.equal(card({ name: 'active' }, { speed: { speed: MB, left: 12_000, about: false } }).bar, { percent: 41, moving: true, words: '41%, 12 seconds left' });
  assert.equal(card({ name: 'paused' }).bar, { percent: 41, moving: false, words: 'Paused at 41%' });
  assert.is(card({ name: 'preparing' }).bar!.percent, undefined);
  assert.is(card({ name: 'queued', place: 1 }).bar, undefined);
});

test('what is gone from the server says so, and the sender can send it again', () => {
  assert.is(shown(card(undefined, { remote: remote('expired') })), '42.6 MB · expired, no longer on the server []');
  assert.is(shown(card(undefined, { remote: remote('deleted') })), '42.6 MB · deleted from the server []');
  assert.is(card(undefined, { remote: { ...remote('expired'), at } }).line, '42.6 MB · expired 9:52, no longer on the server');
  assert.is(card(undefined, { remote: { ...remote('deleted'), at }, now: at + 24 * 3_600_000 }).line, '42.6 MB · deleted from the server 22 Nov 9:52');
  assert.is(card(undefined, { remote: { ...remote('damaged'), at }, own: true }).line, 'Damaged on the server since 9:52: what arrived is not what you sent. Send it again.');
  assert.is(shown(card(undefined, { remote: remote('damaged') })), 'Damaged on the server. Ask for it to be sent again. []');
  const sent = transfer({ name: 'done', path: '/a', at }, { direction: 'up' });
  const own = { own: true, transfer: sent, receipt: 'delivered to 3 of 4' };
  assert.is(shown(card(undefined, own)), '42.6 MB · delivered to 3 of 4 [preview show more]');
  assert.is(shown(card(undefined, { ...own, remote: remote('expired') })), '42.6 MB · expired, no longer on the server [send_again show more]');
  assert.match(card(undefined, { ...own, remote: remote('damaged') }).line, /Send it again/);
  const pasted = transfer({ name: 'done', at }, { direction: 'up' });
  assert.is(shown(card(undefined, { ...own, transfer: pasted })), '42.6 MB · delivered to 3 of 4 [preview download]', 'what was pasted is nowhere on this computer');
  assert.is(shown(card(undefined, { ...own, transfer: pasted, remote: remote('expired') })), '42.6 MB · expired, no longer on the server []');
  assert.is(shown(card({ name: 'done', path: '/a', at }, { remote: remote('expired') })), '42.6 MB · saved 9:52 · checked [preview open show more]', 'the saved copy stays');
});

test('a download that met a damaged file is not tried again, one that was refused otherwise is', () => {
  const failed = (code: 'damaged' | 'local'): TransferState => ({ name: 'failed', failure: { code, message: 'The file is damaged.' } });
  assert.is(shown(card(failed('damaged'), { remote: remote('damaged') })), 'Damaged on the server. Ask for it to be sent again. []');
  assert.is(shown(card(failed('damaged'), { remote: remote('available') })), 'The file is damaged. [retry details cancel]');
  assert.is(shown(card(failed('local'), { remote: remote('expired') })), 'The file is damaged. [retry details cancel]');
});

test('an app file warns, has no preview, and its own sender is not warned of it', () => {
  const exe = { name: 'setup.exe', size: MB };
  assert.equal(card(undefined, { file: exe }), { mark: 'risk', tone: 'warn', line: '1 MB · App file. Open only if you expected it.', actions: ['download'] });
  assert.equal(card({ name: 'cancelled', at }, { file: exe }), card(undefined, { file: exe }), 'after a change of mind it is as risky as before');
  assert.is(card({ name: 'done', path: '/a', at }, { file: exe }).mark, 'risk');
  assert.is(card(undefined, { file: exe, own: true }).mark, 'type');
  for (const name of ['a.msi', 'a.bat', 'a.CMD', 'a.ps1', 'a.sh', 'a.js', 'a.jar', 'a.scr', 'a.lnk', 'a.desktop', 'a.apk', 'a.dmg', 'a.app', 'a.html', 'photo.jpg.exe']) assert.ok(isRisky(name), name);
  for (const name of ['a.svg', 'a.txt', 'a.md', 'a.ts', 'a.zip', 'exe', 'readme']) assert.not.ok(isRisky(name), name);
});

test('kinds by name; what may be shown in the timeline has a size, and not too much of it', () => {
  assert.equal(['a.PNG', 'a.tar.gz', 'a.csv', 'a.flac', 'a.py', 'a'].map(kindOf), ['picture', 'archive', 'table', 'sound', 'code', 'other']);
  assert.equal(['a.tar.gz', 'A.Csv', 'a'].map(typeWords), ['TAR.GZ', 'CSV', 'FILE']);
  assert.equal([isPreviewable('a.pdf'), isPreviewable('a.exe'), isPreviewable('a')], [true, false, false]);
  const picture = { id: 'f', name: 'a.png', type: 'image/png', size: 8 * MB, width: 3, height: 2 };
  assert.ok(isInlinePicture(picture));
  assert.not.ok(isInlinePicture({ ...picture, size: 8 * MB + 1 }));
  assert.not.ok(isInlinePicture({ ...picture, name: 'a.svg' }));
  assert.not.ok(isInlinePicture({ id: 'f', name: 'a.png', type: 'image/png', size: 1 }), 'no size, no box');
  assert.ok(isInlineSound({ ...picture, name: 'a.ogg', size: 50 * MB }));
  assert.not.ok(isInlineSound({ ...picture, name: 'a.ogg', size: 50 * MB + 1 }));
});

test('the transfer that counts is the one under way, then the saved copy', () => {
  const up = transfer({ name: 'done', path: '/sent', at }, { direction: 'up' });
  const down = transfer({ name: 'done', path: '/saved', at });
  assert.is(pathOf(transferOf(up, down)), '/saved');
  assert.is(pathOf(transferOf(up, undefined)), '/sent');
  assert.is(transferOf({ ...up, state: { name: 'active' } }, down)!.direction, 'up');
  assert.is(transferOf(up, { ...down, state: { name: 'cancelled', at } })!.direction, 'up', 'a download of an own file that was given up changes nothing of it');
  assert.is(transferOf(undefined, { ...down, state: { name: 'cancelled', at } })!.state.name, 'cancelled');
  assert.is(transferOf(up, { ...down, state: { name: 'failed', failure: { code: 'local', message: 'x' } } })!.direction, 'down');
});

test('the tray says how many, how far, how fast, and what failed', () => {
  const sum = { count: 2, paused: 0, done: 41, size: 100, fraction: 0.41, speed: { speed: 8.2 * MB, left: 12_000, about: false } };
  const active = transfer({ name: 'active' });
  assert.equal(trayOf([active, active], sum), { lead: '2 transfers', line: '41% · 8.2 MB/s · 0:12 left', failed: false, bar: { percent: 41, moving: true, words: '41%, 12 seconds left' } });
  assert.is(trayOf([active], { ...sum, count: 1, paused: 1 })!.line, 'Paused at 41%');
  assert.is(trayOf([transfer({ name: 'checking' })], { ...sum, count: 1, fraction: 1 })!.line, 'Checking…');
  assert.is(trayOf([transfer({ name: 'interrupted', failure: { code: 'idle', message: 'x' } })], { ...sum, count: 1, speed: undefined })!.line, '41% · waiting for the connection');
  const rest = { ...sum, count: 0 };
  assert.is(trayOf([], rest), undefined);
  assert.is(trayOf([transfer({ name: 'failed', failure: { code: 'local', message: 'x' } }), transfer({ name: 'done', path: '/a', at })], rest)!.lead, '1 transfer failed');
  assert.is(trayOf([transfer({ name: 'done', path: '/a', at })], rest)!.line, '1 finished');
});

test('a paste is files with a path, else text, else the bytes of a picture', () => {
  const clipboard = (files: File[], text: string) => ({ files: files as unknown as FileList, getData: () => text });
  const file = new File(['x'], 'a.png');
  assert.is(pastedFiles(clipboard([file], 'file:///a.png'), () => '/a.png').length, 1);
  assert.is(pastedFiles(clipboard([file], 'a table'), () => '').length, 0);
  assert.is(pastedFiles(clipboard([file], ''), () => '').length, 1);
});

test('a long text is over 4,000 characters or 100 lines; what was pasted can be taken out again', () => {
  assert.equal([isLongText('x'.repeat(4_000)), isLongText('x'.repeat(4_001)), isLongText('x\n'.repeat(99)), isLongText('x\n'.repeat(100))], [false, true, false, true]);
  assert.is(fieldText('a\r\nb\rc'), 'a\nb\nc');
  assert.is(withoutPasted('one PASTED two PASTED', 'PASTED', 15), 'one PASTED two ');
  assert.is(withoutPasted('more one PASTED', 'PASTED', 4), 'more one ');
  assert.is(withoutPasted('changed', 'PASTED', 0), 'changed');
});

test('the overlay says names and sizes where they are known, and the limit where one is over it', () => {
  const file = (name: string, size: number) => ({ name, size });
  assert.equal(dropWords(2, [], 50 * MB), { text: '2 files, each up to 50 MB', over: false });
  assert.equal(dropWords(2, [file('a.csv', MB), file('b.zip', 2 * MB)], 50 * MB), { text: 'a.csv, b.zip · 3 MB', over: false });
  assert.is(dropWords(4, Array.from({ length: 4 }, () => file('a', 3.1 * MB)), 50 * MB).text, '4 files, 12.4 MB');
  assert.equal(dropWords(1, [{ ...file('fieldwork.zip', 60 * 1024), files: 2 }], 50 * MB), { text: 'Send as fieldwork.zip · 2 files, 60 KB', over: false });
  assert.equal(dropWords(1, [file('film.mov', 61 * MB)], 50 * MB), { text: "film.mov over this server's 50 MB limit", over: true });
});

test('the overlay shows up to three icons, one of each kind first, by name where it is known', () => {
  assert.equal(dropIcons(['image/png', 'image/jpeg', 'image/webp', 'application/pdf'], []), ['picture', 'pdf', 'picture']);
  assert.equal(dropIcons(['image/png', 'text/csv', 'audio/ogg', 'video/mp4'], []), ['picture', 'table', 'sound']);
  assert.equal(dropIcons([''], ['fieldwork.zip']), ['archive']);
  assert.equal(dropIcons([], []), []);
});

test('a media type names the kind that the name of such a file does', () => {
  const pairs = { 'image/svg+xml': 'a.svg', 'text/plain': 'a.txt', 'text/markdown': 'a.md', 'application/zip': 'a.zip', 'application/gzip': 'a.gz', 'application/json': 'a.json', 'text/x-python': 'a.py', 'text/html': 'a.html', 'application/x-msdownload': 'a.exe', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'a.xlsx', 'application/vnd.ms-excel': 'a.xls', 'application/msword': 'a.doc', 'text/csv': 'a.csv', 'application/pdf': 'a.pdf', '': 'a' };
  for (const [type, name] of Object.entries(pairs)) assert.is(kindOfType(type), kindOf(name), type);
});

test('the address of a dragged file survives every name', () => {
  assert.is(fileUrl('/home/a b/ü#?.txt'), 'file:///home/a%20b/%C3%BC%23%3F.txt');
  assert.is(fileUrl('C:\\Users\\dana\\a.txt'), 'file:///C:/Users/dana/a.txt');
  assert.is(fileUrl('\\\\nas\\share\\a.txt'), 'file://nas/share/a.txt');
  assert.is(downloadUrl({ name: 'a:b.txt', type: 'text/plain' }, '/a'), 'text/plain:a_b.txt:file:///a');
  assert.is(downloadUrl({ name: 'a', type: 'evil:type' }, '/a'), 'application/octet-stream:a:file:///a');
});

test('bars of a waveform: the loudest of each part, and a line where nothing is known', () => {
  assert.equal(barsOf(Uint8Array.from([0, 255, 0, 51]), 2), [1, 0.2]);
  assert.equal(barsOf(undefined, 3), [0.1, 0.1, 0.1]);
  assert.is(barsOf(Uint8Array.from([7]), 70).length, 70);
});

/** Writes down what the buttons ask of the engine and of the desktop. */
function recorder(missing: readonly string[] = []): { context: AppContext; calls: string[] } {
  const calls: string[] = [];
  const log = (name: string) => (...args: unknown[]) => void calls.push([name, ...args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))].join(' '));
  const names = ['download', 'pauseTransfer', 'resumeTransfer', 'cancelTransfer', 'sendFiles', 'openItem', 'showInFolder'] as const;
  const desk = Object.fromEntries(names.map((name) => [name, log(name)]));
  const choose = (paths: string[]) => Promise.resolve(paths.map((path) => (missing.includes(path) ? { path, failure: { code: 'local', message: `Cannot read ${path}: it is not there.` } } : { path, name: 'a', size: 1 })));
  const settings = { values: { askFolder: false } };
  const state = { settings, notice: ({ message }: { message: string }) => void calls.push(`notice ${message}`), timelines: new Map([['r', { find: () => ({ text: 'look', file: { id: 'f', name: 'logs.zip', type: 'application/zip', size: 1 } }) }]]) };
  return { calls, context: { state, engine: { ...desk, choose }, platform: desk } as unknown as AppContext };
}

test('who wants to be asked where to save is asked, and nothing is saved without an answer', async () => {
  const { context, calls } = recorder();
  let answer: string | undefined = '/elsewhere/mine.zip';
  Object.assign(context.state.settings.values, { askFolder: true });
  const asked: string[] = [];
  Object.assign(context.platform, { chooseSave: (name: string) => (asked.push(name), Promise.resolve(answer)) });
  await saveFile(context, 'r', 'm');
  answer = undefined;
  await saveFile(context, 'r', 'm');
  assert.equal([calls, asked], [['download r m {"path":"/elsewhere/mine.zip"}'], ['logs.zip', 'logs.zip']]);
});

test('every button asks for what it says; nothing is opened that is not there any more', async () => {
  const { context, calls } = recorder(['/gone']);
  const target = (state: TransferState) => ({ room: 'r', message: 'm', transfer: transfer(state) });
  const active = target({ name: 'active' });
  for (const action of ['download', 'pause', 'resume', 'resume_now', 'retry', 'cancel', 'dismiss', 'open'] as const) act(context, active, action);
  assert.equal(calls, ['download r m', 'pauseTransfer f down', 'resumeTransfer f down', 'resumeTransfer f down', 'resumeTransfer f down', 'cancelTransfer f down', 'cancelTransfer f down']);
  calls.length = 0;
  for (const [path, action] of [['/a', 'open'], ['/a', 'show'], ['/gone', 'open'], ['/gone', 'send_again'], ['/a', 'send_again']] as const) act(context, target({ name: 'done', path, at }), action);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(calls, ['openItem /a', 'showInFolder /a', 'notice Cannot read /gone: it is not there.', 'notice Cannot read /gone: it is not there.', 'sendFiles r [{"path":"/a","name":"logs.zip","media":{"type":"application/zip"}}] {"text":"look"}']);
});

test.run();
