// Nothing leaves the machine by itself: the whole NW.js tree runs in a network of its own that has a way out, and everything
// that takes it is counted. Start, sign-in, chat, search, settings, a code block, an emoji, a preview.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { join as cable, namespace, requireNetworks, startServerIn, type Namespace } from '../helpers/namespaces.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../helpers/waiting.ts';

const OUT = '10.77.0.2/24';
/** Long enough for what a browser does some time after its start. */
const IDLE_MS = 30_000;

/** A card that leads out, where a counter stands and nothing answers; names are asked for there, too. */
function wayOut(closing: Closing): Namespace {
  const [inside, outside] = [namespace(closing), namespace(closing)];
  cable({ namespace: inside, address: OUT }, { namespace: outside, address: '10.77.0.1/24' });
  inside.run('ip', 'route', 'add', 'default', 'via', '10.77.0.1');
  inside.nft(`table inet watch {
    counter out {
    }
    chain output {
      type filter hook output priority 0
      oifname "lo" accept
      icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept
      counter name out
    }
  }`);
  return inside;
}

const leftBy = (inside: Namespace): number => Number(/packets (\d+)/.exec(inside.run('nft', 'list', 'counter', 'inet', 'watch', 'out'))![1]);

test('a window that is used in every way sends nothing to anybody but its server', closeAfter(async (closing) => {
  requireNetworks();
  const inside = wayOut(closing);
  assert.is(leftBy(inside), 0);
  await startServerIn(inside, ['--port', '5055', '--no-udp', '--data', join(tempFolder(closing), 'data')]);
  const child = inside.spawn(process.execPath, ['--import', 'tsx', 'test/helpers/quiet-window.ts'], ['ignore', 'pipe', 'inherit']);
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await waitFor(() => {
    if (child.exitCode !== null && !text.includes('used')) throw new Error(`the window ended with ${child.exitCode}: ${text}`);
    return text.includes('used');
  }, 180_000, 'the window was used');
  await sleep(IDLE_MS);
  assert.is(leftBy(inside), 0, 'packets that wanted to leave');
  // The counter would have seen one.
  const asked = spawn('ip', ['netns', 'exec', inside.name, process.execPath, '-e', "require('node:dgram').createSocket('udp4').send('x', 53, '192.0.2.1', () => process.exit())"]);
  await new Promise((resolve) => asked.once('exit', resolve));
  assert.is(leftBy(inside), 1);
}));

test.run();
