// What the preview reads: the file that is looked at, then its neighbours, and nothing of what was left.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PreviewFile } from '../../client/ui/preview/preview-file.ts';
import { Sources } from '../../client/ui/preview/sources.ts';
import { waitFor } from '../helpers/waiting.ts';

const SIZE = 200_000;
const file = (name: string, size = SIZE): PreviewFile => ({ room: 'r', message: name, sender: 'ana', ts: 0, file: { id: name, name, type: '', size } });

function made(gone: readonly string[] = []): { sources: Sources; asked: string[] } {
  const asked: string[] = [];
  const sources = new Sources({
    readFile: (_room, message, offset, length) => {
      asked.push(`${message} ${offset}`);
      return Promise.resolve({ bytes: Uint8Array.from({ length: Math.min(length, 100_000) }, (_, at) => (offset + at) % 251) });
    },
  }, ({ message }) => gone.includes(message));
  return { sources, asked };
}

test('neighbours are read ahead, and are there without another read when they are looked at', async () => {
  const { sources, asked } = made();
  const files = [file('a.png'), file('b.png'), file('c.pdf'), file('d.png')];
  await sources.open(files, 1).head();
  assert.equal(asked, ['b.png 0']);
  sources.readAhead(files, 1);
  await waitFor(() => asked.includes('a.png 100000') && asked.includes('c.pdf 100000'), 5_000, 'both neighbours');
  assert.not.ok(asked.some((one) => one.startsWith('d.png')), 'no further than one');
  const before = asked.length;
  sources.leave(files[1]!);
  const next = sources.open(files, 2);
  const pieces: number[] = [];
  await next.stream(SIZE, (piece, offset) => void pieces.push(offset + piece.length));
  assert.is((await next.read(150_000, 2))[0], 150_000 % 251);
  assert.equal([pieces.at(-1), asked.length], [SIZE, before]);
});

test('films, sounds and what is large are not read ahead, and stop when they are left', async () => {
  const { sources, asked } = made();
  const files = [file('film.mp4'), file('here.png'), file('large.pdf', 9 * 1024 * 1024)];
  sources.open(files, 1);
  sources.readAhead(files, 1);
  const large = sources.open(files, 2);
  sources.leave(files[2]!);
  assert.ok(large.stopped);
  assert.is(asked.filter((one) => !one.startsWith('here')).length, 0);
  assert.is.not(sources.open(files, 2), large, 'it is read anew by who comes back');
});

test('what was deleted after it was read ahead is asked for again, and refused by whoever has it', async () => {
  const gone: string[] = [];
  const { sources, asked } = made(gone);
  const files = [file('a.png'), file('b.png')];
  sources.open(files, 0);
  sources.readAhead(files, 0);
  await waitFor(() => asked.includes('b.png 100000'), 5_000, 'the neighbour');
  gone.push('b.png');
  const before = asked.length;
  await sources.open(files, 1).head();
  assert.ok(asked.length > before);
});

test('what failed ahead is tried again by who looks at it', async () => {
  let tries = 0;
  const sources = new Sources({ readFile: () => (tries++ === 0 ? Promise.resolve({ failure: { code: 'unreachable', message: 'gone' } }) : Promise.resolve({ bytes: new Uint8Array(3) })) }, () => false);
  const files = [file('a.png', 3), file('b.png', 3)];
  sources.open(files, 0);
  sources.readAhead(files, 0);
  assert.is((await sources.open(files, 1).head()).length, 3);
});

test.run();
