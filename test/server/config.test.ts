import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { helpText, optionTable, parseConfig, ratesOf } from '../../server/config.ts';
import { inviteCommand } from '../../server/ops/invite-command.ts';
import { ConfigError, type Environment } from '../../server/ops/options.ts';
import { root } from '../helpers/folders.ts';
import { read } from '../helpers/sources.ts';

const refused = (args: string[], words: RegExp, { file = '{}', environment = {} }: { file?: string; environment?: Environment } = {}): void =>
  assert.throws(() => parseConfig(args, { environment, readFile: () => file }), (cause: unknown) => {
    assert.ok(cause instanceof ConfigError, String(cause));
    assert.match(cause.message, words);
    assert.is(cause.message.split('\n').length, 1);
    return true;
  });

const inEnvironment = (environment: Environment, args: string[] = [], file = '{}') => parseConfig(args, { environment, readFile: () => file });

test('no arguments host on 5000 with data in ./data', () => {
  const config = parseConfig([]);
  assert.is(config.host, '0.0.0.0');
  assert.is(config.port, 5000);
  assert.is(config['udp-port'], 20_001);
  assert.is(config.data, './data');
  assert.is(config.registration, 'open');
  assert.is(config.metrics, undefined);
  assert.is(config['metrics-host'], '127.0.0.1');
  assert.equal(config.limit, { send: 5, frames: 50, sessions: 4096, devices: 32, unauthenticated: 256, 'per-address': 16, tries: 5, 'tries-per-name': 100 });
});

test('every option is taken, with = and without', () => {
  const config = parseConfig('--host ::1 --port=7 --no-udp --data d --secrets s --registration closed --max-file 2MB --quota 3GiB --keep-free 0 --keep-files 7 --limit send=0 --limit tries=9,sessions=3 --metrics 8 --metrics-host ::1 --log-level warn'.split(' '));
  assert.is(config.host, '::1');
  assert.is(config.port, 7);
  assert.is(config['no-udp'], true);
  assert.is(config.secrets, 's');
  assert.is(config['max-file'], 2 * 1024 * 1024);
  assert.equal([config.quota, config['keep-free'], config['keep-files']], [3 * 1024 ** 3, 0, 7]);
  assert.is(config.limit.send, 0);
  assert.is(config.limit.tries, 9);
  assert.is(config.limit.sessions, 3);
  assert.is(config.metrics, 8);
  assert.is(config['metrics-host'], '::1');
  assert.is(config['log-level'], 'warn');
});

test('every option is a variable too', () => {
  const config = inEnvironment({
    REACH_HOST: '::1', REACH_PORT: '7', REACH_NO_UDP: 'true', REACH_DATA: 'd', REACH_SECRETS: 's', REACH_REGISTRATION: 'invite', REACH_MAX_FILE: '1KB',
    REACH_LIMIT: 'send=0,frames=0', REACH_METRICS: '8', REACH_METRICS_HOST: '::1', REACH_LOG_LEVEL: 'silent',
  });
  const { host, port, data, secrets, registration, metrics, limit } = config;
  assert.equal({ host, port, data, secrets, registration, metrics }, { host: '::1', port: 7, data: 'd', secrets: 's', registration: 'invite', metrics: 8 });
  assert.equal([config['no-udp'], config['max-file'], config['metrics-host'], config['log-level']], [true, 1024, '::1', 'silent']);
  assert.equal([limit.send, limit.frames, limit.tries], [0, 0, 5]);
  assert.is(inEnvironment({ REACH_UDP_PORT: '9' })['udp-port'], 9);
  assert.equal(['1', 'true', '0', 'false'].map((text) => inEnvironment({ REACH_NO_UDP: text })['no-udp']), [true, true, false, false]);
});

test('a file has the same names', () => {
  const file = JSON.stringify({ port: 7, 'no-udp': true, limit: { send: 0, tries: 3 }, registration: 'invite' });
  const config = parseConfig(['--config', 'f'], { readFile: () => file });
  assert.is(config.port, 7);
  assert.is(config['no-udp'], true);
  assert.is(config.registration, 'invite');
  assert.is(config.limit.send, 0);
  assert.is(config.limit.tries, 3);
});

test('a flag wins over a variable, a variable over the file, the file over the default', () => {
  const file = JSON.stringify({ port: 1, data: 'file', registration: 'closed', 'no-udp': true, limit: { send: 1, frames: 1, tries: 1 } });
  const config = inEnvironment({ REACH_CONFIG: 'f', REACH_PORT: '2', REACH_DATA: 'variable', REACH_NO_UDP: '0', REACH_LIMIT: 'send=2,frames=2' }, ['--port', '3', '--limit', 'send=3'], file);
  assert.equal([config.port, config.data, config.registration, config['no-udp']], [3, 'variable', 'closed', false]);
  assert.equal([config.limit.send, config.limit.frames, config.limit.tries, config.limit.sessions], [3, 2, 1, 4096]);
  const paths: string[] = [];
  parseConfig(['--config', 'flag'], { environment: { REACH_CONFIG: 'variable' }, readFile: (path) => (paths.push(path), '{}') });
  assert.equal(paths, ['flag']);
});

test('variables that no option has are ignored', () => {
  assert.equal(inEnvironment({ REACH_PASSWORD: 'secret', REACH_NW: '/nw', REACH_HELP: 'x', REACH_PROT: 'x', PORT: 'x' }), parseConfig([]));
});

test('what is unknown, wrong or contradictory is refused with its reason', () => {
  refused(['--nope'], /unknown option --nope/);
  refused(['5000'], /unknown option 5000/);
  refused(['--port'], /needs a value/);
  refused(['--port', '70000'], /^--port 70000: .*0 to 65535/);
  refused(['--port', '1', '--port', '2'], /twice/);
  refused(['--no-udp=1'], /takes no value/);
  refused(['--no-udp', '--udp-port', '9'], /--no-udp and --udp-port contradict/);
  refused(['--port', '9', '--metrics', '9'], /--metrics and --port are both 9/);
  refused(['--metrics-host', '::1'], /--metrics-host .*--metrics PORT/);
  refused(['--registration', 'maybe'], /open, invite, closed/);
  refused(['--limit', 'sned=1'], /no limit sned/);
  refused(['--limit', 'send=-1'], /NAME=VALUE/);
});

test('the sentence names the variable or the entry of the file that was wrong', () => {
  for (const [name, value, words] of [['REACH_PORT', 'many', /0 to 65535/], ['REACH_PORT', '', /0 to 65535/], ['REACH_NO_UDP', 'yes', /1, true, 0 or false/], ['REACH_LIMIT', 'send=0;frames=0', /NAME=VALUE/], ['REACH_DATA', '', /empty/]] as const) {
    refused([], new RegExp(`^${name}=.*${words.source}`), { environment: { [name]: value } });
  }
  refused(['--port', '5'], /^REACH_PORT=x/, { environment: { REACH_PORT: 'x' } });
  refused(['--config', 'f'], /--config f: .*JSON/, { file: '{' });
  refused([], /REACH_CONFIG f: .*JSON/, { file: '{', environment: { REACH_CONFIG: 'f' } });
  refused(['--config', 'f'], /unknown option "x"/, { file: '{"x":1}' });
  refused(['--config', 'f'], /unknown option "config"/, { file: '{"config":"g"}' });
  refused(['--config', 'f'], /"port" has a value of the wrong type/, { file: '{"port":true}' });
  refused(['--config', 'f'], /"port" in f: 70000/, { file: '{"port":70000}' });
});

test('a contradiction names where each side came from', () => {
  refused(['--config', 'f', '--no-udp'], /^--no-udp and "udp-port" in f contradict/, { file: '{"udp-port":9}' });
  refused(['--udp-port', '9'], /^REACH_NO_UDP and --udp-port contradict/, { environment: { REACH_NO_UDP: '1' } });
  refused([], /^REACH_METRICS and the default of --port are both 5000/, { environment: { REACH_METRICS: '5000' } });
  refused(['--config', 'f'], /^"metrics" in f and REACH_PORT are both 7/, { file: '{"metrics":7}', environment: { REACH_PORT: '7' } });
});

test('tcp and udp: one side of the server; a flag of the other side is refused, a shared file and shared variables are not', () => {
  assert.equal([parseConfig([]).mode, parseConfig(['tcp']).mode, parseConfig(['udp', '--udp-port', '9'])['udp-port']], ['whole', 'tcp', 9]);
  for (const flag of ['--port', '--advertise', '--registration', '--max-file', '--quota', '--keep-free', '--keep-files', '--limit']) {
    refused(['udp', flag, '1'], new RegExp(`^${flag} is for the server's own process: give it to reach-server tcp, not to reach-server udp$`));
  }
  const shared = inEnvironment({ REACH_PORT: '7', REACH_CONFIG: 'f' }, ['udp', '--host', '::1'], '{"limit":{"send":0},"udp-port":8}');
  assert.equal([shared.mode, shared.host, shared['udp-port']], ['udp', '::1', 8]);
  refused(['tcp', '--no-udp'], /^--no-udp and reach-server tcp contradict each other; without UDP start reach-server$/);
  refused(['udp'], /^REACH_NO_UDP and reach-server udp contradict/, { environment: { REACH_NO_UDP: '1' } });
  assert.is(parseConfig(['udp', '--metrics', '5000']).metrics, 5_000);
  refused(['tcp', '--metrics', '5000'], /both 5000/);
  refused(['both'], /unknown option both/);
  for (const word of ['reach-server tcp', 'reach-server udp']) assert.match(helpText(), word);
});

test('--help and docs/operating.md say what the table says', () => {
  for (const name of Object.keys(parseConfig([])).filter((one) => one !== 'mode')) assert.match(helpText(), `--${name}`);
  const documented = read('docs/operating.md').text.split('\n').filter((line) => /^\| `--/.test(line) && line.split(' | ').length === 4);
  assert.equal(documented, optionTable());
});

test('invite: wrong options are refused before any server is asked', async () => {
  const wrong = async (args: string[], words: RegExp) => {
    const message = await inviteCommand(args, {}).then((out) => `printed ${out}`, (cause: Error) => cause.message);
    assert.match(message, words);
  };
  await wrong(['--uses', '0'], /^--uses 0: .*from 1 to/);
  await wrong(['--uses', 'many'], /^--uses many/);
  await wrong(['--expires', '7'], /^--expires 7: .*7d, 12h, 30m/);
  await wrong(['--expires', '0d'], /7d, 12h, 30m/);
  await wrong(['--expires', '366d'], /365 days/);
  await wrong(['--admin=yes'], /takes no value/);
  await wrong(['dana'], /unknown option dana/);
  await wrong(['--data', join(root, 'nowhere')], /no server is running on .*nowhere/);
  assert.not.ok(existsSync(join(root, 'nowhere')));
  assert.match(await inviteCommand(['--help'], {}), /--expires TIME/);
});

test('sizes and days: what they may be, and what is refused', () => {
  const size = (text: string): number => parseConfig(['--max-file', text])['max-file'];
  assert.equal(['0', '51200', '4GiB', '4gb', '1KiB', '256TB'].map(size), [0, 51_200, 4 * 1024 ** 3, 4 * 1024 ** 3, 1024, 2 ** 48]);
  for (const wrong of ['4G', '-1', '1.5GB', 'GB', '']) refused(['--quota', wrong], /number of bytes, or one with KB, MB, GB or TB/);
  refused(['--max-file', '257TB'], /256TB at most/);
  refused(['--keep-files', '1d'], /number of days/);
  assert.equal([parseConfig([]).quota, parseConfig([])['keep-free'], parseConfig([])['keep-files']], [5 * 1024 ** 3, 500 * 1024 ** 2, 30]);
});

test('a client is told a pace at which nothing of it is refused', () => {
  assert.equal(ratesOf({ send: 5, frames: 50 }).pace, { rate: 5, burst: 20 });
  assert.equal(ratesOf({ send: 0, frames: 50 }).pace, { rate: 40, burst: 160 }, 'below what the frames of a session are held to');
  assert.equal(ratesOf({ send: 500, frames: 50 }).pace, { rate: 40, burst: 160 });
  assert.equal(ratesOf({ send: 0, frames: 0 }).pace.rate, 0);
});

test.run();
