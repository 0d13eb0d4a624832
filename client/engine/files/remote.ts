// What the server says of the files whose messages are loaded: asked for once each, told when it changes.
import { fromHex, hex } from '../../../shared/protocol/bytes.ts';
import { CHUNK_SIZE, FILES_PAGE, SEALED_CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import type { FileState } from '../../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { Requests } from '../requests.ts';
import type { RemoteFile } from '../types.ts';

/** Files remembered; of more, the oldest are asked for again when their messages are loaded again. */
const KNOWN_MAX = 5000;
/** These never change again. */
const ENDED: ReadonlySet<RemoteFile['state']> = new Set<RemoteFile['state']>(['expired', 'deleted', 'damaged']);

export class RemoteFiles {
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #tell: (file: string, remote: RemoteFile) => void;
  readonly #known = new Map<string, RemoteFile | undefined>();
  #wanted = new Set<string>();
  #attached = false;

  constructor({ requests, clock, tell }: { requests: Requests; clock: Clock; tell: (file: string, remote: RemoteFile) => void }) {
    this.#requests = requests;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** What was not final may have changed meanwhile. */
  attach(): void {
    this.#attached = true;
    for (const [file, remote] of this.#known) if (!remote || !ENDED.has(remote.state)) this.#wanted.add(file);
    this.#ask();
  }

  detach(): void {
    this.#attached = false;
  }

  /** A message of this file is loaded. */
  met(file: string): void {
    if (this.#known.has(file)) return;
    this.#known.set(file, undefined);
    for (const oldest of this.#known.keys()) if (this.#known.size > KNOWN_MAX) this.#known.delete(oldest);
    if (this.#wanted.size === 0) this.#clock.soon(() => this.#ask());
    this.#wanted.add(file);
  }

  /** It changed just now. */
  changed(content: Pick<FileState, 'transfer_id' | 'state' | 'bytes'>): void {
    this.#told(content, this.#clock.now());
  }

  #told({ transfer_id: id, state, bytes }: Pick<FileState, 'transfer_id' | 'state' | 'bytes'>, now?: number): void {
    const file = hex(id);
    const known = this.#known.get(file);
    const at = (known?.state === state ? known.at : undefined) ?? now;
    const remote = { state, bytes: plainBytes(bytes), ...(at !== undefined && { at }) };
    this.#known.set(file, remote);
    this.#tell(file, remote);
  }

  #ask(): void {
    if (!this.#attached || this.#wanted.size === 0) return;
    const files = [...this.#wanted].slice(0, FILES_PAGE);
    for (const file of files) this.#wanted.delete(file);
    this.#requests.ask('file_query', { files: files.map((file) => fromHex(file)!) }, (reply) => {
      if (reply.name === 'file_states') for (const state of reply.content.files) this.#told(state);
      this.#ask();
    });
  }
}

/** Whole chunks of ciphertext as bytes of the file. */
function plainBytes(sealed: number): number {
  const overhead = SEALED_CHUNK_SIZE - CHUNK_SIZE;
  return Math.max(0, sealed - Math.ceil(sealed / SEALED_CHUNK_SIZE) * overhead);
}
