// Keys that put marks around words: there and back again, and the selection stays on the words.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MARKS, toggled } from '../../client/ui/chat/format.ts';

/** `[` and `]` stand for the selection. */
function field(marked: string) {
  const start = marked.indexOf('[');
  return { text: marked.replace('[', '').replace(']', ''), start, end: marked.indexOf(']') - 1 };
}
const shown = ({ text, start, end }: ReturnType<typeof field>): string => `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`;
const press = (marked: string, mark: keyof typeof MARKS): string => shown(toggled(field(marked), MARKS[mark]));

test('marks go around what is selected, and away again', () => {
  for (const mark of Object.keys(MARKS) as (keyof typeof MARKS)[]) {
    const once = press('the [boats] are in', mark);
    assert.is(once, `the ${MARKS[mark]}[boats]${MARKS[mark]} are in`);
    assert.is(press(once, mark), 'the [boats] are in');
  }
  assert.is(press('the [**boats**] are in', 'bold'), 'the [boats] are in');
});

test('nothing selected: the caret stands between the marks, and a second press takes them away', () => {
  assert.is(press('so []', 'code'), 'so `[]`');
  assert.is(press('so `[]`', 'code'), 'so []');
});

test('bold is not twice italic: both can be there together, and each goes alone', () => {
  assert.is(press('**[boats]**', 'italic'), '***[boats]***');
  assert.is(press('***[boats]***', 'italic'), '**[boats]**');
  assert.is(press('***[boats]***', 'bold'), '*[boats]*');
  assert.is(press('*[boats]*', 'bold'), '***[boats]***');
});

test.run();
