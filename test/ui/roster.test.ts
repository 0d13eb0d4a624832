// The roster's arithmetic: sections, which rows are near the view, letters that lead to a name, where a card stands.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member, Presence } from '../../client/engine/types.ts';
import type * as RosterModule from '../../client/state/roster.svelte.ts';
import { blocksOf, nextNamed, ONE_LINE, rowsNear, TWO_LINES } from '../../client/ui/roster/layout.ts';
import { placeBeside, type Box } from '../../client/ui/roster/placing.ts';
import { loadRunes } from '../state/runes.ts';

const { RosterState, sectionsOf } = await loadRunes<typeof RosterModule>(new URL('../../client/state/roster.svelte.ts', import.meta.url));

const member = (name: string, presence: Presence = 'online', status = ''): Member => ({ userId: `id-${name}`, username: name, display: '', presence, status, lastSeen: null });
const crowd = (count: number, presence: Presence = 'online'): Member[] => Array.from({ length: count }, (_, at) => member(`p${String(at).padStart(3, '0')}`, presence));

test('sections by presence, A to Z, none empty; do not disturb stands with away', () => {
  const sections = sectionsOf([member('zoe'), member('Ana'), member('ben', 'dnd'), member('carl', 'away')]);
  assert.equal(sections.map(({ name, members }) => [name, members.map(({ username }) => username)]), [['online', ['Ana', 'zoe']], ['away', ['ben', 'carl']]]);
});

test('somebody who comes leaves one section for the other; an unknown one has a short id', () => {
  const roster = new RosterState();
  roster.replace([member('ana', 'offline'), member('ben')]);
  roster.update(member('ana'));
  assert.equal([roster.sections.map(({ name }) => name), roster.online, roster.nameOf('id-ana'), roster.nameOf('0123456789')], [['online'], 2, 'ana', 'user 012345']);
});

test('of 300 rows only those near the view are there, each with its place, and the one that is kept', () => {
  const [block] = blocksOf(sectionsOf(crowd(300)));
  assert.is(block!.height, 300 * ONE_LINE);
  const near = rowsNear(block!, { top: 5_000, height: 600 }, 'id-p299');
  assert.ok(near.length < 45, `${near.length} rows`);
  assert.ok(near.some(({ top }) => block!.start + top <= 5_000) && near.some(({ top }) => block!.start + top >= 5_600));
  assert.equal([near.at(-1)!.member.userId, near.at(-1)!.position, near.at(-1)!.top], ['id-p299', 300, 299 * ONE_LINE]);
});

test('rows with a second line are taller, and sections stand below each other', () => {
  const [online, offline] = blocksOf(sectionsOf([member('ana'), member('ben', 'online', 'at lunch'), ...crowd(2, 'offline')]));
  assert.equal([online!.height, offline!.height], [ONE_LINE + TWO_LINES, 2 * TWO_LINES]);
  assert.is(offline!.start - (online!.start + online!.height), 40, 'the room below and the heading');
});

test('letters lead to the next name that begins with them; the same letter goes on', () => {
  const names = ['Ana', 'Ben', 'Benno', 'Carl', 'Bea'];
  assert.equal([nextNamed(names, 0, 'b'), nextNamed(names, 1, 'b'), nextNamed(names, 2, 'bb'), nextNamed(names, 4, 'B')], [1, 2, 4, 1]);
  assert.equal([nextNamed(names, 1, 'be'), nextNamed(names, 1, 'benn'), nextNamed(names, 0, 'x')], [1, 2, undefined]);
});

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, right: left + width, bottom: top + height });
const covers = (card: Box, row: Box) => card.left < row.right && card.right > row.left && card.top < row.bottom && card.bottom > row.top;

test('a card stands beside its row and never over it, in a wide window, a narrow one, at every height', () => {
  const card = { width: 280, height: 180 };
  const windows = [{ width: 1280, height: 800, rows: [1056, 8] }, { width: 640, height: 700, rows: [360] }, { width: 420, height: 480, rows: [120, 70] }];
  for (const { rows, ...size } of windows) {
    for (const left of rows) {
      for (let top = 0; top <= size.height - 36; top += 12) {
        const row = box(left, top, 216, 36);
        const at = placeBeside(row, card, size);
        const shown = box(at.left, at.top, card.width, card.height);
        assert.not(covers(shown, row), `${size.width}: ${left}, ${top}`);
        assert.ok(shown.left >= 0 && shown.right <= size.width && shown.top >= 0 && shown.bottom <= size.height, `${size.width}: inside at ${top}`);
      }
    }
  }
});

test.run();
