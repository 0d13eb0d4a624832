// The list of an archive is read from its end, without unpacking, and says what is wrong with it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PreviewError } from '../../client/preview/byte-source.ts';
import { escapes, listZip, ratioOf, RATIO_MAX, type ZipListing } from '../../client/preview/zip.ts';
import { ascii, join, u16, u32, utf8, zip } from './builders.ts';

function list(bytes: Uint8Array): Promise<ZipListing> {
  return listZip(bytes.length, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
}

async function refused(bytes: Uint8Array): Promise<string> {
  return list(bytes).then(() => 'listed', (cause: unknown) => {
    if (cause instanceof PreviewError) return cause.message;
    throw cause;
  });
}

test('names, sizes, folders and times', async () => {
  const { entries, count, size } = await list(zip([{ name: 'field/' }, { name: 'field/größe.txt', body: utf8('x'.repeat(1_000)) }, { name: 'a.bin', body: new Uint8Array(10) }]));
  assert.equal(entries.map(({ name, folder }) => [name, folder]), [['field/', true], ['field/größe.txt', false], ['a.bin', false]]);
  assert.is(entries[1]!.size, 1_000);
  assert.ok(entries[1]!.packed < 100);
  assert.is(new Date(entries[0]!.modified!).getFullYear(), 2025);
  assert.equal([count, size], [3, 1_010]);
});

test('a comment, and a program in front, change nothing', async () => {
  const end = join(u32(0x06054b50), new Uint8Array(10));
  const comment = String.fromCharCode(...end);
  const { entries } = await list(zip([{ name: 'a' }], { comment, before: ascii('MZ'.padEnd(5_000, 'x')) }));
  assert.equal(entries.map(({ name }) => name), ['a']);
  assert.equal((await list(zip([], { comment: 'nothing' }))).entries, []);
});

test('where each one begins in the file, whatever is in front of the archive', async () => {
  const packed = [{ name: 'a', body: utf8('one') }, { name: 'b', body: utf8('two') }];
  for (const bytes of [zip(packed), zip(packed, { before: ascii('MZ'.padEnd(5_000, 'x')) }), zip(packed, { long: true })]) {
    const { entries } = await list(bytes);
    assert.equal(entries.map(({ offset }) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true)), [0x04034b50, 0x04034b50]);
    assert.is.not(entries[0]!.offset, entries[1]!.offset);
  }
});

test('ZIP64: sizes over four gigabytes and the long records at the end', async () => {
  const large = 6 * 2 ** 32 + 5;
  const { entries, count } = await list(zip([{ name: 'huge', size: large, packed: large - 1, long: true }, { name: 'small', body: utf8('abc') }], { long: true }));
  assert.equal([entries[0]!.size, entries[0]!.packed, entries[1]!.size, count], [large, large - 1, 3, 2]);
});

test('what would leave the folder is marked', async () => {
  const names = ['../../etc/passwd', 'a/../../b', '/root/x', 'C:\\x', '..\\x', 'ok/..hidden', 'ok/a..b'];
  const { entries } = await list(zip(names.map((name) => ({ name }))));
  assert.equal(entries.map((entry) => entry.escapes), [true, true, true, true, true, false, false]);
  assert.ok(escapes('..'));
});

test('encrypted entries and bombs are marked; a nested one shows its real ratio', async () => {
  const bomb = zip([{ name: '0.zip', body: zip([{ name: 'zeros', body: new Uint8Array(4_000_000) }]) }, { name: 'zeros', body: new Uint8Array(4_000_000) }, { name: 'secret', encrypted: true }]);
  const { entries } = await list(bomb);
  assert.ok(ratioOf(entries[1]!) > RATIO_MAX);
  assert.ok(entries[2]!.encrypted);
  assert.is(ratioOf({ size: 5, packed: 0 }), Infinity);
  assert.is(ratioOf({ size: 0, packed: 0 }), 1);
});

test('a million claimed entries are read only as far as they are there', async () => {
  const bytes = zip(Array.from({ length: 3 }, (_, at) => ({ name: `f${at}` })));
  bytes.set(u16(60_000), bytes.length - 12);
  const { entries, count } = await list(bytes);
  assert.equal([entries.length, count], [3, 60_000]);
});

test('damaged and hostile ones are refused in words', async () => {
  const good = zip([{ name: 'a' }, { name: 'b' }]);
  const with32 = (at: number, value: number): Uint8Array => {
    const bytes = good.slice();
    bytes.set(u32(value), bytes.length - at);
    return bytes;
  };
  assert.match(await refused(good.subarray(0, -10)), /no readable list/);
  assert.match(await refused(with32(6, 0xfffffff0)), /no readable list/);
  assert.match(await refused(with32(10, 0x7fffffff)), /no readable list/);
  assert.match(await refused(ascii('PK\x05\x06')), /no readable list/);
  assert.match(await refused(join(zip([{ name: 'a' }], { long: true }).subarray(0, -40), u32(0), new Uint8Array(36))), /no readable list/);
  const directory = good.slice();
  directory.set([0, 0, 0, 0], good.length - 22 - 2 * 47);
  assert.match(await refused(directory), /no readable list/);
});

test('every byte of an archive may be anything: a list or words, never a throw or a wait', async () => {
  const good = zip([{ name: 'a/b', body: utf8('hello') }, { name: 'c', size: 2 ** 33, packed: 9, long: true }], { long: true });
  for (let at = 0; at < good.length; at += 1) {
    for (const value of [0, 0xff]) {
      const bytes = good.slice();
      bytes[at] = value;
      assert.type(await refused(bytes), 'string');
    }
  }
});

test.run();
