// One message of the timeline, as a row of its own and as a tile of an album: what it is called, how far it came, what
// the keyboard and the pointer do with it. Plain getters: a signal of its own for each would make hundreds of them in every
// room that is opened.
import { untrack } from 'svelte';
import type { ChatMessage } from '../../engine/types.ts';
import { timeOfDay } from '../../state/dates.ts';
import { copiedWords, spokenWords } from '../../state/message-words.ts';
import { hueOf } from '../../state/names.ts';
import { receiptWords } from '../../state/people.svelte.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { isPreviewable, isRisky } from '../files/kinds.ts';
import { saveFile } from '../files/saving.ts';
import { onKeys } from '../keys/pressed.ts';
import { placeOf } from '../parts/Menu.svelte';
import { keyOf } from '../../state/order.ts';
import { nameControls } from './controls.ts';
import type { Handled } from './hands.ts';

const LABEL_CHARACTERS = 300;
const LIKE = '👍';
/** A message younger than this, when its row appears, was sent just now. */
const FRESH_MS = 1_000;
const texts = words.chat;

export class RowState implements Handled {
  readonly #context: AppContext;
  readonly #message: () => ChatMessage;
  inHand = $state(false);
  /** The keyboard is on one of its actions, which must not go. */
  #acting = $state(false);
  /** The panel that is open over the row. */
  asking = $state<'react' | 'delete'>();
  menu = $state.raw<{ at: { x: number; y: number }; link: string | undefined }>();
  /** Its row appears because it was sent, and rises once. */
  readonly fresh: boolean;

  readonly receipt = $derived.by(() => this.#context.state.people.receipt(this.message, this.#context.state.me));

  constructor(context: AppContext, message: () => ChatMessage) {
    this.#context = context;
    this.#message = message;
    this.fresh = untrack(() => this.own && this.message.state.name === 'queued' && context.state.clock.read() - this.message.ts < FRESH_MS);
  }

  get message(): ChatMessage {
    return this.#message();
  }

  get own(): boolean {
    return this.message.sender === this.#context.state.me;
  }

  get name(): string {
    return this.own ? texts.you : this.#context.state.roster.nameOf(this.message.sender);
  }

  get hue(): number {
    return hueOf(this.message.sender);
  }

  get deleted(): boolean {
    return this.message.deleted !== undefined;
  }

  get deletedWords(): string {
    return this.#deletedWords();
  }

  get stateWords(): string {
    return this.#stateWords();
  }

  get label(): string {
    return this.#label();
  }

  get copied(): string | undefined {
    return copiedWords(this.message);
  }

  get mayDelete(): boolean {
    const room = this.#context.state.rooms.find(this.message.room);
    return room?.archived !== true && (this.own || room?.role === 'moderator');
  }

  get failed(): boolean {
    return this.message.state.name === 'failed';
  }

  /** Its actions are shown. */
  get active(): boolean {
    return !this.deleted && !this.failed && (this.inHand || this.#acting || this.asking !== undefined || this.menu !== undefined);
  }

  /** Added to the full date of an own message: how long it took. */
  get tookWords(): string {
    const sent = this.own ? this.#context.state.sending.of(this.message.id) : undefined;
    return sent === undefined ? '' : `, ${texts.took(sent.took)}${sent.moved ? `. ${texts.moved}` : ''}`;
  }

  #deletedWords(): string {
    const { deleted, sender } = this.message;
    if (deleted === sender) return texts.deleted;
    return texts.deletedBy(deleted === this.#context.state.me ? texts.youSmall : this.#context.state.roster.nameOf(deleted ?? ''));
  }

  #stateWords(): string {
    const { session, clock, paths, roster, sending } = this.#context.state;
    const { state: { name }, id } = this.message;
    if (this.failed) return texts.failed;
    if (name === 'sent' || !this.own) return receiptWords(this.receipt, (user) => roster.nameOf(user));
    if (this.#waitsForFile) return texts.waitsForFile;
    const late = paths.told?.sending === 'udp' && session.phase.name === 'online' && sending.isLate(id, { now: clock.now, since: session.phaseAt });
    return late ? texts.movingToTcp : texts.queued;
  }

  #label(): string {
    const text = this.deleted ? this.deletedWords : nameControls(spokenWords(this.message).slice(0, LABEL_CHARACTERS));
    const state = this.own && !this.deleted ? this.stateWords : undefined;
    return texts.row({ name: this.name, time: timeOfDay(this.message.ts, this.#context.state.hours), text, edited: this.message.edited !== undefined, state });
  }

  readonly onkeydown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || this.deleted) return;
    const { state, platform } = this.#context;
    const { room, id, file } = this.message;
    const row = event.currentTarget as Element;
    onKeys(event, {
      reply: () => (state.mayWrite(room) && !this.failed ? state.composing.set(room, { mode: 'reply', id }) : false),
      react: () => this.#mayReact && this.ask('react'),
      copy: () => (this.copied === undefined ? false : platform.copyText(this.copied)),
      delete: () => this.mayDelete && this.ask('delete'),
      // The keys of the system bring their own event.
      menu: (at) => (at === 0 ? row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })) : false),
      ...(file && { preview: () => this.#preview(), save: () => void saveFile(this.#context, room, id) }),
    });
  };

  /** It comes to the server when its file has a place there. */
  get #waitsForFile(): boolean {
    const { file } = this.message;
    const up = file && this.#context.state.transfers.of(file.id, 'up');
    return up !== undefined && up.state.name !== 'done';
  }

  get #mayReact(): boolean {
    return !this.failed && this.#context.state.rooms.find(this.message.room)?.archived !== true;
  }

  /** What was never sent needs no question to be gone, and cannot be reacted to. */
  readonly ask = (what: 'react' | 'delete'): void => {
    if (!this.failed) this.asking = what;
    else if (what === 'delete') this.discard();
  };

  get #hasFocus(): boolean {
    return rowInFocus()?.dataset['key'] === keyOf(this.message);
  }

  readonly discard = (): void => {
    const { engine, state } = this.#context;
    const { room, id } = this.message;
    if (this.#hasFocus) leaveRow();
    engine.discard(room, id);
    state.timelines.get(room)?.remove(id);
  };

  readonly retry = (): void => {
    const { room, id } = this.message;
    if (this.#hasFocus) rowInFocus()?.focus();
    this.#context.engine.retry(room, id);
  };

  #preview(): void {
    const { file, room, id } = this.message;
    if (file && (isPreviewable(file.name) || !isRisky(file.name))) this.#context.state.preview = { room, message: id };
  }

  readonly ondblclick = (event: MouseEvent): void => {
    const { state, engine } = this.#context;
    const { room, id, seq, reactions } = this.message;
    if (!state.settings.values.doubleClick || this.deleted || !this.#mayReact || seq === undefined || (event.target as Element).closest('a, button, input, pre')) return;
    getSelection()?.removeAllRanges();
    engine.react(room, id, LIKE, !reactions.some(({ emoji, users }) => emoji === LIKE && users.includes(state.me)));
  };

  readonly openMenu = (event: MouseEvent): void => {
    if (this.deleted || this.failed || (event.target as Element).closest('input, video, audio, [role="menu"]')) return;
    event.preventDefault();
    this.menu = { at: placeOf(event), link: (event.target as Element).closest<HTMLAnchorElement>('a[href]')?.href };
  };

  /** A row that is moved later, to the place the server gave it, does not rise again. */
  readonly onanimationend = (event: AnimationEvent): void => {
    if (event.target === event.currentTarget) (event.currentTarget as Element).classList.remove('fresh');
  };
  readonly onpointermove = (): void => this.#context.hands.point(this);
  readonly onpointerleave = (): void => this.#context.hands.leave(this);
  readonly onfocusin = (event: FocusEvent): void => {
    if (!(event.target as Element).matches(':focus-visible')) return;
    this.#acting = event.target !== event.currentTarget;
    this.#context.hands.focus(this);
  };
  readonly onfocusout = (event: FocusEvent): void => {
    const [row, next] = [event.currentTarget as Element, event.relatedTarget as Node | null];
    const stays = row.contains(next);
    // From one action to the next they stay all the while.
    this.#acting &&= stays && next !== row;
    if (!stays) this.#context.hands.blur(this);
  };
}

/** The message that has the keyboard, by itself or by something in it. */
function rowInFocus(): HTMLElement | null | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-key]');
}

/** The row goes: the keyboard is on the next one, or where the next message is written. */
function leaveRow(): void {
  const row = rowInFocus();
  if (!row) return;
  const rows = [...document.querySelectorAll<HTMLElement>('[data-testid="message"]')];
  const at = rows.indexOf(row);
  (rows[at + 1] ?? rows[at - 1] ?? document.querySelector<HTMLElement>('[data-testid="composer"]'))?.focus();
}
