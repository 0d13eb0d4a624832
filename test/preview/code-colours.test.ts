// Colours of code in messages: asked for once, one at a time, and never a reason to show nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CodeColours } from '../../client/preview/code-colours.ts';
import { NO_TOKENS, type Tokens } from '../../client/preview/pieces.ts';

const tokens = (): Tokens => ({ ...NO_TOKENS, classes: ['keyword'] });

test('the same code is coloured once; other names for a language are the same language', async () => {
  const asked: string[] = [];
  const colours = new CodeColours((text, language) => (asked.push(`${language} ${text}`), { tokens: Promise.resolve(tokens()), stop: () => undefined }));
  assert.equal((await colours.of('let a', 'ts')).classes, ['keyword']);
  assert.equal((await colours.of('let a', 'TypeScript')).classes, ['keyword']);
  await colours.of('a = 1', 'py');
  assert.equal(asked, ['typescript let a', 'python a = 1']);
});

test('one after the other, and what fails stays plain without stopping the rest', async () => {
  let running = 0;
  let most = 0;
  const colours = new CodeColours((text) => {
    running += 1;
    most = Math.max(most, running);
    const work = new Promise<Tokens>((resolve, reject) => setTimeout(() => ((running -= 1), text === 'bad' ? reject(new Error('too long')) : resolve(tokens())), 1));
    return { tokens: work, stop: () => undefined };
  });
  const all = await Promise.all(['a', 'bad', 'c'].map((text) => colours.of(text, 'js')));
  assert.equal([most, all.map(({ classes }) => classes.length)], [1, [1, 0, 1]]);
});

test('an unknown language and very long code are not asked for', async () => {
  const colours = new CodeColours(() => {
    throw new Error('nobody asks');
  });
  assert.is(await colours.of('x', 'klingon'), NO_TOKENS);
  assert.is(await colours.of('x'.repeat(20_001), 'js'), NO_TOKENS);
  assert.is((await colours.of('x', 'js')).classes.length, 0);
});

test.run();
