// What a person does in the window, in the words of the screen.
import type { Locator, Page } from 'playwright-core';

export interface Credentials {
  username: string;
  password?: string;
  /** host:port */
  server: string;
}

export const PASSWORD = 'correct horse battery';

export async function fillCard(page: Page, { username, password = PASSWORD, server }: Credentials): Promise<void> {
  const card = page.getByTestId('connect-card');
  await card.getByLabel('Username').fill(username);
  await card.getByLabel('Password', { exact: true }).fill(password);
  await card.getByLabel('Server IP').fill(server);
}

export async function pressConnect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

export async function createAccount(page: Page, password = PASSWORD): Promise<void> {
  await page.getByLabel('Repeat password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

/** Registers on a server whose key needs no question, or has been answered. */
export async function signUp(page: Page, credentials: Credentials): Promise<void> {
  await fillCard(page, credentials);
  await pressConnect(page);
  await createAccount(page, credentials.password);
  await page.getByTestId('composer').waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}

export function message(page: Page, text: string): Locator {
  return page.getByTestId('message').filter({ hasText: text });
}

export async function setDensity(page: Page, density: 'Bubbles' | 'Compact'): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: 'Appearance', exact: true }).click();
  await page.getByRole('radio', { name: density }).check({ force: true });
  await page.keyboard.press('Escape');
}

export async function chooseTheme(page: Page, theme: 'System' | 'Light' | 'Dark'): Promise<void> {
  await page.getByRole('button', { name: /^Appearance/ }).click();
  await page.getByRole('radio', { name: theme }).check({ force: true });
  await page.keyboard.press('Escape');
}
