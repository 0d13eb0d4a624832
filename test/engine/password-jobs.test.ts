// The password worker seen from outside: a worker that dies fails its jobs at once, and the next job gets another one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Worker } from 'node:worker_threads';
import { threadPasswordWorker } from '../../client/cli/password-worker.ts';
import type { OpaqueJob } from '../../client/engine/password.ts';

const job: OpaqueJob = { name: 'start', password: 'x', register: false };
const answering = `const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ number }) => parentPort.postMessage({ number, result: { loginState: 's', loginRequest: 'r' } }));`;

/** One worker after the other, of these sources. */
function workers(...sources: string[]) {
  const started: string[] = [];
  const worker = threadPasswordWorker(() => {
    started.push(sources[started.length]!);
    return new Worker(started.at(-1)!, { eval: true });
  });
  return { worker, started };
}

const outcome = (run: Promise<unknown>) => run.then(() => 'done', (cause: Error) => cause.message);

for (const [how, source] of [['throws', 'throw new Error("no memory")'], ['leaves', 'process.exit(1)']] as const) {
  test(`a worker that ${how} fails the jobs it had, and the next one is done by another`, async () => {
    const { worker, started } = workers(source, answering);
    const [first, second] = await Promise.all([outcome(worker.run(job)), outcome(worker.run(job))]);
    assert.is(first, how === 'throws' ? 'no memory' : 'the password worker ended');
    assert.is(second, first);
    assert.is(await outcome(worker.run(job)), 'done');
    assert.is(started.length, 2);
    worker.close();
  });
}

test('closing fails what waits', async () => {
  const { worker } = workers('setInterval(() => {}, 1000)');
  const waiting = outcome(worker.run(job));
  worker.close();
  assert.is(await waiting, 'the password worker was closed');
});

test.run();
