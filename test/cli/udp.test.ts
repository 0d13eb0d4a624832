// The terminal client and UDP, as real processes: the choice, what it is remembered for, what it carries, what it refuses.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpPort } from '../helpers/nat.ts';
import { last, newHouse, run } from './house.ts';
import { cli } from './processes.ts';

const house = await newHouse(['--udp-port', String(await freeUdpPort())]);

test.before(async () => {
  await house.start();
  await house.people();
});
test.after(() => house.clear());

test('--udp sends by UDP and is remembered; --tcp takes it back', async () => {
  const paths = [];
  for (const option of [['--udp'], [], ['--tcp']]) paths.push(last(await run([...house.dana, ...option, 'send', 'lobby', `with ${option}`])).path);
  assert.equal(paths, ['udp', 'udp', 'tcp']);
  assert.is((await run([...house.dana, '--udp', '--tcp', 'send', 'lobby', 'x'])).code, 1);
});

test('51,200 bytes go by UDP; one more is refused with 4, and the option that would send it is named', async () => {
  const send = (size: number) => {
    const path = join(house.root, `${size}.bin`);
    writeFileSync(path, new Uint8Array(size));
    return run([...house.dana, '--udp', 'send-file', 'lobby', path]);
  };
  const over = await send(51_201);
  // A machine that is too busy to answer in time is answered by TCP, and rightly: then it is tried again.
  let fits = await send(51_200);
  for (let again = 0; again < 4 && last(fits).path !== 'udp'; again += 1) fits = await send(51_200);
  assert.equal([fits.code, last(fits).path, last(fits).size], [0, 'udp', 51_200]);
  assert.equal([over.code, last(over).code], [4, 'too_large']);
  assert.match(String(last(over).hint), /--allow-tcp/);
});

test('chat: /udp, /tcp and /path; what is sent says how it went', async () => {
  const chat = cli([...house.dana, '--tcp', 'chat'], { input: null });
  const all = () => chat.out.split('\n').filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Record<string, unknown>);
  const type = (text: string) => chat.child.stdin!.write(`${text}\n`);
  const both = () => all().filter(({ type: kind, sending, receiving }) => kind === 'paths' && sending === 'udp' && receiving === 'udp');
  type('/udp');
  await chat.until(() => both().length > 0, 'UDP both ways');
  type('by one');
  await chat.until(() => all().some(({ type: kind, path }) => kind === 'sent' && path === 'udp'), 'a message by UDP');
  type('/path');
  await chat.until(() => both().some(({ rtt, text }) => text === undefined && Number(rtt) >= 1), 'the round trip');
  type('/tcp');
  type('by the other');
  await chat.until(() => all().some(({ type: kind, path }) => kind === 'sent' && path === 'tcp'), 'a message by TCP');
  chat.child.stdin!.end();
  assert.is((await chat.finished).code, 0);
  assert.is(all().filter(({ type: kind, wanted }) => kind === 'paths' && wanted === 'tcp').at(-1)?.text, 'TCP was chosen.');
});

test.run();
