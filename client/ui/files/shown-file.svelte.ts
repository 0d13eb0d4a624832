// One file of a message as its card, its picture or its sound shows it: the transfer that counts, words and buttons.
import type { ChatMessage, FileInfo, Transfer } from '../../engine/types.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { act, type MenuAction } from './acting.ts';
import { cardOf, pathOf, transferOf, type Action, type Card } from './card.ts';

export class ShownFile {
  readonly #context: AppContext;
  readonly #message: () => ChatMessage;

  readonly file: FileInfo = $derived.by(() => this.#message().file!);
  readonly transfer: Transfer | undefined = $derived.by(() => {
    const { transfers } = this.#context.state;
    return transferOf(this.own ? transfers.of(this.file.id, 'up') : undefined, transfers.of(this.file.id, 'down'));
  });
  readonly remote = $derived.by(() => this.#context.state.files.get(this.file.id));
  readonly card: Card = $derived.by(() => this.#card());

  constructor(context: AppContext, message: () => ChatMessage) {
    this.#context = context;
    this.#message = message;
  }

  get own(): boolean {
    return this.#message().sender === this.#context.state.me;
  }

  /** The saved file. */
  get path(): string | undefined {
    return pathOf(this.transfer);
  }

  /** Neither under way nor gone: its bytes can be read. */
  get readable(): boolean {
    const saved = this.path !== undefined && this.transfer?.direction === 'down';
    return saved || this.remote === undefined || this.remote.state === 'available' || this.remote.state === 'uploading' || (this.own && this.remote.state === 'offered');
  }

  /** Its sender has begun with it, and nothing of it can be read yet. */
  get coming(): boolean {
    return this.remote?.state === 'offered' && !this.own;
  }

  readonly run = (action: Action | MenuAction): void => {
    const { room, id } = this.#message();
    act(this.#context, { room, message: id, transfer: this.transfer }, action);
  };

  #card(): Card {
    const { transfers, clock } = this.#context.state;
    const active = this.transfer?.state.name === 'active' ? this.transfer : undefined;
    return cardOf({ file: this.file, own: this.own, transfer: this.transfer, remote: this.remote, speed: active && transfers.speed(active, clock.now), receipt: this.#receipt(), now: clock.minute, hours: this.#context.state.hours });
  }

  #receipt(): string | undefined {
    const { state } = this.#context;
    const message = this.#message();
    if (!this.own || message.state.name !== 'sent') return undefined;
    const { name, seen, delivered, others } = state.people.receipt(message, state.me);
    return words.files.card.receipt(name, name === 'seen' ? seen.length : delivered.length, others);
  }
}
