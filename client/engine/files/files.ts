// Files of one person on one server: sending and receiving them, and reading them for a preview. What moves, and when, is
// transfers.ts; this ties transfers to messages, folders and readers.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Manifest } from '../../../shared/protocol/body.ts';
import { fromHex, hex, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { safeFileName } from '../../../shared/protocol/file-names.ts';
import { uuidv7 } from '../../../shared/protocol/ids.ts';
import { FILE_NAME_MAX, FILE_TYPE_MAX } from '../../../shared/protocol/limits.ts';
import type { Content } from '../../../shared/protocol/messages.ts';
import type { Effects } from '../connection.ts';
import type { Disk } from '../disk.ts';
import { manifestOf, savedManifest, type FileEntry } from '../entry.ts';
import { words } from '../../words/words.ts';
import { failureOf } from '../failures.ts';
import type { Posting } from '../posting.ts';
import type { Requests } from '../requests.ts';
import type { Rooms } from '../rooms.ts';
import type { Chosen, EngineEvent, Failure, ListedEntry, OutgoingFile, RemoteFile, SavePlace, SendFilesOptions, SentFile } from '../types.ts';
import { chosen, pack } from './choosing.ts';
import { copySaved } from './copying.ts';
import { LineLost } from './data-line.ts';
import { download } from './download.ts';
import { isStill, readPart, readWhole, sizeThere, statFile } from './local-file.ts';
import { SPOOL, type PastedFiles } from './pasted.ts';
import { Readers } from './readers.ts';
import { doneBefore, fileOf, isAt, placeOf, TransferRecords, type DownRecord, type UpRecord } from './record.ts';
import { RemoteFiles } from './remote.ts';
import { Refused, ServerLine, type SessionLine } from './server-line.ts';
import { removePart } from './sink.ts';
import { likenessOf, plainSize } from './source.ts';
import { Transfers, transferId, type Direction, type Run } from './transfers.ts';
import { mediaType } from './types-of-names.ts';
import { unpack } from './unpacking.ts';
import { upload } from './upload.ts';

/** Milliseconds after which what was made here and neither sent nor stands in a draft is removed: whoever pasted it has gone. */
const KEPT_MS = 24 * 60 * 60_000;
/** Bytes of a chosen file that the window looks at. */
const LOOKED_AT_MAX = 50 * 1024 * 1024;

export interface FilesOptions {
  disk: Disk;
  pasted: PastedFiles;
  /** Paths of files that stand in drafts. */
  drafted: readonly string[];
  /** Names this person on this server. */
  account: string;
  effects: Effects;
  push: (event: EngineEvent) => void;
  requests: Requests;
  rooms: Rooms;
  posting: Posting;
  /** Username of a user id, where it is known. */
  nameOf(user: string): string | undefined;
  /** Folder of received files, absolute. */
  downloads(): string;
  /** Bytes of a file that goes with its message. */
  inlineMax(): number;
  /** Whether what an earlier process left goes on by itself. */
  goOn: boolean;
}

export class Files {
  readonly #options: FilesOptions;
  readonly #transfers: Transfers;
  readonly #remote: RemoteFiles;
  readonly #readers: Readers;
  #line: ServerLine | undefined;
  #fileMax = Infinity;

  constructor(options: FilesOptions) {
    const { disk, pasted, drafted, account, effects, push, requests } = options;
    this.#options = options;
    const records = new TransferRecords(disk, account, (failure) => push({ type: 'notice', failure }));
    const runs = { up: (record: UpRecord, run: Run) => this.#up(record, run), down: (record: DownRecord, run: Run) => this.#down(record, run) };
    this.#transfers = new Transfers({
      records, runs, effects,
      push: (event) => {
        push(event);
        const direction = event.type === 'transfer' ? event.transfer.direction : event.type === 'transfer_gone' ? event.direction : 'down';
        if (direction === 'up') options.posting.uploading(this.#transfers.unposted);
      },
    });
    this.#remote = new RemoteFiles({ requests, clock: effects.clock, tell: (file, remote) => this.#told(file, remote) });
    this.#readers = new Readers(() => this.#connected());
    const kept = records.load();
    void this.#said(pasted.sweep({ before: effects.clock.now() - KEPT_MS, but: [...drafted, ...kept.map((record) => (record.direction === 'up' ? record.path : ''))] }));
    this.#transfers.restore(options.goOn ? kept : kept.map((record) => ({ ...record, paused: true })), doneBefore);
    for (const record of kept) if (record.direction === 'up' && record.posted && !record.sent) this.#remote.met(fileOf(record).id);
  }

  attach(session: SessionLine, fileMax: number): void {
    this.#fileMax = fileMax;
    this.#line = new ServerLine(this.#options.requests, session, this.#options.effects);
    this.#remote.attach();
    this.#transfers.attach(this.#line);
  }

  detach(): void {
    this.#line = undefined;
    this.#remote.detach();
    this.#transfers.detach();
    this.#readers.closeAll();
  }

  /** Messages came to the screen. */
  shown(event: EngineEvent): void {
    if (event.type !== 'messages') return;
    for (const { file, id } of event.messages) if (file && this.#manifest(event.room, id)?.key) this.#remote.met(file.id);
  }

  state(content: Content<'file_state'>): void {
    const file = hex(content.transfer_id);
    this.#remote.changed(content);
    if (content.state === 'deleted' || content.state === 'damaged' || content.state === 'expired') this.#transfers.fail(file, failureOf(content.state));
    if (content.code === 'damaged' && content.user_id) this.#damaged(file, hex(content.user_id));
  }

  /** Own files whose messages are not posted yet, where their room begins. */
  showWaiting(room: string): void {
    for (const record of this.#transfers.uploads) if (!record.posted && record.entry.room === room) this.#options.rooms.own(record.entry, { name: 'queued' }, 'catch_up');
  }

  send(room: string, files: readonly OutgoingFile[], { text = '', replyTo, mentions }: SendFilesOptions): SentFile[] {
    const first = { text, ...(replyTo && { replyTo }), ...(mentions && mentions.length > 0 && { mentions }) };
    return files.map((file, index) => this.#sendOne(room, file, index === 0 ? first : { text: '' })).filter((sent) => sent !== undefined);
  }

  download(room: string, message: string, to?: SavePlace): Failure | undefined {
    const found = this.#options.rooms.view(room)?.fileOf(message);
    if (!found) return failureOf('no_such_file');
    const id = hex(found.file.id);
    const known = this.#transfers.find(id, 'down');
    const saved = known?.record.direction === 'down' ? known.record.saved : undefined;
    if (saved && existsSync(saved.path) && (to === undefined || isAt(saved.path, to))) return undefined;
    const place = to ?? { folder: this.#folderOf(found.sender) };
    const into = 'path' in place ? { folder: dirname(place.path), as: basename(place.path) } : place;
    const record: DownRecord = { direction: 'down', room, message, file: savedManifest(found.file), ...into, paused: false };
    if (saved && sizeThere(saved.path, undefined) === found.file.size) {
      void this.#again(record, saved.path);
      return undefined;
    }
    if (saved) this.#transfers.forget(id, 'down');
    this.#guard(() => this.#transfers.want(record));
    return undefined;
  }

  pause(file: string, direction: Direction): void {
    this.#transfers.pause(file, direction);
  }

  resume(file: string, direction: Direction): void {
    this.#transfers.resume(file, direction);
  }

  cancel(file: string, direction: Direction): void {
    const record = this.#transfers.cancel(file, direction);
    if (record?.direction === 'down') void this.#said(removePart(placeOf(record)));
    if (record?.direction === 'up') this.#cancelUpload(record);
  }

  clear(): void {
    this.#transfers.clear();
  }

  /** The message is gone or is going: so is its file. True where nobody but this person ever had it: it is gone already. */
  removed(room: string, message: string): boolean {
    const manifest = this.#manifest(room, message);
    if (!manifest) return false;
    const record = this.#transfers.find(hex(manifest.id), 'up')?.record;
    this.#drop(hex(manifest.id), manifest.key !== undefined);
    if (record?.direction !== 'up' || record.posted) return false;
    this.#takeBack(record);
    return true;
  }

  async read(room: string, message: string, range: { offset: number; length: number }): Promise<Bytes> {
    const manifest = this.#manifest(room, message);
    if (!manifest) throw new Refused(failureOf('no_such_file'));
    if (manifest.inline) return manifest.inline.slice(range.offset, range.offset + range.length);
    const path = this.#pathOf(manifest);
    return path === undefined ? this.#readers.read(manifest, range) : readPart(path, range, this.#options.pasted.wrappingOf(path));
  }

  /** What is there now, of a file that stands in a draft. */
  async look({ path, name }: { path: string; name: string }): Promise<Chosen | { path: string; failure: Failure }> {
    const answer = await chosen(path);
    const wrapping = this.#options.pasted.wrappingOf(path);
    return 'failure' in answer ? answer : { ...answer, name, size: wrapping ? plainSize(answer.size, wrapping) : answer.size };
  }

  /** The whole of a file that is chosen and not sent. Rejects with ReachError `local`, `too_large`. */
  async readChosen(path: string): Promise<Bytes> {
    const wrapping = this.#options.pasted.wrappingOf(path);
    const { size } = await likenessOf(path, wrapping);
    if (size > LOOKED_AT_MAX) throw new ReachError('too_large');
    return readPart(path, { offset: 0, length: size }, wrapping);
  }

  /** One file out of an archive, into the folder of downloads; the path it has. Throws as unpack() and read() do. */
  unpack(room: string, message: string, entry: ListedEntry): Promise<string> {
    const found = this.#options.rooms.view(room)?.fileOf(message);
    if (!found) throw new Refused(failureOf('no_such_file'));
    const { size } = found.file;
    return unpack({ size, entry, read: (offset, length) => this.read(room, message, { offset, length }), folder: this.#folderOf(found.sender), random: this.#options.effects.random });
  }

  /** undefined: no such file. */
  sizeOf(room: string, message: string): number | undefined {
    return this.#manifest(room, message)?.size;
  }

  /** Of what a person sent, among the downloads. */
  #folderOf(sender: string): string {
    return join(this.#options.downloads(), safeFileName(this.#options.nameOf(sender) ?? sender));
  }

  /** Saved here, or one's own that is still on its way. */
  #pathOf({ id, size }: Manifest): string | undefined {
    const down = this.#transfers.find(hex(id), 'down')?.record;
    const up = this.#transfers.find(hex(id), 'up')?.record;
    const saved = down?.direction === 'down' ? down.saved?.path : undefined;
    if (saved !== undefined && sizeThere(saved, undefined) === size) return saved;
    return up?.direction === 'up' && up.known && isStill(up.path, up.known, this.#options.pasted.wrappingOf(up.path)) ? up.path : undefined;
  }

  #sendOne(room: string, file: OutgoingFile, words: Pick<FileEntry, 'text' | 'replyTo' | 'mentions'>): SentFile | undefined {
    const { clock, random } = this.#options.effects;
    const now = clock.now();
    try {
      const wrapping = this.#options.pasted.wrappingOf(file.path);
      const found = statFile(file.path, wrapping);
      const id = hex(random(16));
      const manifest = outgoing(file, { id: fromHex(id)!, size: found.size, isFolder: found.isFolder });
      if (!found.isFolder && found.size <= this.#options.inlineMax()) return { file: id, message: this.#postInline(room, file, { ...words, kind: 'file', file: savedManifest({ ...manifest, inline: readWhole(file.path, wrapping) }) }) };
      const entry: FileEntry = { ...words, kind: 'file', id: hex(uuidv7(now, random)), room, ts: now, file: savedManifest({ ...manifest, key: random(32) }) };
      const known = found.isFolder ? {} : { known: { size: found.size, mtime: found.mtime, inode: found.inode } };
      this.#options.rooms.own(entry, { name: 'queued' }, 'live');
      this.#transfers.want({ direction: 'up', entry, path: file.path, ...known, spooled: file.pasted ?? false, posted: false, paused: false });
      return { file: id, message: entry.id };
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#options.push({ type: 'notice', failure: failureOf(error.code, { detail: error.message }) });
      return undefined;
    }
  }

  #postInline(room: string, { path, pasted }: OutgoingFile, draft: Omit<FileEntry, 'id' | 'room' | 'ts'>): string {
    const message = this.#options.posting.post(room, draft);
    if (pasted) void this.#discard(path);
    return message;
  }

  async #up(given: UpRecord, run: Run): Promise<string | undefined> {
    const record = given.known ? given : await this.#packed(given, run);
    if (record.known!.size > this.#fileMax) throw new Refused(failureOf('too_large', { limit: this.#fileMax, size: record.known!.size }));
    run.state('active');
    const { key } = manifestOf(record.entry.file);
    await upload({
      transferId: transferId(record), room: fromHex(record.entry.room)!, key: key!, path: record.path, known: record.known!, wrapping: this.#options.pasted.wrappingOf(record.path),
      line: run.line, random: this.#options.effects.random, signal: run.signal,
      granted: () => this.#granted(record), progress: run.progress, checking: () => run.state('checking'),
    });
    if (!record.spooled) return record.path;
    await this.#discard(record.path);
    return undefined;
  }

  #granted(record: UpRecord): void {
    const posted = { ...record, posted: true };
    if (this.#transfers.update(posted) && !record.posted) this.#options.posting.postFile(record.entry);
  }

  async #packed(record: UpRecord, { signal, state }: Run): Promise<UpRecord> {
    state('preparing');
    const { id, name } = record.entry.file;
    const path = this.#options.disk.pathOf(join(SPOOL, id, safeFileName(name)));
    try {
      await pack({ folder: record.path, into: path, limit: this.#fileMax, signal });
      return await this.#packedAt(record, path, signal);
    } catch (error) {
      await this.#discard(path);
      throw error instanceof ReachError && error.code === 'too_large' ? new Refused(failureOf('too_large', { limit: this.#fileMax })) : error;
    }
  }

  async #packedAt(record: UpRecord, path: string, signal: AbortSignal): Promise<UpRecord> {
    const known = await likenessOf(path);
    // Given up meanwhile: its row must not come back.
    signal.throwIfAborted();
    const entry = { ...record.entry, file: { ...record.entry.file, size: known.size } };
    const packed = { ...record, entry, path, known, spooled: true };
    if (this.#transfers.update(packed)) this.#options.rooms.own(entry, { name: 'queued' }, 'live');
    return packed;
  }

  async #down(record: DownRecord, run: Run): Promise<string> {
    return download({ file: manifestOf(record.file), place: placeOf(record), line: () => Promise.resolve(run.line), signal: run.signal, progress: run.progress, checking: () => run.state('checking') });
  }

  /** What is saved at `path` is saved where the record says. */
  #again(record: DownRecord, path: string): Promise<void> {
    return this.#transfers.again(record.file.id, async () => ({ ...record, saved: { path: await copySaved(path, placeOf(record)), at: this.#options.effects.clock.now() } }));
  }

  #cancelUpload(record: UpRecord): void {
    const { room, id } = record.entry;
    if (record.spooled) void this.#discard(record.path);
    if (record.posted) this.#options.posting.post(room, { kind: 'delete', target: id });
    else this.#takeBack(record);
    void this.#forgetAtServer(fileOf(record).id);
  }

  #takeBack({ entry: { room, id } }: UpRecord): void {
    this.#options.posting.discard(room, id);
    this.#options.push({ type: 'message_gone', room, id });
  }

  #drop(file: string, kept: boolean): void {
    const record = this.#transfers.find(file, 'up')?.record;
    if (record?.direction === 'up' && record.spooled) void this.#discard(record.path);
    this.#transfers.forget(file, 'up');
    if (kept) void this.#forgetAtServer(file);
  }

  #discard(path: string): Promise<void> {
    return this.#said(this.#options.pasted.discard(path));
  }

  /** What the server still has grows old there by itself where this does not reach it. */
  async #forgetAtServer(file: string): Promise<void> {
    try {
      await this.#line?.ask('file_cancel', { transfer_id: fromHex(file)! });
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof LineLost)) throw error;
    }
  }

  #told(file: string, remote: RemoteFile): void {
    this.#options.push({ type: 'file', file, remote });
    this.#transfers.arrived(file, remote.bytes);
  }

  #damaged(file: string, user: string): void {
    const who = this.#options.nameOf(user);
    const name = this.#nameOf(file);
    this.#options.push({ type: 'notice', failure: failureOf('damaged', { detail: words.failures.local.damagedCopy(who, name) }) });
  }

  #nameOf(file: string): string {
    for (const room of this.#options.rooms.ids) {
      const view = this.#options.rooms.view(room)!;
      const message = view.messageOf(file);
      const found = message === undefined ? undefined : view.fileOf(message);
      if (found) return safeFileName(found.file.name);
    }
    return words.failures.local.aFile;
  }

  #manifest(room: string, message: string): Manifest | undefined {
    return this.#options.rooms.view(room)?.fileOf(message)?.file;
  }

  #connected(): Promise<ServerLine> {
    return this.#line ? Promise.resolve(this.#line) : Promise.reject(new LineLost('not_connected'));
  }

  /** Disk trouble beside the point is said, and does not stop what was done. */
  async #said(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#options.push({ type: 'notice', failure: failureOf(error.code, { detail: error.message }) });
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#options.push({ type: 'notice', failure: failureOf(error.code, { detail: error.message }) });
    }
  }
}

/** What these paths are, in their order. */
export function choose(paths: readonly string[]): Promise<(Chosen | { path: string; failure: Failure })[]> {
  return Promise.all(paths.map((path) => chosen(path)));
}

function outgoing({ path, name, media }: OutgoingFile, { id, size, isFolder }: { id: Bytes; size: number; isFolder: boolean }): Manifest {
  const called = name ?? `${basename(path)}${isFolder ? '.zip' : ''}`;
  const { type, ...rest } = media ?? { type: '' };
  return { ...rest, id, size, name: called.slice(0, FILE_NAME_MAX) || 'file', type: (type || mediaType(called)).slice(0, FILE_TYPE_MAX) };
}
