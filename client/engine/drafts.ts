// What is written and not sent yet, by room, of one account: a file of its own, sealed by the disk it is given.
import * as v from 'valibot';
import type { Disk } from './disk.ts';
import type { Failure } from './types.ts';
import { readChecked } from './vault.ts';

const schema = v.record(v.string(), v.string());
const DRAFTS_MAX = 200;
/** Where an older version kept those of all accounts. */
const OLD = 'drafts.json';

export class Drafts {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #texts: Map<string, string>;

  constructor({ disk, account, say }: { disk: Disk; account: string; say: (failure: Failure) => void }) {
    this.#disk = disk;
    this.#name = `drafts/${account}.json`;
    this.#texts = new Map(Object.entries(readChecked(disk, this.#name, schema, say) ?? {}));
  }

  of(room: string): string {
    return this.#texts.get(room) ?? '';
  }

  /** On disk when this returns; empty text removes one. Throws ReachError `local`. */
  save(room: string, text: string): void {
    if (this.of(room) === text) return;
    this.#texts.delete(room);
    if (text !== '') this.#texts.set(room, text);
    this.#write();
  }

  /** Takes over what an older version left in `plain`. Throws ReachError `local`. */
  adopt(plain: Disk, account: string, say: (failure: Failure) => void): void {
    const all = Object.entries(readChecked(plain, OLD, schema, say) ?? {});
    const own = all.filter(([key]) => key.startsWith(`${account}-`));
    if (own.length === 0) return;
    for (const [key, text] of own) this.#texts.set(key.slice(account.length + 1), text);
    this.#write();
    const others = all.filter(([key]) => !key.startsWith(`${account}-`));
    if (others.length === 0) plain.remove(OLD);
    else plain.write(OLD, JSON.stringify(Object.fromEntries(others)));
  }

  #write(): void {
    for (const oldest of this.#texts.keys()) if (this.#texts.size > DRAFTS_MAX) this.#texts.delete(oldest);
    this.#disk.write(this.#name, JSON.stringify(Object.fromEntries(this.#texts)));
  }
}
