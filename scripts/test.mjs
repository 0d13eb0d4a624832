// npm test: build, type check, every suite; the windows last and two at a time. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { install, installLine, isRoot, missingForTests, testPackages } from './debian.mjs';
import { root } from './freshness.mjs';
import { bundled, makeExecutable } from './runtime.mjs';

const total = { passed: 0, failed: 0 };

function finish() {
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
}

function fail(reason) {
  console.error(reason);
  total.failed += 1;
  finish();
}

function prepareMachine() {
  const runtime = bundled();
  if (!runtime) fail('The tests of the window need the runtime that `npm ci` installs on Linux x64 (package @nwjs-binaries/linux-x64).');
  makeExecutable(runtime);
  const missing = missingForTests(runtime);
  if (missing.length === 0) return;
  if (!isRoot()) fail(`The tests need packages that are missing here. Run: ${installLine(missing)}`);
  console.log(`Installing ${missing.join(' ')}`);
  if (!install(missing)) fail(`Could not install them. Run: ${installLine(testPackages)}`);
}

/** A step that counts as one test; what it prints comes when it is over. */
async function step(name, program, args) {
  const started = Date.now();
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  if (code !== 0) console.log(output.trimEnd());
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  total[code === 0 ? 'passed' : 'failed'] += 1;
  return code === 0;
}

/** The suites under the given folders; their totals are added to ours. Their output goes on as it comes. */
function suites(args) {
  const runner = spawn(process.execPath, ['--import', 'tsx', 'test/run.ts', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  runner.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    last = (last + text).slice(-200);
  });
  return new Promise((resolve) => {
    runner.once('close', () => {
      const count = /(\d+) passed, (\d+) failed\s*$/.exec(last);
      total.passed += Number(count?.[1] ?? 0);
      total.failed += Number(count?.[2] ?? 1);
      resolve();
    });
  });
}

prepareMachine();
const node = process.execPath;
if (!(await step('build', node, ['scripts/build.mjs', '--quiet']))) finish();
// The type check has one core; the suites beside it wait more than they work: three at a time fit the rest.
const types = step('type check', node, [join('node_modules', 'svelte-check', 'bin', 'svelte-check'), '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']);
await suites(['test', '--without', 'test/e2e', '--without', 'test/package', '--without', 'test/full', '--jobs', '3']);
await types;
await suites(['test/e2e', 'test/package', '--jobs', '2', '--timeout', '400']);
finish();
