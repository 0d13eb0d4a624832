// Runs every *.test.ts under the given files and folders, several processes at a time, each file alone in its own.
// Usage: node --import tsx test/run.ts PATH… [--without PATH] [--jobs N] [--timeout SECONDS]
// A file fails as a whole where it prints no total, leaves with an error, runs too long, skips a test or has none:
// a suite that did not run must never look like one that passed.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Result {
  passed: number;
  failed: number;
  reason: string;
}

const OUTPUT_MAX = 1_000_000;

function testFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const inside = join(path, name);
      if (statSync(inside).isDirectory()) return testFiles(inside);
      return name.endsWith('.test.ts') ? [inside] : [];
    });
}

/** uvu's closing lines. `Total` leaves skipped tests out. */
function judge(output: string, code: number | null, tooLong: boolean): Result {
  const read = (word: string) => Number(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? NaN);
  const [total, passed, skipped] = [read('Total'), read('Passed'), read('Skipped')];
  const failed = Number.isNaN(total) ? 0 : total - passed;
  const whole = (reason: string): Result => ({ passed: Number.isNaN(passed) ? 0 : passed, failed: Math.max(failed, 1), reason });
  if (tooLong) return whole('ran too long and was ended');
  if (Number.isNaN(total)) return whole('ended without a total');
  if (skipped > 0) return whole(`${skipped} skipped`);
  if (total === 0) return whole('has no tests');
  if (code !== 0 && failed === 0) return whole(`left with code ${code}`);
  return { passed, failed, reason: '' };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

function run(file: string, timeout: number): Promise<{ result: Result; output: string }> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true });
  const pid = child.pid!;
  running.add(pid);
  let output = '';
  let tooLong = false;
  const keep = (text: string) => (output = (output + text).slice(-OUTPUT_MAX));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const timer = setTimeout(() => {
    tooLong = true;
    endGroup(pid);
  }, timeout * 1000);
  return new Promise((resolve) => {
    // What a test left running holds the pipes open: it ends with the file, whether that went well or not.
    child.once('exit', () => endGroup(pid));
    child.once('close', (code) => {
      clearTimeout(timer);
      running.delete(pid);
      resolve({ result: judge(output, code, tooLong), output });
    });
  });
}

async function runAll(files: string[], jobs: number, timeout: number): Promise<Result> {
  const sum: Result = { passed: 0, failed: 0, reason: '' };
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const started = Date.now();
      const { result, output } = await run(file, timeout);
      sum.passed += result.passed;
      sum.failed += result.failed;
      const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
      if (result.failed > 0) console.log(output.trimEnd());
      console.log(`${result.failed === 0 ? 'ok  ' : 'FAIL'} ${file}: ${result.passed} passed${result.failed ? `, ${result.failed} failed` : ''}${result.reason && ` (${result.reason})`}, ${took}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return sum;
}

const running = new Set<number>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const pid of running) endGroup(pid);
    process.exit(130);
  });
}
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { without: { type: 'string', multiple: true, default: [] }, jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) }, timeout: { type: 'string', default: '240' } },
});
const without = values.without.flatMap(testFiles);
const files = positionals.flatMap(testFiles).filter((file) => !without.includes(file));
if (files.length === 0) console.log(`No *.test.ts under ${positionals.join(' ')}`);
const sum = files.length === 0 ? { passed: 0, failed: 1 } : await runAll(files, Number(values.jobs), Number(values.timeout));
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed === 0 ? 0 : 1);
