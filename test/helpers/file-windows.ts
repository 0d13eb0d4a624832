// Two windows that send each other files, each over a line that can be slowed and cut, and what is asked of their cards.
import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { tempFolder } from './folders.ts';
import { lookAt } from './screens.ts';
import { startServer, type RunningServer } from './server.ts';
import { message, PASSWORD, pressConnect, say, signUp } from './steps.ts';
import { closeAfter, waitFor, type Closing } from './waiting.ts';
import { openWindow, startDisplay, type AppWindow } from './window.ts';

export const KB = 1024;
/** Files must be larger than what the system buffers on the way, or nobody ever sees them move. */
export const LARGE = 24 * KB * KB;
export const SLOW = 256 * KB;

/** Between a window and the server: as slow as it is told, and it can be cut. */
interface Line {
  port: number;
  /** Bytes per second of each connection and direction. */
  rate: number;
  down: boolean;
  cut(): void;
}

async function startLine(closing: Closing, server: number): Promise<Line> {
  const open = new Set<Socket>();
  const line: Line = { port: 0, rate: Infinity, down: false, cut: () => open.forEach((socket) => socket.destroy()) };
  const flow = (from: Socket, to: Socket): void => {
    from.on('data', (piece: Buffer) => {
      to.write(piece);
      if (line.rate === Infinity) return;
      from.pause();
      setTimeout(() => from.resume(), (piece.length / line.rate) * 1000);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => (open.delete(from), to.destroy()));
    open.add(from);
  };
  const listener = createServer({ noDelay: true }, (near) => {
    if (line.down) return void near.destroy();
    const far = connect(server, '127.0.0.1');
    flow(near, far);
    flow(far, near);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  line.port = (listener.address() as AddressInfo).port;
  closing.add(() => (line.cut(), new Promise((resolve) => listener.close(resolve))));
  return line;
}

export interface Side {
  window: AppWindow;
  page: Page;
  line: Line;
  downloads: string;
  /** The program ends and is started again; the same person signs in. */
  restart(): Promise<void>;
}

export interface Scene {
  ana: Side;
  ben: Side;
  server: RunningServer;
  /** What ana has on her disk. */
  folder: string;
  look(side: Side, screen: string): Promise<void>;
}

async function enter(closing: Closing, server: RunningServer, username: string): Promise<Side> {
  const line = await startLine(closing, server.port);
  const profile = tempFolder(closing);
  const display = await startDisplay(closing);
  const window = await openWindow(closing, { display, profile });
  await signUp(window.page, { username, server: `127.0.0.1:${line.port}` });
  await window.page.keyboard.press('Control+Shift+T');
  const downloads = await window.page.getByRole('dialog', { name: 'Transfers' }).getByTitle(/^Open /).innerText();
  await window.page.keyboard.press('Escape');
  const side: Side = { window, page: window.page, line, downloads: downloads.trim(), restart };
  return side;

  async function restart(): Promise<void> {
    await side.window.close();
    side.window = await openWindow(closing, { display, profile });
    side.page = side.window.page;
    await side.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await pressConnect(side.page);
    await side.page.getByTestId('composer').waitFor();
  }
}

export function withTwoWindows(steps: readonly ((scene: Scene) => Promise<void>)[]): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const server = await startServer(closing, { args: ['--limit', 'send=0', '--max-file', '32MiB'] });
    const [ana, ben] = [await enter(closing, server, 'ana'), await enter(closing, server, 'ben')];
    const found: string[] = [];
    const look = async ({ window }: Side, screen: string) => void found.push(...(await lookAt(window, `files-${screen}`)));
    const folder = tempFolder(closing);
    for (const step of steps) await step({ ana, ben, server, folder, look });
    assert.equal(found, []);
  });
}

export const card = (page: Page, name: string): Locator => message(page, name).getByTestId('file-card').last();
export const inState = (page: Page, name: string, state: string, ms = 15_000): Promise<void> => message(page, name).locator(`[data-file-state="${state}"]`).last().waitFor({ timeout: ms });
export const press = (page: Page, name: string, action: string): Promise<void> => card(page, name).getByRole('button', { name: new RegExp(`^${action}`) }).click();

export async function pick({ page }: Side, paths: readonly string[], text = ''): Promise<void> {
  await page.getByTestId('pick-files').setInputFiles([...paths]);
  await waitFor(async () => (await page.getByTestId('chips').locator('[data-chip]').count()) === paths.length, 10_000, 'the chips');
  await say(page, text);
  await page.getByTestId('chips').waitFor({ state: 'detached' });
}

/** A picture of so many pixels, in colours that compress to little, or to nothing less. */
export function png(width: number, height: number, noise = false): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  const random = noise ? randomBytes(rows.length) : undefined;
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (width * 3 + 1) === 0 ? 0 : (random?.[at] ?? (at / rows.length) * 255);
  const part = (type: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), part('IHDR', header), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Nine tenths of a second that swell: 8 kHz, 16 bits. */
export function wav(): Buffer {
  const samples = 7_200;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  for (const [at, value] of [[16, 16], [24, 8_000], [28, 16_000], [40, samples * 2]] as const) file.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]] as const) file.writeUInt16LE(value, at);
  file.write('data', 36);
  for (let at = 0; at < samples; at += 1) file.writeInt16LE(Math.sin(at / 4) * 30_000 * (at / samples), 44 + at * 2);
  return file;
}
