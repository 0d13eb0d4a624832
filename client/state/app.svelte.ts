// All the window shows. Components read it; only apply.ts (events) and the components' own actions change it.
import { SvelteMap } from 'svelte/reactivity';
import type { ChatMessage, Failure } from '../engine/types.ts';
import { ClockState } from './clock.svelte.ts';
import { ConnectFormState } from './connect-form.svelte.ts';
import { RoomsState } from './rooms.svelte.ts';
import { RosterState } from './roster.svelte.ts';
import { SessionState } from './session.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { TimelineState, type ReadMarks } from './timeline.svelte.ts';

/** Messages kept in the spoken log: a screen reader has read them by the time the next five are there. */
const SPOKEN_MAX = 5;
/** A spoken message is cut here; the whole of it is in the list. */
const SPOKEN_CHARACTERS = 500;

/** Notices on the screen at once; an older one leaves for a newer one. */
const NOTICES_MAX = 3;

export interface Notice {
  number: number;
  failure: Failure;
}

export interface Spoken {
  key: string;
  text: string;
}

export class AppState {
  readonly session = new SessionState();
  readonly roster = new RosterState();
  readonly rooms = new RoomsState();
  readonly settings = new SettingsState();
  readonly form = new ConnectFormState();
  readonly clock: ClockState;
  readonly timelines = new SvelteMap<string, TimelineState>();
  /** The window has the keyboard. */
  focused = $state(true);
  spoken = $state.raw<readonly Spoken[]>([]);
  notices = $state.raw<readonly Notice[]>([]);
  readonly #marks: ReadMarks;
  #noticeNumber = 0;

  readonly me = $derived(this.session.info?.userId ?? '');
  readonly unseen = $derived([...this.timelines.values()].reduce((sum, timeline) => sum + timeline.unseen, 0));

  constructor(options: { now: () => number; marks: ReadMarks }) {
    this.clock = new ClockState(options.now);
    this.#marks = options.marks;
  }

  /** The timeline of a room, made at the first mention: for events, never for a template. */
  timeline(room: string): TimelineState {
    const known = this.timelines.get(room);
    if (known) return known;
    const made = new TimelineState(room, () => this.me, this.#marks);
    this.timelines.set(room, made);
    return made;
  }

  isOpen(room: string): boolean {
    return this.rooms.current?.id === room;
  }

  speak(messages: readonly ChatMessage[]): void {
    const lines = messages.filter((message) => message.sender !== this.me).map((message) => ({
      key: `${message.sender}:${message.id}`,
      text: `${this.roster.nameOf(message.sender)}: ${(message.text ?? 'unreadable message').slice(0, SPOKEN_CHARACTERS)}`,
    }));
    if (lines.length > 0) this.spoken = [...this.spoken, ...lines].slice(-SPOKEN_MAX);
  }

  notice(failure: Failure): void {
    this.#noticeNumber += 1;
    this.notices = [...this.notices, { number: this.#noticeNumber, failure }].slice(-NOTICES_MAX);
  }

  dismiss(number: number): void {
    this.notices = this.notices.filter((notice) => notice.number !== number);
  }

  /** Nothing of one account is left for the next one. */
  forget(): void {
    this.timelines.clear();
    this.rooms.replace([]);
    this.roster.replace([]);
    this.spoken = [];
  }
}
