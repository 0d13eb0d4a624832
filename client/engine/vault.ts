// What the client keeps on disk, by noun. Read once at the start; a file that cannot be understood is set aside as
// NAME.damaged and said, and work goes on with nothing. Writing throws ReachError `local`, naming the path.
import * as v from 'valibot';
import { fromHex, hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { ID_SIZE } from '../../shared/protocol/limits.ts';
import type { Disk } from './disk.ts';
import { hexText, timeMs } from './disk-schema.ts';
import { words } from '../words/words.ts';
import { failureOf } from './failures.ts';
import { defaultSettings, settingsSchema, type SavedSettings } from './settings.ts';
import type { Failure, RecentServer, Settings, Ways } from './types.ts';

const howSchema = v.optional(v.picklist(['this_computer', 'compared', 'link', 'first_use']), 'first_use');
const pinsSchema = v.array(v.object({ address: v.string(), fingerprint: hexText(32), serverId: hexText(16), how: howSchema, since: timeMs }));
const ticketSchema = v.object({ address: v.string(), fingerprint: hexText(32), serverId: hexText(16), username: v.string(), id: hexText(16), secret: hexText(32), usedAt: timeMs });
const deviceSchema = v.object({ id: hexText(ID_SIZE) });
export type Pin = v.InferOutput<typeof pinsSchema>[number];
export type SavedTicket = v.InferOutput<typeof ticketSchema>;

/** Servers signed in to before, as the connect card lists them. */
const RECENT_MAX = 8;
const TICKETS_MAX = 16;
const PINS_MAX = 1000;

export class Vault {
  readonly #disk: Disk;
  readonly #say: (failure: Failure) => void;
  #settings: SavedSettings;

  constructor(disk: Disk, say: (failure: Failure) => void) {
    this.#disk = disk;
    this.#say = say;
    this.#settings = this.#read('settings.json', settingsSchema) ?? defaultSettings();
  }

  get settings(): Settings {
    return this.#shown(this.#settings);
  }

  get defaults(): Settings {
    return this.#shown(defaultSettings());
  }

  changeSettings(change: Partial<Settings>): void {
    const next = v.safeParse(settingsSchema, { ...this.#settings, ...change });
    if (!next.success) throw new ReachError('local', words.failures.local.settings);
    this.#settings = next.output;
    this.#write('settings.json', next.output);
  }

  /** Without a protocol the one chosen last stays. */
  used(recent: RecentServer): void {
    const { protocol } = this.waysOf(recent.server, recent.username);
    const others = this.#settings.recent.filter(({ server, username }) => server !== recent.server || username !== recent.username);
    this.changeSettings({ recent: [{ ...(protocol && { protocol }), ...recent }, ...others].slice(0, RECENT_MAX) });
  }

  waysOf(server: string, username: string): Ways {
    return this.#settings.recent.find((recent) => recent.server === server && recent.username === username) ?? {};
  }

  /** Read anew each time: another window or a terminal client may share the folder. Throws ReachError `local`: without its pins a changed key would look new. */
  pins(): Pin[] {
    return this.#readOrThrow('pins.json', pinsSchema) ?? [];
  }

  pin(pin: Pin): void {
    const others = this.pins().filter(({ address }) => address !== pin.address);
    this.#write('pins.json', [pin, ...others].slice(0, PINS_MAX));
  }

  /** Its key, the sign-ins saved for it and its place in the list. */
  forgetServer(address: string): void {
    const pins = this.pins();
    this.#write('pins.json', pins.filter((pin) => pin.address !== address));
    const ids = pins.filter((pin) => pin.address === address).map(({ serverId }) => serverId);
    const tickets = this.#readOrThrow('tickets.json', v.array(ticketSchema)) ?? [];
    this.#write('tickets.json', tickets.filter((ticket) => ticket.address !== address && !ids.includes(ticket.serverId)));
    this.changeSettings({ recent: this.#settings.recent.filter(({ server }) => server !== address) });
  }

  /** The ticket used last. */
  ticket(): SavedTicket | undefined {
    return this.#tickets()[0];
  }

  hasTicket(account: { serverId: string; username: string }): boolean {
    return this.#tickets().some(({ serverId, username }) => serverId === account.serverId && username === account.username);
  }

  keepTicket(ticket: SavedTicket): void {
    this.#write('tickets.json', [ticket, ...this.#otherTickets(ticket)].slice(0, TICKETS_MAX));
  }

  dropTicket(account: { serverId: string; username: string }): void {
    const others = this.#otherTickets(account);
    if (others.length !== this.#tickets().length) this.#write('tickets.json', others);
  }

  /** The id of this installation, made at its first use. */
  deviceId(random: Random): Bytes {
    const known = fromHex(this.#read('device.json', deviceSchema)?.id ?? '');
    if (known?.length === ID_SIZE) return known;
    const id = random(ID_SIZE);
    this.#write('device.json', { id: hex(id) });
    return id;
  }

  #shown(settings: SavedSettings): Settings {
    return { ...structuredClone(settings), downloads: settings.downloads || this.#disk.pathOf('downloads') };
  }

  #tickets(): SavedTicket[] {
    return this.#read('tickets.json', v.array(ticketSchema)) ?? [];
  }

  #otherTickets(account: { serverId: string; username: string }): SavedTicket[] {
    const tickets = this.#readOrThrow('tickets.json', v.array(ticketSchema)) ?? [];
    return tickets.filter(({ serverId, username }) => serverId !== account.serverId || username !== account.username);
  }

  #read<T>(name: string, schema: v.GenericSchema<unknown, T>): T | undefined {
    return readChecked(this.#disk, name, schema, this.#say);
  }

  /** Throws ReachError `local` where the file is there and cannot be read. */
  #readOrThrow<T>(name: string, schema: v.GenericSchema<unknown, T>): T | undefined {
    return readOrSetAside(this.#disk, name, schema, this.#say);
  }

  /** What cannot be read must not be written over: it may be whole. */
  #write(name: string, content: unknown): void {
    this.#disk.read(name);
    this.#disk.write(name, `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** undefined: not there, or damaged and set aside, or not readable; the last two are said. */
export function readChecked<T>(disk: Disk, name: string, schema: v.GenericSchema<unknown, T>, say: (failure: Failure) => void): T | undefined {
  try {
    return readOrSetAside(disk, name, schema, say);
  } catch (error) {
    if (!(error instanceof ReachError)) throw error;
    say(failureOf('local', { detail: error.message }));
    return undefined;
  }
}

/** Throws ReachError `local` where the file is there and cannot be read. */
function readOrSetAside<T>(disk: Disk, name: string, schema: v.GenericSchema<unknown, T>, say: (failure: Failure) => void): T | undefined {
  const text = disk.read(name);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(schema, parseJson(text));
  if (parsed.success) return parsed.output;
  say(failureOf('local', { detail: words.failures.local.setAside(disk.pathOf(name), disk.setAside(name)) }));
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
