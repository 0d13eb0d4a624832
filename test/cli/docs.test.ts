// docs/cli.md as it stands, from its first line to its last: every command in it is run in a shell, in order, against one real
// server, and answers what stands below it. An ellipsis stands for anything; times, ids and the port are those of the day.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../helpers/folders.ts';
import { newHouse } from './house.ts';
import { cliCommand } from './processes.ts';

interface Step {
  command: string;
  expected: string[];
}

function stepsOf(text: string): Step[] {
  const blocks = [...text.matchAll(/^```\n(\$ [\s\S]*?)^```$/gm)].map((block) => block[1]!);
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map((step) => {
    const [command = '', ...expected] = step.trimEnd().split('\n');
    return { command, expected };
  });
}

const TIMES = new Set(['ts', 'last_seen', 'edited']);

function fits(expected: unknown, actual: unknown, key = ''): boolean {
  if (TIMES.has(key)) return typeof actual === 'number';
  if (typeof expected === 'string' && expected.includes('…')) return typeof actual === 'string' && (key === 'id' || key === 'target' || actual.startsWith(expected.split('…')[0]!));
  if (Array.isArray(expected)) return Array.isArray(actual) && expected.every((item, at) => fits(item, actual[at]));
  if (typeof expected !== 'object' || expected === null) return expected === actual;
  const [wanted, given] = [Object.entries(expected), Object.keys(actual as object)];
  return wanted.length === given.length && wanted.every(([name, value]) => fits(value, (actual as Record<string, unknown>)[name], name));
}

function lineFits(expected: string, actual: string): boolean {
  if (expected.startsWith('{')) return actual.startsWith('{') && fits(JSON.parse(expected), JSON.parse(actual));
  return expected === actual.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-01-01 10:00');
}

const house = await newHouse();

test.before(() => house.start());
test.after(() => house.clear());

test('every command of docs/cli.md answers as it is written there', () => {
  const bin = join(house.root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'reach-cli'), `#!/bin/sh\nfor word; do [ "$word" = --server ] && own=yes; done\n[ -z "$own" ] && set -- --server 127.0.0.1:${house.port} "$@"\nexec ${cliCommand.map((word) => `'${word}'`).join(' ')} --home '${house.home}' "$@"\n`);
  chmodSync(join(bin, 'reach-cli'), 0o755);
  const steps = stepsOf(readFileSync(join(root, 'docs/cli.md'), 'utf8'));
  assert.ok(steps.length > 20, `${steps.length} commands`);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, REACH_PASSWORD: 'correct horse 1' };
  for (const { command, expected } of steps) {
    const typed = command.replace('--server 127.0.0.2 ', `--server 127.0.0.2:${house.port} `);
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', typed], { env, cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const lines = stdout.replaceAll(`:${house.port}`, ':5000').trimEnd().split('\n');
    const failed = expected.some((line) => line.startsWith('{"type":"error"'));
    assert.is(status !== 0, failed, `${command}: exit ${status}\n${stdout}${stderr}`);
    // chat shows the newest messages as well, before what the example is about.
    const shown = /\bchat\b/.test(command) ? lines.filter((line) => expected.some((wanted) => lineFits(wanted, line))) : lines;
    assert.is(shown.length, expected.length, `${command} wrote\n${stdout}`);
    expected.forEach((line, at) => assert.ok(lineFits(line, shown[at]!), `${command} wrote\n${shown[at]}\nand not\n${line}`));
  }
});

test.run();
