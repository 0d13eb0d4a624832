// What one account keeps on this computer, sealed under its key: drafts, what was pasted, messages on their way, transfers, and the copies of its rooms.
import type { Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import type { Clock } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { DraftFiles } from '../draft-files.ts';
import { Drafts } from '../drafts.ts';
import { failureOf } from '../failures.ts';
import { PastedFiles } from '../files/pasted.ts';
import { Outbox } from '../outbox.ts';
import type { Failure } from '../types.ts';
import { Cache } from './cache.ts';
import { sealedDisk, type Secret } from './seal.ts';

export interface KeepingOptions {
  disk: Disk;
  clock: Clock;
  random: Random;
  say: (failure: Failure) => void;
  account: string;
  /** Absent: nothing can be sealed here now. */
  key: Secret['key'] | undefined;
  /** False: no copies of rooms are read or written. */
  copies: boolean;
}

/** Folders of a home that hold what is of its accounts, and files that older versions left. */
const FOLDERS = ['cache', 'drafts', 'outbox', 'transfers', 'spool', 'pasted'];
const FILES = ['drafts.json', 'tickets.json', 'device.json'];

export class Keeping {
  readonly disk: Disk;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly draftFiles: DraftFiles;
  readonly pasted: PastedFiles;
  readonly cache: Cache | undefined;

  constructor({ disk, clock, random, say, account, key, copies }: KeepingOptions) {
    const secret = key && { account, key, random };
    this.disk = sealedDisk(disk, secret);
    this.outbox = new Outbox(this.disk, account, say);
    this.drafts = new Drafts({ disk: this.disk, account, say });
    this.draftFiles = new DraftFiles({ disk: this.disk, account, say });
    this.pasted = new PastedFiles({ disk, account, random, secret });
    this.cache = secret && copies ? new Cache({ disk, secret, clock, random, say }) : undefined;
    try {
      this.drafts.adopt(disk, account, say);
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      say(failureOf('local', { detail: error.message }));
    }
  }
}

/** Everything of all accounts. Saved files stay: they are the person's. Throws ReachError `local`. */
export function clearAccounts(disk: Disk): void {
  for (const folder of FOLDERS) disk.removeFolder(folder);
  for (const file of FILES) for (const name of [file, `${file}.damaged`]) disk.remove(name);
  for (const name of disk.list('.').filter((one) => /\.(damaged|tmp)$/.test(one))) disk.remove(name);
}
