// What `chat` shows: one room at a time, its messages and their changes, who comes and goes, who writes.
import { hex } from '../../shared/protocol/bytes.ts';
import type { Clock } from '../engine/clock.ts';
import type { ChatMessage, EngineEvent, Member, Paths, Room } from '../engine/types.ts';
import { roomLabel, roomWords, uuidOf } from './finding.ts';
import { messageJson, messageText, newsOf, type Naming } from './message-text.ts';
import { byUdp, jsonLine, line, memberJson, withoutHistory } from './output.ts';
import { readMessage } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Screen } from './screen.ts';
import { Timelines } from './timelines.ts';

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/** Messages shown of a room when it is entered. */
const SHOWN = 50;
/** Milliseconds: who writes is said this often at most. */
const TYPING_EVERY_MS = 6000;

export interface ViewOptions {
  screen: Screen;
  clock: Clock;
  json: boolean;
  /** A person at a terminal was shown the room up to this seq. */
  seen(room: string, seq: number): void;
}

export class ChatView {
  readonly #options: ViewOptions;
  readonly #members = new Map<string, Member>();
  readonly #timelines = new Timelines();
  readonly #typing = new Map<string, number>();
  /** Rooms with something new that was said of already. */
  readonly #announced = new Set<string>();
  readonly #naming: Naming = { nameOf: (userId) => this.nameOf(userId), numberOf: (id) => this.#numberOf(id) };
  #rooms: Room[] = [];
  #paths: Paths | undefined;
  #room = '';
  me = '';

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  get members(): Member[] {
    return [...this.#members.values()].sort((a, b) => a.username.localeCompare(b.username));
  }

  get rooms(): readonly Room[] {
    return this.#rooms;
  }

  /** The one that is shown. undefined: none yet, or not a member any more. */
  get room(): Room | undefined {
    return this.#rooms.find(({ id }) => id === this.#room);
  }

  /** undefined: nothing is known yet. */
  get paths(): Paths | undefined {
    return this.#paths;
  }

  nameOf(userId: string): string {
    return this.#members.get(userId)?.username ?? userId.slice(0, 8);
  }

  label(room: Room): string {
    return roomLabel(room, (userId) => this.nameOf(userId));
  }

  /** A number or an id, as typed → the message; of an id that is not loaded only the id. Throws Problem. */
  message(typed: string): Pick<ChatMessage, 'id'> & Partial<ChatMessage> {
    const wanted = readMessage(typed);
    if ('id' in wanted) return this.#timelines.get(this.#room, hex(wanted.id)) ?? { id: hex(wanted.id) };
    const message = this.#timelines.bySeq(this.#room, wanted.seq);
    if (!message) throw new Problem('no_such_message', { message: `Number ${wanted.seq} is no message that was shown here.`, hint: '/older shows earlier ones.' });
    return message;
  }

  enter(room: Room): void {
    this.#room = room.id;
    this.#announced.delete(room.id);
    const messages = this.#timelines.newest(room.id, SHOWN);
    for (const message of messages) this.#print(message);
    this.#seen(messages);
  }

  setRooms(rooms: Room[]): void {
    this.#rooms = rooms;
    this.#timelines.keep(new Set(rooms.map(({ id }) => id)));
  }

  roster(members: readonly Member[]): void {
    this.#members.clear();
    for (const member of members) this.#members.set(member.userId, member);
  }

  presence(member: Member): void {
    const before = this.#members.get(member.userId);
    this.#members.set(member.userId, member);
    if (before?.presence === member.presence && before.status === member.status) return;
    if (member.userId === this.me || this.json(memberJson(member))) return;
    this.say(`${member.username} is ${member.presence}${member.status === '' ? '' : `: ${member.status}`}.`);
  }

  typing({ room, userId }: EventOf<'typing'>): void {
    const now = this.#options.clock.now();
    if (room !== this.#room || !this.#options.screen.interactive || now < (this.#typing.get(userId) ?? 0)) return;
    this.#typing.set(userId, now + TYPING_EVERY_MS);
    this.say(`${this.nameOf(userId)} is typing.`);
  }

  /** Those that could not be sent are given back. */
  messages({ room, messages, reason }: EventOf<'messages'>): ChatMessage[] {
    const failed = messages.filter(({ state }) => state.name === 'failed');
    for (const message of messages) {
      const before = this.#timelines.put(message);
      if (room !== this.#room || message.state.name === 'failed') continue;
      if (reason === 'change') this.#change(before, message);
      else if (message.seq !== undefined) this.#print(message);
      this.#typing.delete(message.sender);
    }
    if (room === this.#room) this.#seen(messages);
    else if (reason === 'live') this.#announce(room, messages);
    return failed;
  }

  /** What is new of them is said as their history says it; round trips and loss are there for who asks. */
  setPaths(paths: Paths): void {
    const news = paths.history.at(-1);
    const isNews = news !== undefined && news.at !== this.#paths?.history.at(-1)?.at;
    this.#paths = paths;
    if (isNews && !this.json({ type: 'paths', ...withoutHistory(paths), text: news.text })) this.say(news.text);
  }

  sent({ room, id, seq, ts, path = 'tcp' }: EventOf<'message_state'>): void {
    const known = this.#timelines.get(room, id);
    if (known && seq !== undefined) this.#timelines.put({ ...known, seq, ts: ts ?? known.ts, state: { name: 'sent' } });
    const where = this.#rooms.find((one) => one.id === room);
    if (this.json({ type: 'sent', room: where ? this.label(where) : room, seq, id: uuidOf(id), ts, kind: 'text', path })) return;
    if (this.#options.screen.interactive) this.say(`Sent${room === this.#room || !where ? '' : ` to ${roomWords(this.label(where))}`} as number ${seq}${byUdp(path)}.`);
  }

  reset(room: string): void {
    this.#timelines.forget(room);
    if (room === this.#room) this.say('The server has another history now; it follows.');
  }

  /** True where JSON is spoken. */
  json(value: object): boolean {
    if (this.#options.json) this.#options.screen.print(jsonLine(value));
    return this.#options.json;
  }

  say(text: string): void {
    this.#options.screen.say(`* ${line(text)}\n`);
  }

  #print(message: ChatMessage): void {
    if (!this.json({ type: 'msg', ...messageJson(message, this.#here(), this.#naming) })) this.#options.screen.print(`${messageText(message, this.#naming)}\n`);
  }

  #change(before: ChatMessage | undefined, now: ChatMessage): void {
    const news = newsOf(before, now, this.#naming);
    if (news.length === 0 || this.json({ type: 'change', ...messageJson(now, this.#here(), this.#naming) })) return;
    for (const one of news) {
      if ('print' in one) this.#options.screen.print(`${one.print}\n`);
      else this.say(one.say);
    }
  }

  #numberOf(id: string): string {
    return String(this.#timelines.get(this.#room, id)?.seq ?? uuidOf(id));
  }

  #here(): string {
    return this.room ? this.label(this.room) : this.#room;
  }

  #seen(messages: readonly ChatMessage[]): void {
    const upTo = Math.max(0, ...messages.map(({ seq }) => seq ?? 0));
    if (this.#options.screen.interactive && upTo > 0) this.#options.seen(this.#room, upTo);
  }

  /** Once, until the room is entered, and at every mention: a busy room elsewhere does not flood this one. */
  #announce(id: string, messages: readonly ChatMessage[]): void {
    const room = this.#rooms.find((one) => one.id === id);
    const others = messages.filter(({ sender }) => sender !== this.me);
    if (!room || !this.#options.screen.interactive || others.length === 0) return;
    const mention = others.find(({ mentions }) => mentions.includes(this.me));
    if (!mention && this.#announced.has(id)) return;
    this.#announced.add(id);
    const label = this.label(room);
    this.say(`${mention ? `${this.nameOf(mention.sender)} mentioned you` : 'New'} in ${roomWords(label)}; /join ${label} shows it.`);
  }
}
