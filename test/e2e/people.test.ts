// One person in a window, another one in an engine: direct messages, replies, edits, deletes, reactions, mentions,
// receipts, typing, status and unread counts, as each of them sees it.
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RoomPerson } from '../../client/engine/types.ts';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const roomLink = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });
/** A quote repeats the words of the message it answers: the message itself stands first. */
const row = (page: Page, text: string) => message(page, text).first();
const action = (page: Page, text: string, name: string) => row(page, text).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name });
const tick = (page: Page, text: string) => row(page, text).getByTestId('tick');

interface Scene {
  page: Page;
  ben: TestEngine;
  dialog: Locator;
  lobby: string;
  /** User id of the person in the window. */
  ana: string;
  look(screen: string): Promise<void>;
}

/** Ana in a window, ben in an engine; every screen is looked at in both themes. */
function withTwo(prefix: string, steps: (scene: Scene) => Promise<void>): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const server = await startServer(closing, { args: ['--limit', 'send=0'] });
    const here = `127.0.0.1:${server.port}`;
    const ben = startEngine(closing);
    await ben.signIn({ username: 'ben', server: here });
    const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
    const { page } = window;
    const found: string[] = [];
    const look = async (screen: string) => void found.push(...(await lookAt(window, `${prefix}-${screen}`)));
    await signUp(page, { username: 'ana', server: here });
    const seen = await waitFor(() => ben.events.findLast((event) => event.type === 'presence' && event.member.username === 'ana'), 10_000, 'ana in the roster');
    const ana = seen.type === 'presence' ? seen.member.userId : '';
    await steps({ page, ben, ana, look, dialog: page.getByTestId('dialog'), lobby: ben.room() });
    assert.equal(found, []);
  });
}

async function makeRooms({ page, dialog, look }: Scene): Promise<void> {
  await page.keyboard.press('Control+Shift+N');
  await dialog.getByLabel('Name').fill('Field Work');
  await dialog.getByText('It will be #field-work').waitFor();
  await dialog.getByLabel('Topic').fill('Readings of the week');
  await look('create');
  await dialog.getByLabel('Name').press('Enter');
  await page.getByRole('heading', { name: 'field-work' }).waitFor();
  await page.getByText('This is the start of #field-work.').waitFor();
  await look('empty');

  await page.getByRole('button', { name: 'Create a room' }).click();
  await dialog.getByLabel('Name').fill('field-work');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('A room of that name exists already.').waitFor();
  await look('taken');
  await dialog.getByLabel('Name').fill('board');
  await dialog.getByText('Private', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByText('This is the start of #board.').waitFor();
  await page.getByText('Say hello or drop a file.').waitFor();
  await say(page, 'before you were invited');
}

async function bringAndRemove({ page, dialog, ben, look }: Scene): Promise<void> {
  await page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog.getByRole('button', { name: 'Invite people' }).click();
  await look('invite');
  await dialog.getByRole('button', { name: /ben/ }).click();
  await dialog.getByText('2 members').waitFor();
  await look('details');
  const board = await waitFor(() => ben.rooms().find(({ name }) => name === 'board'), 10_000, 'the invitation');
  assert.is(board.floor, 1);
  await dialog.getByRole('button', { name: 'Remove ben' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await waitFor(() => !ben.rooms().some(({ name }) => name === 'board'), 10_000, 'the removal');
  await dialog.getByRole('button', { name: 'Leave the room' }).click();
  await dialog.getByText('You are the last one here').waitFor();
  await look('leave');
  await dialog.getByRole('button', { name: 'Leave', exact: true }).click();
  await roomLink(page, 'board').waitFor({ state: 'detached' });
}

async function findRooms({ page, dialog, ben, look }: Scene): Promise<void> {
  const made = await ben.calls.createRoom({ name: 'music', topic: 'What to hear', private: false });
  assert.ok('room' in made);
  await page.getByRole('button', { name: 'Browse rooms' }).click();
  await dialog.getByLabel('Find a room').fill('hear');
  await look('browse');
  await dialog.getByRole('button', { name: 'Join music' }).click();
  await page.getByRole('heading', { name: 'music' }).waitFor();
  await page.keyboard.press('Control+n');
  await dialog.getByLabel('To').fill('be');
  await look('new-message');
  await dialog.getByLabel('To').press('Enter');
  await page.getByText('This is the start of your messages with ben.').waitFor();
  const opener = page.getByRole('button', { name: 'Browse rooms' });
  await opener.click();
  await dialog.getByRole('button', { name: 'Open music' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(await opener.evaluate((button) => button === document.activeElement), 'the focus is back where it was');
}

test('rooms: made, found, joined, a private one by invitation, people removed, left', withTwo('rooms', async (scene) => {
  await makeRooms(scene);
  await bringAndRemove(scene);
  await findRooms(scene);
}));

async function sentDeliveredSeen({ page, ben, lobby }: Scene): Promise<void> {
  await say(page, 'Have you got the readings?');
  await waitFor(() => ben.shown(lobby).length === 1, 10_000, 'the message');
  await tick(page, 'readings').filter({ hasText: 'Delivered' }).waitFor({ state: 'attached' });
  const filled = () => tick(page, 'readings').evaluate((one) => getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)');
  assert.not(await filled());
  ben.calls.markRead(lobby, 1);
  await tick(page, 'readings').filter({ hasText: 'Seen by ben' }).waitFor({ state: 'attached' });
  assert.ok(await filled(), 'seen has another shape, not another colour alone');
}

async function typingReplyMention({ page, ben, lobby, ana }: Scene): Promise<void> {
  ben.calls.typing(lobby);
  await page.getByText('ben is typing…').waitFor();
  ben.calls.send(lobby, 'Here they are, @ana. Twelve of them.', { replyTo: ben.shown(lobby)[0]!.id, mentions: [ana] });
  await row(page, 'Twelve of them').locator('.mention.me').waitFor();
  await row(page, 'Twelve of them').locator('.quote').getByText('Have you got').waitFor();
  assert.is(await page.getByText('ben is typing…').count(), 0);
  await row(page, 'Twelve of them').locator('.quote').click();
  await waitFor(() => page.evaluate(() => document.activeElement?.textContent?.includes('Have you got')), 5_000, 'the jump to the answered message');
}

async function reactions({ page, ben, lobby, look }: Scene): Promise<void> {
  ben.calls.react(lobby, ben.shown(lobby)[0]!.id, '👍', true);
  await row(page, 'Have you got the readings?').getByRole('button', { name: /thumbs up, 1: ben/ }).click();
  await waitFor(() => ben.shown(lobby)[0]?.reactions[0]?.users.length === 2, 10_000, 'the second thumb');
  await row(page, 'Twelve of them').hover();
  await action(page, 'Twelve of them', 'React').click();
  await look('picker');
  await page.getByTestId('emoji-picker').getByRole('button', { name: 'party popper', exact: true }).click();
  await waitFor(() => ben.shown(lobby)[1]?.reactions[0]?.emoji === '🎉', 10_000, 'the reaction');
}

async function replyEditDelete({ page, ben, lobby, ana, look }: Scene): Promise<void> {
  await row(page, 'Twelve of them').press('r');
  await page.getByTestId('compose-bar').getByText('Reply to ben').waitFor();
  await look('reply');
  await say(page, 'Thank yuo');
  await waitFor(() => ben.shown(lobby).at(-1)?.replyTo === ben.shown(lobby)[1]?.id, 10_000, 'the reply');
  await page.getByTestId('composer').press('ArrowUp');
  await page.getByTestId('compose-bar').getByText('Edit message').waitFor();
  assert.is(await page.getByTestId('composer').inputValue(), 'Thank yuo');
  await say(page, 'Thank you');
  await row(page, 'Thank you').getByText('edited').waitFor();
  await waitFor(() => ben.shown(lobby).at(-1)?.text === 'Thank you', 10_000, 'the edit');
  await page.getByTestId('composer').fill('half a sentence');
  await row(page, 'Thank you').hover();
  await action(page, 'Thank you', 'Edit').click();
  await page.getByTestId('composer').press('Escape');
  assert.is(await page.getByTestId('composer').inputValue(), 'half a sentence', 'what was being written comes back');
  await page.getByTestId('composer').fill('');
  await say(page, 'wrong room, sorry');
  await row(page, 'wrong room, sorry').focus();
  await row(page, 'wrong room, sorry').press('Delete');
  await look('delete');
  await page.getByRole('dialog', { name: 'Delete message?' }).getByRole('button', { name: 'Delete' }).click();
  await row(page, 'Message deleted').waitFor();
  await waitFor(() => ben.shown(lobby).at(-1)?.deleted === ana, 10_000, 'the delete');
  await row(page, 'Twelve of them').hover();
  assert.is(await action(page, 'Twelve of them', 'Edit').count(), 0, 'of others');
  await look('lobby');
}

async function completeAName({ page, ben, lobby, look }: Scene): Promise<void> {
  await page.getByTestId('composer').pressSequentially('Hi @b');
  await page.getByRole('option', { name: /ben/ }).waitFor();
  await look('mention');
  await page.getByTestId('composer').press('Tab');
  assert.is(await page.getByTestId('composer').inputValue(), 'Hi @ben ');
  await page.getByTestId('composer').press('Enter');
  await waitFor(() => ben.shown(lobby).at(-1)?.mentions.length === 1, 10_000, 'the mention');
}

async function directMessage({ page, ben, lobby, ana, look }: Scene): Promise<void> {
  await page.getByTestId('roster').getByRole('button', { name: /ben/ }).click();
  await look('person');
  await page.getByRole('dialog', { name: 'ben' }).getByRole('button', { name: 'Message' }).click();
  await page.getByText('This is the start of your messages with ben.').waitFor();
  await say(page, 'just for you');
  const dm = await waitFor(() => ben.rooms().find(({ kind }) => kind === 'dm')?.id, 10_000, 'the direct message');
  await waitFor(() => ben.shown(dm)[0]?.text === 'just for you', 10_000, 'its text');
  ben.calls.send(lobby, 'one for everybody, @ana', { mentions: [ana] });
  await roomLink(page, 'lobby').getByTestId('unread').getByText('1').waitFor();
  await roomLink(page, 'lobby').getByTitle('You are mentioned').waitFor();
  await waitFor(async () => (await page.title()).startsWith('(1)'), 5_000, 'the title');
  ben.calls.setStatus('dnd', 'writing the report');
  await page.getByText('Do not disturb · writing the report').waitFor();
  await look('dm');
  await page.keyboard.press('Alt+ArrowUp');
  await row(page, 'one for everybody').waitFor();
  await roomLink(page, 'lobby').getByTestId('unread').waitFor({ state: 'detached' });
}

async function moreThanAScreen({ page, ben, lobby, ana, look }: Scene): Promise<void> {
  const seen = () => ben.events.findLast((event) => event.type === 'people' && event.room === lobby);
  const readBy = () => (seen() as { people: RoomPerson[] }).people.find(({ userId }) => userId === ana)!.read;
  ben.calls.openRoom(lobby);
  const before = ben.shown(lobby).at(-1)!.seq!;
  await waitFor(() => readBy() === before, 10_000, 'all that is there is read');
  await roomLink(page, 'ben').click();
  for (let n = 1; n <= 60; n += 1) ben.calls.send(lobby, `number ${n} of sixty`);
  await roomLink(page, 'lobby').getByTestId('unread').getByText('60').waitFor();
  await roomLink(page, 'lobby').click();
  await page.locator('[data-new-line]').waitFor();
  await waitFor(() => readBy() > before, 10_000, 'the first screen of it is read');
  assert.ok(readBy() < before + 40, `${readBy() - before} of sixty are read after one screen`);
  await look('backlog');
  await page.getByRole('button', { name: /^\d+ new messages/ }).click();
  await row(page, 'number 60 of sixty').waitFor();
  await roomLink(page, 'lobby').getByTestId('unread').waitFor({ state: 'detached' });
  await waitFor(() => readBy() >= before + 60, 10_000, 'all of it is read');
}

async function ownStatus({ page, ben, look }: Scene): Promise<void> {
  await page.getByRole('button', { name: /ana/ }).first().click();
  await page.getByLabel('What are you doing?').fill('in the field');
  await look('status');
  await page.getByRole('button', { name: 'Save' }).click();
  await waitFor(() => ben.events.some((event) => event.type === 'presence' && event.member.status === 'in the field'), 10_000, 'the status');
}

test('two people, everything they do all day', withTwo('people', async (scene) => {
  for (const step of [sentDeliveredSeen, typingReplyMention, reactions, replyEditDelete, completeAName, directMessage, moreThanAScreen, ownStatus]) await step(scene);
}));

test.run();
