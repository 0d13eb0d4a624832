// One process at a time writes the copies of an account. The lock is a file that its owner renews; one whose owner is gone, or has not renewed it
// for a while, is taken over, and an owner that finds another name in it writes no more.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { hex, type Random } from '../../../shared/protocol/bytes.ts';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { timeMs } from '../disk-schema.ts';
import { readChecked } from '../vault.ts';

const lockSchema = v.object({ owner: v.string(), process: v.number(), at: timeMs });

export const RENEW_MS = 20_000;
const STALE_MS = 3 * RENEW_MS;

export class Lock {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #owner: string;

  constructor({ disk, name, clock, random }: { disk: Disk; name: string; clock: Clock; random: Random }) {
    this.#disk = disk;
    this.#name = name;
    this.#clock = clock;
    this.#owner = hex(random(16));
  }

  /** True where this one owns it now. Throws ReachError `local`. */
  take(): boolean {
    const held = this.#read();
    if (held && held.owner !== this.#owner && this.#isAlive(held)) return false;
    this.renew();
    return true;
  }

  get isOwn(): boolean {
    return this.#read()?.owner === this.#owner;
  }

  renew(): void {
    this.#disk.replaceBytes(this.#name, Buffer.from(JSON.stringify({ owner: this.#owner, process: process.pid, at: this.#clock.now() })));
  }

  release(): void {
    if (this.isOwn) this.#disk.remove(this.#name);
  }

  /** One of this very process belongs to a window that was loaded anew. */
  #isAlive({ process: pid, at }: v.InferOutput<typeof lockSchema>): boolean {
    if (pid === process.pid || Math.abs(this.#clock.now() - at) > STALE_MS) return false;
    try {
      return process.kill(pid, 0) && !isZombie(pid);
    } catch (error) {
      // Somebody else's process lives, too.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }

  #read(): v.InferOutput<typeof lockSchema> | undefined {
    return readChecked(this.#disk, this.#name, lockSchema, () => undefined);
  }
}

/** It has ended, and only its parent has not asked yet how (proc(5)). Elsewhere than on Linux nothing of the kind is found. */
function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
