// The screens of the window, one by one, in a house whose people and messages are always the same: how each is opened and
// left again. Those who look at them choose size and theme.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openStore } from '../../server/store/sqlite.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { png } from './file-windows.ts';
import { tempFolder } from './folders.ts';
import { startServer, type RunningServer } from './server.ts';
import { fillCard, message, pressConnect, say, signUp } from './steps.ts';
import { waitFor, type Closing } from './waiting.ts';
import { openWindow, startDisplay, type AppWindow } from './window.ts';

export interface House {
  window: AppWindow;
  page: Page;
  server: RunningServer;
  folder: string;
}

export interface State {
  name: string;
  open(house: House): Promise<unknown>;
  /** Absent: Escape. */
  leave?(house: House): Promise<unknown>;
}

/** The same for everybody who looks: Monday, 3 March 2025, 9:41 UTC. */
const THEN = Date.UTC(2025, 2, 3, 9, 41);
const PEOPLE = ['Maya Okafor', 'Jonas Weber', 'Ana Lima', 'Tom Sato'];
const SAID: readonly (readonly [who: number, text: string])[] = [
  [0, 'The **north ridge** survey is done. `depth.csv` follows.'],
  [0, 'Who takes the boats on Thursday?'],
  [1, 'I can, if somebody brings the *long* rope:\n\n```js\nconst rope = lines.filter(({ metres }) => metres > 40);\n```'],
  [2, 'There is one in the shed.\n\n- 45 m, blue\n- 60 m, white'],
  [3, 'Then we are set. See https://tide.example.org/thursday'],
];
const id = (at: number) => Uint8Array.from({ length: 16 }, (_, byte) => (at + 1) * (byte + 3));

function populate(data: string): void {
  const store = openStore(join(data, 'reach.db'));
  PEOPLE.forEach((display, at) => store.createAccount({ userId: id(at), username: display.split(' ')[0]!.toLowerCase(), display, role: 'member', created: THEN, lastSeen: THEN, availability: 'online', status: '', record: new Uint8Array(192).fill(9) }, undefined));
  const rooms = [{ room: id(40), kind: 'public' as const, name: 'boats', topic: 'Who takes which, and when', created: THEN }, { room: id(41), kind: 'public' as const, name: 'field-notes', topic: '', created: THEN }];
  for (const room of rooms) store.makeRoom(room, [{ room: room.room, userId: id(0), role: 'moderator', floor: 0, joined: THEN }]);
  store.append(SAID.map(([who, text], at) => ({ room: lobbyId(store.serverId()!), sender: id(who), clientMsgId: id(100 + at), kind: 'text' as const, target: undefined, moderator: false, body: encodeBody({ text }), ts: THEN + at * 60_000 })));
  store.close();
}

/** A server with people and messages in it, and a window that shows the connect card. */
export async function openHouse(closing: Closing): Promise<House> {
  const folder = tempFolder(closing);
  const data = join(folder, 'data');
  await (await startServer(closing, { data })).stop();
  populate(data);
  const server = await startServer(closing, { data, args: ['--limit', 'send=0'] });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await window.page.getByTestId('connect-card').waitFor();
  return { window, page: window.page, server, folder };
}

/** Zed comes in, joins a room and shows two files. */
export async function moveIn({ page, server, folder }: House): Promise<void> {
  await signUp(page, { username: 'zed', server: `127.0.0.1:${server.port}` });
  await message(page, 'Then we are set.').waitFor();
  await page.getByRole('button', { name: 'Browse rooms' }).click();
  await page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'boats' }).getByRole('button').click();
  await page.getByTestId('room').filter({ hasText: 'boats' }).waitFor();
  await toLobby(page);
  const paths = ['ridge.png', 'levels.csv'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, png(900, 600));
  writeFileSync(paths[1]!, 'day,depth\n1,40\n2,41\n');
  await page.getByTestId('pick-files').setInputFiles(paths);
  await waitFor(async () => (await page.getByTestId('chips').locator('[data-chip]').count()) === 2, 10_000, 'two chips');
  await say(page, 'The ridge from the boat');
  await page.getByTestId('picture').locator('img.drawn').waitFor();
  await waitFor(async () => (await message(page, 'levels.csv').getAttribute('data-state')) === 'sent', 20_000, 'both are sent');
}

export async function resize({ page }: House, width: number, height: number): Promise<void> {
  await page.evaluate(([w, h]) => nw.Window.get().resizeTo(w, h), [width, height] as const);
  await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [width, height] as const);
}

export async function setTheme({ page }: House, theme: 'light' | 'dark'): Promise<void> {
  if ((await page.evaluate(() => document.documentElement.dataset['theme'])) === theme) return;
  await page.keyboard.press('Control+Shift+L');
  await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted, theme);
}

const toLobby = (page: Page) => page.getByTestId('room').filter({ hasText: 'lobby' }).click();
const composer = (page: Page) => page.getByTestId('composer');
const key = (name: string, chord: string, testOrLabel: (page: Page) => { waitFor(): Promise<void> }): State => ({ name, open: async ({ page }) => (await page.keyboard.press(chord), testOrLabel(page).waitFor()) });
const clearComposer = async ({ page }: House): Promise<void> => {
  await page.keyboard.press('Escape');
  await composer(page).fill('');
};

/** Before anybody is in. */
export const OUTSIDE: readonly State[] = [
  { name: 'connect', open: async () => undefined },
  {
    name: 'connect-refused',
    async open({ page }) {
      await fillCard(page, { username: 'zed', server: '127.0.0.1:9' });
      await pressConnect(page);
      await page.getByText('Nothing is listening on 127.0.0.1:9.').waitFor();
    },
    leave: async () => undefined,
  },
  {
    name: 'trust',
    async open({ page, server }) {
      await fillCard(page, { username: 'zed', server: `127.0.0.2:${server.port}` });
      await pressConnect(page);
      await page.getByTestId('trust-card').waitFor();
    },
    leave: async ({ page }) => (await page.getByRole('button', { name: 'Cancel' }).click(), page.getByLabel('Username').waitFor()),
  },
  {
    name: 'create',
    async open({ page, server }) {
      await fillCard(page, { username: 'zed', server: `127.0.0.1:${server.port}` });
      await pressConnect(page);
      await page.getByLabel('Repeat password').waitFor();
    },
    leave: async ({ page }) => (await page.getByRole('button', { name: 'Back' }).click(), page.getByLabel('Username').waitFor()),
  },
];

/** Once Zed is in the lobby. */
export const INSIDE: readonly State[] = [
  { name: 'main', open: async ({ page }) => (await toLobby(page), message(page, 'The ridge from the boat').waitFor()) },
  { name: 'room-empty', open: async ({ page }) => (await page.getByTestId('room').filter({ hasText: 'boats' }).click(), page.getByText('This is the start of #boats.').waitFor()), leave: ({ page }) => toLobby(page) },
  { name: 'find', open: async ({ page }) => (await page.keyboard.press('Control+F'), await page.getByRole('combobox').fill('boats'), page.getByRole('option').first().waitFor()) },
  key('palette', 'Control+K', (page) => page.getByRole('combobox')),
  key('shortcuts', 'Control+/', (page) => page.getByRole('dialog')),
  { name: 'settings', open: async ({ page }) => (await page.keyboard.press('Control+,'), await page.getByTestId('settings').getByRole('button', { name: 'Appearance', exact: true }).click()) },
  key('create-room', 'Control+Shift+N', (page) => page.getByRole('dialog')),
  key('new-message', 'Control+N', (page) => page.getByRole('dialog')),
  key('transfers', 'Control+Shift+T', (page) => page.getByRole('dialog', { name: 'Transfers' })),
  { name: 'browse', open: async ({ page }) => (await page.getByRole('button', { name: 'Browse rooms' }).click(), page.getByRole('dialog').getByText('field-notes').waitFor()) },
  { name: 'details', open: async ({ page }) => (await page.getByRole('button', { name: 'About this conversation' }).click(), page.getByRole('dialog').waitFor()) },
  { name: 'server', open: async ({ page }) => (await page.getByTestId('server-head').click(), page.getByRole('dialog', { name: 'Server key and encryption' }).waitFor()) },
  { name: 'status', open: async ({ page }) => (await page.getByTestId('self').click(), page.getByRole('dialog', { name: 'Status' }).waitFor()) },
  { name: 'connection', open: async ({ page }) => (await page.getByTestId('path').click(), page.getByRole('dialog').waitFor()) },
  { name: 'emoji', open: async ({ page }) => (await page.keyboard.press('Control+Shift+E'), page.getByTestId('emoji-picker').getByRole('button').nth(60).waitFor()) },
  { name: 'completion', open: async ({ page }) => (await composer(page).click(), await page.keyboard.type('and :smil'), page.getByRole('listbox').waitFor()), leave: clearComposer },
  {
    name: 'reply',
    open: async ({ page }) => (await message(page, 'Who takes the boats').first().focus(), await page.keyboard.press('r'), await composer(page).fill('I do'), page.getByTestId('compose-bar').waitFor()),
    leave: async (house) => (await composer(house.page).press('Escape'), clearComposer(house)),
  },
  { name: 'message-menu', open: async ({ page }) => (await message(page, 'Who takes the boats').first().focus(), await page.keyboard.press('m'), page.getByRole('menu').waitFor()) },
  { name: 'preview', open: async ({ page }) => (await message(page, 'levels.csv').focus(), await page.keyboard.press('Enter'), page.getByTestId('preview').getByText('41').waitFor()), leave: async ({ page }) => (await page.keyboard.press('Escape'), page.getByTestId('preview').waitFor({ state: 'detached' })) },
  {
    name: 'people',
    async open({ page }) {
      const people = page.getByRole('button', { name: 'People', exact: true });
      if ((await people.getAttribute('aria-expanded')) !== 'true') await people.click();
      await page.getByTestId('roster').getByText('Maya Okafor').click();
      await page.getByRole('dialog', { name: 'Maya Okafor' }).waitFor();
    },
    async leave({ page }) {
      await page.keyboard.press('Escape');
      if (await page.getByRole('button', { name: 'Close people' }).first().isVisible()) await page.keyboard.press('Escape');
    },
  },
];

export async function leave(house: House, state: State): Promise<void> {
  if (state.leave) await state.leave(house);
  else await house.page.keyboard.press('Escape');
}
