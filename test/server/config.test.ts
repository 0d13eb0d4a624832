import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError, helpText, parseConfig, ratesOf } from '../../server/config.ts';

const refused = (args: string[], words: RegExp, file?: string): void =>
  assert.throws(() => parseConfig(args, () => file ?? '{}'), (cause: unknown) => cause instanceof ConfigError && words.test(cause.message));

test('no arguments host on 5000 with data in ./data', () => {
  const config = parseConfig([]);
  assert.is(config.host, '0.0.0.0');
  assert.is(config.port, 5000);
  assert.is(config['udp-port'], 20_001);
  assert.is(config.data, './data');
  assert.is(config.registration, 'open');
  assert.equal(config.limit, { send: 5, frames: 50, sessions: 4096, unauthenticated: 256, 'per-address': 16, tries: 5, 'tries-per-name': 100 });
});

test('every option is taken, with = and without', () => {
  const config = parseConfig('--host ::1 --port=7 --no-udp --data d --secrets s --registration closed --max-file 2MB --limit send=0 --limit tries=9 --metrics 8 --log-level warn'.split(' '));
  assert.is(config.host, '::1');
  assert.is(config.port, 7);
  assert.is(config['no-udp'], true);
  assert.is(config.secrets, 's');
  assert.is(config['max-file'], 2 * 1024 * 1024);
  assert.is(config.limit.send, 0);
  assert.is(config.limit.tries, 9);
  assert.is(config.metrics, 8);
});

test('a file has the same names and flags win over it', () => {
  const file = JSON.stringify({ port: 7, 'no-udp': true, limit: { send: 0, tries: 3 }, registration: 'invite' });
  const config = parseConfig(['--config', 'f', '--port', '8'], () => file);
  assert.is(config.port, 8);
  assert.is(config['no-udp'], true);
  assert.is(config.registration, 'invite');
  assert.is(config.limit.send, 0);
  assert.is(config.limit.tries, 3);
});

test('what is unknown, wrong or contradictory is refused with its reason', () => {
  refused(['--nope'], /unknown option --nope/);
  refused(['5000'], /unknown option 5000/);
  refused(['--port'], /needs a value/);
  refused(['--port', '70000'], /0 to 65535/);
  refused(['--port', '1', '--port', '2'], /twice/);
  refused(['--no-udp', '--udp-port', '9'], /contradict/);
  refused(['--port', '9', '--metrics', '9'], /both 9/);
  refused(['--registration', 'maybe'], /open, invite, closed/);
  refused(['--limit', 'sned=1'], /no such limit/);
  refused(['--limit', 'send=-1'], /NAME=VALUE/);
  refused(['--config', 'f'], /JSON/, '{');
  refused(['--config', 'f'], /unknown option "x"/, '{"x":1}');
  refused(['--config', 'f'], /wrong type/, '{"port":true}');
  refused(['--config', 'f', '--no-udp'], /contradict/, '{"udp-port":9}');
});

test('--help names every option', () => {
  for (const name of Object.keys(parseConfig([]))) assert.match(helpText(), `--${name}`);
});

test('a client is told a pace at which nothing of it is refused', () => {
  assert.equal(ratesOf({ send: 5, frames: 50 }).pace, { rate: 5, burst: 20 });
  assert.equal(ratesOf({ send: 0, frames: 50 }).pace, { rate: 40, burst: 160 }, 'below what the frames of a session are held to');
  assert.equal(ratesOf({ send: 500, frames: 50 }).pace, { rate: 40, burst: 160 });
  assert.equal(ratesOf({ send: 0, frames: 0 }).pace.rate, 0);
});

test.run();
