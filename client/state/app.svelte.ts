// All the window shows. Components read it; only apply.ts (events) and the components' own actions change it.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ChatMessage, Failure, RemoteFile, Room } from '../engine/types.ts';
import { AttentionState, type Told } from './attention.svelte.ts';
import { blockedBy } from './blocking.ts';
import { ChipsState } from './chips.svelte.ts';
import { ClockState } from './clock.svelte.ts';
import { systemHours, type Hours } from './dates.ts';
import { ConnectFormState } from './connect-form.svelte.ts';
import { spokenWords } from './message-words.ts';
import { FindState } from './find.svelte.ts';
import { HappenedState } from './happened.svelte.ts';
import { PaletteState } from './palette.svelte.ts';
import { isMuted } from './room-settings.ts';
import { PathsState } from './paths.svelte.ts';
import { PeopleState } from './people.svelte.ts';
import { SendingState } from './sending.svelte.ts';
import { RoomsState } from './rooms.svelte.ts';
import { RosterState } from './roster.svelte.ts';
import { SessionState } from './session.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { TimelineState, type Memory } from './timeline.svelte.ts';
import { TransfersState } from './transfers.svelte.ts';
import { verdictOn } from './telling.ts';
import { Turns } from './turns.ts';
import { Visits } from './visits.ts';
import { words } from '../words/words.ts';

/** Messages kept in the spoken log: a screen reader has read them by the time the next five are there. */
const SPOKEN_MAX = 5;
/** A spoken message is cut here; the whole of it is in the list. */
const SPOKEN_CHARACTERS = 500;

/** Pictures of the timeline that are read at the same time: each is at most 8 MB in memory meanwhile. */
const PICTURES_AT_ONCE = 3;

/** Toasts on the screen at once: of more, the oldest news leaves; errors leave for errors alone. */
const TOASTS_MAX = 3;

/** Something to say that has no place of its own; errors stay until they are closed. */
export interface Toast {
  number: number;
  tone: 'news' | 'error';
  text: string;
  action?: { label: string; run: () => void };
}

/** Message of the room that is answered, or the own one that is edited. */
export interface Composing {
  mode: 'reply' | 'edit';
  id: string;
}

/** `details`, `withTcp`, `of`: a room; `withTcp` asks before files that UDP does not carry leave it, `about` is a message, `block` and `verify` a person. */
export type Dialog = 'browse' | 'create' | 'new-dm' | 'palette' | 'sheet' | { details: string } | { withTcp: string } | { about: string; of: string } | { block: string } | { verify: string } | undefined;

/** The file that is looked at. */
export interface Preview {
  room: string;
  /** Id of its message. */
  message: string;
}

export interface Spoken {
  key: string;
  text: string;
}

export class AppState {
  readonly session = new SessionState();
  readonly paths = new PathsState();
  readonly roster = new RosterState();
  readonly rooms: RoomsState;
  readonly people = new PeopleState();
  readonly transfers = new TransfersState();
  /** What the server says of files, by file id. */
  readonly files = new SvelteMap<string, RemoteFile>();
  readonly chips = new ChipsState();
  readonly pictures = new Turns(PICTURES_AT_ONCE);
  readonly settings = new SettingsState();
  readonly form = new ConnectFormState();
  readonly clock: ClockState;
  readonly timelines = new SvelteMap<string, TimelineState>();
  readonly sending = new SendingState();
  readonly attention = new AttentionState();
  readonly happened = new HappenedState();
  /** The window is out of sight, and Reach goes on in the tray. */
  hidden = $state(false);
  /** The window has the keyboard. */
  focused = $state(true);
  spoken = $state.raw<readonly Spoken[]>([]);
  toasts = $state.raw<readonly Toast[]>([]);
  /** What the next message answers or changes, by room. */
  readonly composing = new SvelteMap<string, Composing>();
  /** What the whole window shows once somebody is signed in. */
  screen = $state<'main' | 'settings'>('main');
  dialog = $state<Dialog>();
  readonly find = new FindState();
  readonly visits = new Visits();
  readonly palette = new PaletteState(() => (this.dialog = 'palette'));
  preview = $state.raw<Preview>();
  transfersOpen = $state(false);
  /** Key of the message whose sound plays: one at a time. */
  playing = $state<string>();
  /** An invite link from the clipboard or from another program, that waits for an answer. */
  offer = $state.raw<{ link: string; address: string; from: 'clipboard' | 'link' }>();
  /** The message somebody wants to see: its room is open, and the timeline goes there. */
  seeking = $state.raw<{ room: string; id: string }>();
  /** Keys of messages of blocked people that are looked at all the same. */
  readonly unfolded = new SvelteSet<string>();
  /** The room that the person is leaving by themselves. */
  leaving: string | undefined;
  #toastNumber = 0;

  readonly me = $derived(this.session.info?.userId ?? '');
  /** User ids. */
  readonly blocked: ReadonlySet<string> = $derived.by(() => new Set(blockedBy(this.settings.values, this.me)));
  readonly hours: Hours = $derived.by(() => {
    const { clock } = this.settings.values;
    return clock === 'system' ? systemHours() : clock === '12' ? 12 : 24;
  });

  constructor(options: { now: () => number; memory: Memory }) {
    this.clock = new ClockState(options.now);
    this.rooms = new RoomsState({ me: () => this.me, nameOf: (userId) => this.roster.nameOf(userId), memory: options.memory, pinned: (room) => this.settings.values.rooms[room]?.pinned === true, unread: (room) => this.#newsIn(room) || Number(this.isMarked(room.id) && !this.isOpen(room.id)) });
  }

  /** Messages of others that were not seen yet, in all rooms that are not muted. */
  get unseen(): number {
    return this.rooms.list.reduce((sum, room) => sum + (this.isMuted(room.id) ? 0 : this.unreadOf(room)), 0);
  }

  /** The person wants to come back to it. */
  isMarked(room: string): boolean {
    return this.settings.values.rooms[room]?.unread === true;
  }

  isMuted(room: string): boolean {
    return isMuted(this.settings.values, room);
  }

  /** What is on the screen of somebody who looks is not counted: it is read in a moment. */
  unreadOf(room: Room): number {
    return this.isWatched(room.id) ? 0 : this.#newsIn(room);
  }

  isBlocked(userId: string): boolean {
    return this.blocked.has(userId);
  }

  /** The other one of a direct message, where they are blocked. */
  blockedPeer(room: string): string | undefined {
    const peer = this.blocked.size === 0 ? undefined : this.rooms.find(room)?.peer;
    return peer !== undefined && this.isBlocked(peer) ? peer : undefined;
  }

  /** Neither blocked nor archived. */
  mayWrite(room: string): boolean {
    return this.blockedPeer(room) === undefined && this.rooms.find(room)?.archived !== true;
  }

  /** Of the rest the server counts what blocked people wrote, too: what is not loaded here stays counted. */
  #newsIn(room: Room): number {
    if (this.blockedPeer(room.id) !== undefined) return 0;
    return Math.max(0, room.unread - (this.timelines.get(room.id)?.unseenHidden ?? 0));
  }

  /** Somebody has the messages before them, and nothing that covers them. */
  get looking(): boolean {
    return this.focused && this.screen === 'main' && this.preview === undefined;
  }

  /** The newest messages of this room are on the screen of somebody who looks. */
  isWatched(room: string): boolean {
    return this.looking && this.isOpen(room) && this.timelines.get(room)?.atBottom !== false;
  }

  /** The timeline of a room, made at the first mention: for events, never for a template. */
  timeline(room: string): TimelineState {
    const known = this.timelines.get(room);
    if (known) return known;
    const made = new TimelineState(room, () => this.me, (userId) => this.isBlocked(userId));
    this.timelines.set(room, made);
    return made;
  }

  /** As a person calls it. */
  roomName(room: Room): string {
    return this.rooms.nameOf(room);
  }

  isOpen(room: string): boolean {
    return this.rooms.current?.id === room;
  }

  /** To a message, loaded or not, of a room; without one to the room. Said where the person is not in it any more. */
  goTo(room: string, id?: string): void {
    if (!this.rooms.find(room)) return this.notice({ message: words.chat.roomGone, hint: words.chat.roomGoneHint });
    this.screen = 'main';
    this.rooms.open(room);
    if (id !== undefined) this.seeking = { room, id };
  }

  speak(messages: readonly ChatMessage[]): void {
    const lines = messages.filter(({ sender }) => sender !== this.me && !this.isBlocked(sender)).map((message) => ({
      key: `${message.sender}:${message.id}`,
      text: `${this.roster.nameOf(message.sender)}: ${spokenWords(message).slice(0, SPOKEN_CHARACTERS)}`,
    }));
    if (lines.length > 0) this.spoken = [...this.spoken, ...lines].slice(-SPOKEN_MAX);
  }

  /** What of these is worth telling somebody who may be elsewhere. */
  tell(messages: readonly ChatMessage[]): void {
    for (const message of messages) {
      if (message.seq === undefined || message.deleted !== undefined || !this.attention.isNew(message)) continue;
      if (message.file && message.sender !== this.me && !this.isBlocked(message.sender)) this.attention.arrived(message);
      const verdict = this.#verdictOn(message);
      const told: Told = { room: message.room, message: message.id, sender: message.sender, text: message.text, file: message.file?.name, seen: verdict === 'seen' };
      if (verdict !== 'nothing') this.attention.add(told, message.seq);
    }
  }

  notice({ message, hint }: Pick<Failure, 'message' | 'hint'>): void {
    this.#toast({ tone: 'error', text: hint === undefined ? message : `${message} ${hint}` });
  }

  say(text: string, action?: Toast['action']): void {
    this.#toast({ tone: 'news', text, ...(action && { action }) });
  }

  dismiss(number: number): void {
    this.toasts = this.toasts.filter((toast) => toast.number !== number);
  }

  /** The room is not the user's any more. */
  leave(room: string): void {
    this.timelines.delete(room);
    this.composing.delete(room);
    if (this.seeking?.room === room) this.seeking = undefined;
    this.chips.leave(room);
    if (this.preview?.room === room) this.preview = undefined;
    if (typeof this.dialog === 'object' && Object.values(this.dialog).includes(room)) this.dialog = undefined;
  }

  #toast(toast: Omit<Toast, 'number'>): void {
    this.#toastNumber += 1;
    this.toasts = bounded([...this.toasts, { ...toast, number: this.#toastNumber }]);
  }

  #verdictOn({ room, sender, mentions }: ChatMessage): ReturnType<typeof verdictOn> {
    const { values } = this.settings;
    return verdictOn({
      own: sender === this.me,
      blocked: this.isBlocked(sender),
      personal: mentions.includes(this.me) || this.rooms.find(room)?.kind === 'dm',
      notify: values.rooms[room]?.notify ?? values.notify,
      watched: this.isWatched(room),
      presence: this.roster.members.get(this.me)?.presence ?? 'online',
      now: this.clock.read(),
      mutedUntil: values.mutedUntil,
      quiet: values.quiet,
    });
  }

  /** Nothing of one account is left for the next one. */
  forget(): void {
    this.paths.forget();
    this.attention.forget();
    this.timelines.clear();
    this.composing.clear();
    this.seeking = undefined;
    this.sending.forget();
    this.people.forget();
    this.transfers.forget();
    this.files.clear();
    this.chips.forget();
    this.screen = 'main';
    this.find.forget();
    this.dialog = undefined;
    this.preview = undefined;
    this.transfersOpen = false;
    this.playing = undefined;
    this.rooms.forget();
    this.visits.forget();
    this.roster.replace([]);
    this.unfolded.clear();
    this.spoken = [];
  }
}

function bounded(toasts: readonly Toast[]): readonly Toast[] {
  if (toasts.length <= TOASTS_MAX) return toasts;
  const leaves = toasts.find(({ tone }) => tone === 'news') ?? toasts[0];
  return toasts.filter((toast) => toast !== leaves);
}
