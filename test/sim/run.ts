// Many worlds, over all cores: node --import tsx test/sim/run.ts [first seed] [how many]. A seed that fails is told with
// the shortest commands that still fail; the same seed makes the same world again.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { tryout } from './model.ts';

const AT_ONCE = 250;
const SEEDS = 10_000;
const TOLD_EVERY = 1_000;

interface Range {
  from: number;
  to: number;
}

/** In the child: what went wrong with these seeds. */
async function work({ from, to }: Range): Promise<string[]> {
  const failures: string[] = [];
  for (let seed = from; seed < to; seed += 1) {
    const failure = await tryout(seed);
    if (failure) failures.push(failure);
  }
  return failures;
}

async function main(): Promise<void> {
  const [first = 0, count = SEEDS] = process.argv.slice(2).map(Number);
  const began = Date.now();
  const queue = Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, at) => ({ from: first + at * AT_ONCE, to: Math.min(first + count, first + (at + 1) * AT_ONCE) }));
  let done = 0;
  let failed = 0;
  const told = (range: Range, failures: readonly string[]): void => {
    done += range.to - range.from;
    failed += failures.length;
    for (const failure of failures) process.stdout.write(`${failure}\n\n`);
    if (done % TOLD_EVERY < AT_ONCE) process.stdout.write(`${done} worlds, ${failed} failed, ${seconds(began)}\n`);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => drain(queue, told)));
  process.stdout.write(`seeds ${first} to ${first + count - 1}: ${done} worlds, ${failed} failed, ${seconds(began)}\n`);
  process.exitCode = failed > 0 || done !== count ? 1 : 0;
}

/** One child for one range after another; a child that dies takes its range with it, and that is told. */
async function drain(queue: Range[], told: (range: Range, failures: readonly string[]) => void): Promise<void> {
  for (let range = queue.shift(); range; range = queue.shift()) told(range, await inChild(range));
}

function inChild(range: Range): Promise<string[]> {
  const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, WORLDS: JSON.stringify(range) } });
  return new Promise((resolve) => {
    child.once('message', (failures: string[]) => {
      resolve(failures);
      child.disconnect();
    });
    child.once('exit', (code) => resolve([`seeds ${range.from} to ${range.to - 1}: the process ended with ${code}`]));
  });
}

function seconds(since: number): string {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}

const range = process.env['WORLDS'];
if (range === undefined) await main();
else process.send!(await work(JSON.parse(range) as Range));
