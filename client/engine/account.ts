// One person on one server, for as long as this process runs: rooms, people and what is on its way. Outlives connections:
// attach() when one is there, detach() when it is lost.
import { fromHex, hex } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import type { Content, Message, SessionLimits } from '../../shared/protocol/messages.ts';
import type { Clock, Timer } from './clock.ts';
import type { Line as DeliveryLine } from './delivery.ts';
import { Members } from './members.ts';
import { Find } from './find/find.ts';
import { Files, type FilesOptions } from './files/files.ts';
import { failureAfter } from './files/transfers.ts';
import type { SessionLine } from './files/server-line.ts';
import type { Effects } from './connection.ts';
import type { Keeping } from './cache/keeping.ts';
import type { Saved } from './cache/saved.ts';
import { wireOf } from './entry.ts';
import { failureOf } from './failures.ts';
import type { MediaPort } from './media-port.ts';
import { passedOn } from './server-link.ts';
import { People } from './people.ts';
import { Posting, type Draft } from './posting.ts';
import { Receipts } from './receipts.ts';
import { Requests, type Asked, type Line, type Reply } from './requests.ts';
import { Rooms } from './rooms.ts';
import type { Answer, Chosen, EngineEvent, Failure, ListedEntry, ListedRoom, OutgoingFile, Protocol, SavePlace, SendFilesOptions, SentFile, ServerLink, SessionInfo, Settings, Transfer } from './types.ts';

export interface AccountOptions {
  /** Hex. */
  userId: string;
  keeping: Keeping;
  session: SessionInfo;
  effects: Effects;
  files: Pick<FilesOptions, 'account' | 'downloads' | 'inlineMax' | 'goOn'>;
  push: (event: EngineEvent) => void;
  /** After every connect, once the heads are known. */
  synced: () => void;
  /** What others may learn of this person. */
  tells: () => Pick<Settings, 'sendTyping' | 'sendSeen'>;
}

/** Milliseconds between two `typing` frames of a room. */
const TYPING_EVERY_MS = 3_000;
/** People of the roster that are kept for the next start. */
const MEMBERS_KEPT_MAX = 2_000;

export class Account {
  readonly find: Find;
  readonly #userId: string;
  readonly #clock: Clock;
  readonly #push: (event: EngineEvent) => void;
  readonly #requests = new Requests();
  readonly #rooms: Rooms;
  readonly #members: Members;
  readonly #people: People;
  readonly #receipts: Receipts;
  readonly #posting: Posting;
  readonly #files: Files;
  readonly #tells: AccountOptions['tells'];
  readonly #typed = new Map<string, number>();
  readonly #keeping: Keeping;
  /** Rooms whose messages are on disk and were not read yet. */
  #unread = new Set<string>();
  #reading: Timer | undefined;
  #closed = false;
  session: SessionInfo;
  #line: Line | undefined;

  constructor({ userId, keeping, session, effects, files, push: tell, synced, tells }: AccountOptions) {
    const { clock, random } = effects;
    const push = (event: EngineEvent) => {
      tell(event);
      // The files tell of their transfers before they are all there.
      if (event.type === 'messages') this.#files.shown(event);
      this.find.told(event);
      if (event.type === 'rooms' || event.type === 'roster') keeping.cache?.changed(() => this.#snapshot());
      if (event.type === 'reset') keeping.cache?.drop(event.room);
    };
    this.#keeping = keeping;
    this.session = session;
    this.#userId = userId;
    this.#clock = clock;
    this.#push = push;
    this.#tells = tells;
    this.#members = new Members(push);
    this.#receipts = new Receipts(clock);
    this.#people = new People(this.#requests, clock, (event) => this.#told(event));
    this.#rooms = new Rooms({
      me: userId, clock, requests: this.#requests,
      events: {
        push, synced,
        confirmed: (id, place) => this.#posting.settled(id, place),
        began: (room) => {
          this.#posting.showWaiting(room);
          this.#files.showWaiting(room);
        },
        has: (room, seq) => this.#receipts.delivered(room, seq),
        left: (room) => this.#forget(room),
        kept: (room, envelopes) => keeping.cache?.keep(room, envelopes),
        isModerator: (room, user) => this.#people.isModerator(room, user),
      },
    });
    this.find = new Find({ clock, push: tell, rooms: this.#rooms });
    this.#posting = new Posting({
      outbox: keeping.outbox, clock, random, push, rooms: this.#rooms,
      kept: (room, entry, { seq, ts }) => keeping.cache?.keep(room, [{ ...wireOf(entry), room: fromHex(room)!, sender: fromHex(userId)!, seq, ts }]),
    });
    this.#files = new Files({ ...files, disk: keeping.disk, pasted: keeping.pasted, drafted: keeping.draftFiles.paths, effects, push: tell, requests: this.#requests, rooms: this.#rooms, posting: this.#posting, nameOf: (user) => this.#members.nameOf(user) });
  }

  get userId(): string {
    return this.#userId;
  }

  /** What an earlier process left unsent is counted before anything new; it is shown with its rooms. */
  showWaiting(): void {
    this.#posting.count();
    void this.#showDraftFiles();
  }

  /** Shows what an earlier process saw, before any connection; messages follow, the room on the screen first. */
  restore({ rooms, members }: Saved): void {
    this.#members.restore(members);
    this.#unread = new Set(rooms.map(({ id }) => id));
    this.#rooms.restore(rooms);
    this.#readSoon();
  }

  close(): void {
    this.#closed = true;
    this.#reading?.cancel();
    this.detach();
    this.#keeping.cache?.close();
  }

  get keeping(): Keeping {
    return this.#keeping;
  }

  attach(line: DeliveryLine & Line, session: SessionLine, limits: SessionLimits): void {
    this.#line = line;
    // What is here is told to the server: it must be here.
    for (const room of this.#unread) this.#readRoom(room);
    this.#members.restart();
    this.#requests.attach(line);
    this.#rooms.attach();
    this.#receipts.attach(line);
    this.#people.attach();
    this.#posting.attach(line, limits);
    this.#files.attach(session, limits.file);
  }

  detach(): void {
    this.#line = undefined;
    this.#requests.detach();
    this.#rooms.detach();
    this.#receipts.detach();
    this.#posting.detach();
    this.#files.detach();
  }

  receive(message: Message, path: Protocol): void {
    if (message.name === 'room') this.#rooms.joined(message.content.room);
    if (message.name === 'room_left') this.#rooms.left(hex(message.content.room));
    if (this.#requests.take(message)) return;
    switch (message.name) {
      case 'room':
      case 'room_left':
        return;
      case 'roster':
        return this.#members.page(message.content);
      case 'presence':
        return this.#members.change(message.content);
      case 'msg':
        this.#people.met(hex(message.content.room), hex(message.content.sender));
        return this.#rooms.live(message.content);
      case 'marks':
        return this.#marks(message.content);
      case 'file_state':
        return this.#files.state(message.content);
      case 'typing':
        return this.#typing(message.content);
      case 'msg_ack':
        return this.#posting.acked(message.content, path);
      case 'error':
        return message.content.client_msg_id ? this.#posting.refused(message.content) : undefined;
      default:
        throw new ReachError('unexpected', `${message.name} out of turn`);
    }
  }

  post(room: string, draft: Draft): void {
    if (!this.#rooms.info(room)) return;
    if (draft.kind === 'delete' && this.#files.removed(room, draft.target)) return;
    this.#posting.post(room, draft);
  }

  retry(room: string, id: string): void {
    this.#posting.retry(room, id);
  }

  discard(room: string, id: string): void {
    this.#files.removed(room, id);
    this.#posting.discard(room, id);
  }

  sendFiles(room: string, files: readonly OutgoingFile[], options: SendFilesOptions): SentFile[] {
    return this.#rooms.info(room) ? this.#files.send(room, files, options) : [];
  }

  download(room: string, message: string, to?: SavePlace): void {
    const failure = this.#files.download(room, message, to);
    if (failure) this.#push({ type: 'notice', failure });
  }

  transfer(change: 'pause' | 'resume' | 'cancel', file: string, direction: Transfer['direction']): void {
    this.#files[change](file, direction);
  }

  clearTransfers(): void {
    this.#files.clear();
  }

  async readFile(room: string, message: string, range: { offset: number; length: number }): Promise<{ bytes: Uint8Array } | { failure: Failure }> {
    try {
      return { bytes: await this.#files.read(room, message, range) };
    } catch (error) {
      return { failure: failureAfter(error) };
    }
  }

  async unpack(room: string, message: string, entry: ListedEntry): Promise<{ path: string } | { failure: Failure }> {
    try {
      return { path: await this.#files.unpack(room, message, entry) };
    } catch (error) {
      return { failure: failureAfter(error) };
    }
  }

  async playFile(room: string, message: string, { type, port }: { type: string; port: MediaPort }): Promise<{ url: string } | { failure: Failure }> {
    const size = this.#files.sizeOf(room, message);
    if (size === undefined) return { failure: failureOf('no_such_file') };
    try {
      return { url: await port.open({ size, type, read: (offset, length) => this.#files.read(room, message, { offset, length }) }) };
    } catch (error) {
      return { failure: failureAfter(error) };
    }
  }

  /** Bytes that are in no file yet. */
  async keepPasted(file: { name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<Chosen | { failure: Failure }> {
    try {
      return await this.#keeping.pasted.keep(file);
    } catch (error) {
      return { failure: failureAfter(error) };
    }
  }

  async dropPasted(path: string): Promise<void> {
    try {
      await this.#keeping.pasted.discard(path);
    } catch (error) {
      this.#push({ type: 'notice', failure: failureAfter(error) });
    }
  }

  async readChosen(path: string): Promise<{ bytes: Uint8Array } | { failure: Failure }> {
    try {
      return { bytes: await this.#files.readChosen(path) };
    } catch (error) {
      return { failure: failureAfter(error) };
    }
  }

  loadOlder(room: string): void {
    this.#rooms.loadOlder(room);
  }

  openRoom(room: string): void {
    this.#readRoom(room);
    this.#people.open(room);
  }

  refreshPeople(room: string): void {
    this.#people.refresh(room);
  }

  markRead(room: string, seq: number): void {
    if (this.#rooms.read(room, seq) && this.#tells().sendSeen) this.#receipts.read(room, seq);
  }

  typing(room: string): void {
    const now = this.#clock.now();
    if (!this.#line || !this.#tells().sendTyping || now - (this.#typed.get(room) ?? -Infinity) < TYPING_EVERY_MS) return;
    this.#typed.set(room, now);
    this.#line.send('typing', { room: fromHex(room)! });
  }

  /** Resolves with what came of it; never rejects. */
  request<K extends Exclude<Asked, 'sync' | 'history'>>(name: K, content: Omit<Content<K>, 'req'>): Promise<Answer> {
    return new Promise((resolve) => this.#requests.ask(name, content, (reply) => resolve(answerOf(reply))));
  }

  async browse(): Promise<{ rooms: ListedRoom[] } | { failure: Failure }> {
    const rooms: ListedRoom[] = [];
    for (;;) {
      const after = rooms.at(-1)?.name ?? '';
      const reply = await new Promise<Reply>((resolve) => this.#requests.ask('room_list', { after }, resolve));
      if (reply.name === 'failed') return { failure: reply.failure };
      if (reply.name !== 'room_page') return { rooms };
      rooms.push(...reply.content.rooms.map(({ room, name, topic, members, joined }) => ({ id: hex(room), name, topic, members, joined })));
      if (!reply.content.more || reply.content.rooms.length === 0) return { rooms };
    }
  }

  serverLink(): Promise<ServerLink | { failure: Failure }> {
    return new Promise((resolve) => this.#requests.ask('link_ask', {}, (reply) => {
      if (reply.name === 'failed') resolve({ failure: reply.failure });
      else if (reply.name === 'link') resolve(passedOn(reply.content, this.session.address));
    }));
  }

  /** What an earlier process left beside its drafts. */
  async #showDraftFiles(): Promise<void> {
    for (const { room, files } of await this.#keeping.draftFiles.found((file) => this.#files.look(file))) if (!this.#closed) this.#push({ type: 'draft_files', room, files });
  }

  #readSoon(): void {
    this.#reading = this.#clock.after(0, () => {
      const [room] = this.#unread;
      if (room === undefined) return;
      this.#readRoom(room);
      this.#readSoon();
    });
  }

  #readRoom(room: string): void {
    if (this.#unread.delete(room)) this.#rooms.restoreLog(room, this.#keeping.cache?.messages(room) ?? []);
  }

  #snapshot(): Saved {
    return { session: this.session, rooms: this.#rooms.all, members: this.#members.all.slice(0, MEMBERS_KEPT_MAX) };
  }

  #told(event: EngineEvent): void {
    this.#push(event);
    if (event.type !== 'people') return;
    const view = this.#rooms.view(event.room);
    if (view) this.#rooms.show(event.room, view.disputed, 'change');
  }

  #marks(content: Content<'marks'>): void {
    const own = content.marks.find(({ user_id }) => hex(user_id) === this.#userId);
    if (own) this.#rooms.read(hex(content.room), own.read);
    this.#people.marks(content);
  }

  #typing({ room, user_id }: Content<'typing'>): void {
    if (user_id && hex(user_id) !== this.#userId) this.#push({ type: 'typing', room: hex(room), userId: hex(user_id) });
  }

  #forget(room: string): void {
    this.#people.forget(room);
    this.#receipts.forget(room);
    this.#typed.delete(room);
    this.find.forget(room);
    this.#unread.delete(room);
    this.#keeping.cache?.drop(room);
  }
}

function answerOf(reply: Reply): Answer {
  if (reply.name === 'failed') return { failure: reply.failure };
  if (reply.name === 'room') return { room: hex(reply.content.room.room) };
  return reply.name === 'room_left' ? { room: hex(reply.content.room) } : {};
}
