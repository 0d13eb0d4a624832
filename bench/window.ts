// npm run bench:window: how quick the real window is in a house with 300 people and a room of 10,000 messages, and what it
// holds in memory beside an empty window of the same NW.js. Prints figures and asserts nothing.
// Usage: node --import tsx bench/window.ts [MESSAGES] [PEOPLE] [SWITCHES]
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openStore } from '../server/store/sqlite.ts';
import { lobbyId } from '../shared/crypto/identity.ts';
import { encodeBody } from '../shared/protocol/body.ts';
import type { Bytes } from '../shared/protocol/bytes.ts';
import { root, tempFolder } from '../test/helpers/folders.ts';
import { memoryOf } from '../test/helpers/memory.ts';
import { startServer } from '../test/helpers/server.ts';
import { message, say, signUp } from '../test/helpers/steps.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../test/helpers/waiting.ts';
import { openEmptyWindow, openWindow, startDisplay, type AppWindow, type WindowOptions } from '../test/helpers/window.ts';

const [MESSAGES, PEOPLE, SWITCHES] = [10_000, 300, 200].map((normal, at) => Number(process.argv[2 + at] ?? normal)) as [number, number, number];
const ROOMS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
const WORDS = 'the tide comes in over the flat sand and takes the boats with it while somebody counts them from the wall'.split(' ');
const FIRST = 'the very first message';
const QUIET_MS = 5_000;
const STARTS = 5;

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));
const sentence = (at: number): string => Array.from({ length: 4 + (at * 7) % 22 }, (_, word) => WORDS[(at + word * 3) % WORDS.length]).join(' ');

/** Straight into the store: nobody waits for 300 passwords to be stretched. */
function populate(data: string): void {
  const store = openStore(join(data, 'reach.db'));
  const now = Date.now();
  const people = Array.from({ length: PEOPLE }, (_, at) => {
    const account = { userId: random(16), username: `person${at}`, display: `Person ${at}`, role: 'member' as const, created: now, lastSeen: now - at * 60_000, availability: 'online' as const, status: '', record: random(192) };
    store.createAccount(account, undefined);
    return account.userId;
  });
  const rooms = ROOMS.map((name) => ({ room: random(16), kind: 'public' as const, name, topic: '', created: now }));
  for (const room of rooms) store.makeRoom(room, [{ room: room.room, userId: people[0]!, role: 'moderator', floor: 0, joined: now }]);
  const write = (room: Bytes, count: number): void => {
    for (let from = 0; from < count; from += 500) {
      store.append(Array.from({ length: Math.min(500, count - from) }, (_, at) => ({
        room, sender: people[Math.floor((from + at) / 3) % PEOPLE]!, clientMsgId: random(16), kind: 'text' as const, target: undefined, moderator: false,
        body: encodeBody({ text: from + at === 0 ? FIRST : sentence(from + at) }), ts: now - (count - from - at) * 30_000,
      })));
    }
  };
  write(lobbyId(store.serverId()!), MESSAGES);
  for (const { room } of rooms) write(room, 300);
  store.close();
}

interface Spread {
  p50: number;
  p95: number;
  max: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Everything the NW.js tree holds; shared pages count once for each process that has them mapped, as in `top`. */
function memoryMiB({ pid }: Pick<AppWindow, 'pid'>): { resident: number; proportional: number } {
  const [resident, proportional] = ['Rss', 'Pss'].map((field) => Math.round(memoryOf(pid, [field]) / 1024 ** 2)) as [number, number];
  return { resident, proportional };
}

/** Milliseconds from the press on a room to the frame in which its rows stand. */
async function switches(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async ([names, times]) => {
    const took: number[] = [];
    for (let at = 0; at < times; at += 1) {
      const links = [...document.querySelectorAll<HTMLElement>('[data-testid="room"]')];
      const link = links.find(({ textContent }) => textContent.includes(names[at % names.length]!))!;
      const began = performance.now();
      link.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      took.push(performance.now() - began);
    }
    return took;
  }, [['lobby', ...ROOMS], count] as const);
}

/** Milliseconds from a key to the paint after it, by Chromium's own event timing (steps of 8 ms, 16 at least). */
async function keys(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const found: number[] = [];
    Object.assign(globalThis, { keyTimes: found });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') found.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  await page.getByTestId('composer').click();
  await page.keyboard.type('somebody counts the boats from the wall while the tide comes in', { delay: 60 });
  await sleep(500);
  return page.evaluate(() => (globalThis as unknown as { keyTimes: number[] }).keyTimes);
}

/** Of so many messages sent, how many stood in the list in the frame after the key. */
async function sameFrame(page: Page, count: number): Promise<number> {
  let same = 0;
  for (let at = 0; at < count; at += 1) {
    const text = `same frame ${at}`;
    await page.getByTestId('composer').fill(text);
    const seen = page.evaluate((words) => new Promise<boolean>((resolve) => {
      addEventListener('keydown', () => requestAnimationFrame(() => resolve([...document.querySelectorAll('[data-testid="message"]')].at(-1)?.textContent?.includes(words) ?? false)), { once: true, capture: true });
    }), text);
    await page.getByTestId('composer').press('Enter');
    if (await seen) same += 1;
    await message(page, text).waitFor();
  }
  return same;
}

/** Scrolls up until the first message of the room is there. */
async function loadAll(page: Page): Promise<number> {
  const began = Date.now();
  const start = message(page, FIRST);
  await waitFor(async () => {
    await page.evaluate(() => document.querySelector('[data-testid="timeline"]')!.scrollTo({ top: 0 }));
    return start.isVisible();
  }, 300_000, 'the start of the room');
  return Date.now() - began;
}

/** Milliseconds from the start of the process to the frame that showed the largest thing of the first screen. */
async function startOf({ page, started }: AppWindow): Promise<number> {
  const shown = await page.evaluate(() => new Promise<number>((resolve) => {
    new PerformanceObserver((list) => resolve(performance.timeOrigin + list.getEntries().at(-1)!.startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
  }));
  return Math.round(shown - started);
}

/** Five starts of one profile; `ready`: what must be on the screen. */
async function starts(closing: Closing, { display, profile }: WindowOptions, ready: (page: Page) => Promise<unknown>): Promise<Spread> {
  const took: number[] = [];
  for (let at = 0; at < STARTS; at += 1) {
    const window = await openWindow(closing, { display, profile });
    await ready(window.page);
    took.push(await startOf(window));
    await window.kill();
    // Its last processes are gone then, and nobody holds the copies any more.
    await sleep(QUIET_MS);
  }
  return spread(took);
}

const roomLink = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });

async function joinRooms(page: Page): Promise<void> {
  for (const name of ROOMS) {
    await page.getByRole('button', { name: /browse rooms/i }).click();
    await page.getByRole('dialog').getByRole('listitem').filter({ hasText: name }).getByRole('button').click();
    await roomLink(page, name).waitFor();
  }
}

const figures: Record<string, unknown> = {};
const tell = (name: string, figure: unknown): void => {
  figures[name] = figure;
  console.log(`${name}: ${typeof figure === 'object' ? JSON.stringify(figure) : String(figure)}`);
};

await closeAfter(async (closing) => {
  const display = await startDisplay(closing, '1440x900');
  const empty = await openEmptyWindow(closing, { display, profile: tempFolder(closing) });
  await sleep(QUIET_MS);
  tell('memory of an empty NW.js window, MiB', memoryMiB(empty));
  await empty.kill();
  tell('process start to the connect card, ms', await starts(closing, { display, profile: tempFolder(closing) }, (page) => page.getByTestId('connect-card').waitFor()));

  const data = join(tempFolder(closing), 'data');
  const first = await startServer(closing, { data });
  await first.stop();
  populate(data);
  const server = await startServer(closing, { data, args: ['--limit', 'send=0,frames=0'] });
  const profile = tempFolder(closing);
  const window = await openWindow(closing, { display, profile });
  await window.page.getByText('Advanced: ports, remember me, folder').click();
  await window.page.getByLabel('Remember me on this computer').check();
  await signUp(window.page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await joinRooms(window.page);
  await sleep(QUIET_MS);
  tell('memory signed in, idle, MiB', memoryMiB(window));
  tell('first visit of a room, ms', spread(await switches(window.page, ROOMS.length + 1)));
  await roomLink(window.page, 'lobby').click();
  tell(`${MESSAGES} messages of one room loaded by scrolling up, ms`, await loadAll(window.page));
  tell(`${SWITCHES} switches between 6 rooms, ms`, spread(await switches(window.page, SWITCHES)));
  await sleep(QUIET_MS);
  tell(`memory after ${MESSAGES} messages and ${SWITCHES} switches, MiB`, memoryMiB(window));
  await roomLink(window.page, 'lobby').click();
  tell('key to paint, ms', spread(await keys(window.page)));
  await window.page.getByTestId('composer').fill('');
  await say(window.page, 'the first one');
  tell('of 20 sent messages, in the list in the frame after the key', await sameFrame(window.page, 20));
  await sleep(QUIET_MS);
  await window.kill();
  await server.stop();
  await sleep(QUIET_MS);
  tell('process start to the last conversation from the cache, without a server, ms', await starts(closing, { display, profile }, (page) => page.getByTestId('message').first().waitFor()));
})(undefined);
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(join(root, 'bench', 'results', 'window.json'), `${JSON.stringify(figures, null, 2)}\n`);
process.exit(0);
