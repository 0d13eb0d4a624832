// The files of a room that the preview goes through: those of the moment it was opened, and older ones as they are loaded.
// What comes or goes at the other end meanwhile does not move the one that is looked at.
import { untrack } from 'svelte';
import type { ChatMessage } from '../../engine/types.ts';
import type { Preview } from '../../state/app.svelte.ts';
import { keyOf } from '../../state/order.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import type { PreviewFile } from '../preview/preview-file.ts';
import { isPreviewable } from './kinds.ts';

/** So many files before the one that is looked at are at hand. */
const NEAR = 3;
/** Pages of older messages that are asked for without a file in them; another step of the person asks for more. */
const EMPTY_PAGES_MAX = 20;

export class Previewed {
  files = $state.raw<readonly PreviewFile[]>([]);
  readonly start: PreviewFile | undefined;
  readonly #context: AppContext;
  readonly #of: Preview;
  /** Key of the oldest message that was looked through, and of the one before which more were asked for. */
  #oldest: string | undefined;
  #askedBefore: string | undefined;
  #emptyPages = 0;
  #at: number;

  constructor(context: AppContext, of: Preview) {
    this.#context = context;
    this.#of = of;
    const { messages } = this;
    this.#oldest = messages[0] && keyOf(messages[0]);
    this.files = this.#filesIn(messages);
    this.start = this.files.find(({ message }) => message === of.message);
    this.#at = this.files.length;
  }

  get messages(): readonly ChatMessage[] {
    return this.#context.state.timelines.get(this.#of.room)?.messages ?? [];
  }

  /** The one at `at` is looked at. */
  readonly near = (at: number): void => untrack(() => {
    this.#at = at;
    this.#emptyPages = 0;
    this.#reachBack();
  });

  /** Messages were loaded. */
  grown(messages: readonly ChatMessage[]): void {
    const at = messages.findIndex((message) => keyOf(message) === this.#oldest);
    if (at <= 0) return;
    const older = this.#filesIn(messages.slice(0, at));
    this.#oldest = keyOf(messages[0]!);
    this.#at += older.length;
    this.#emptyPages = older.length > 0 ? 0 : this.#emptyPages + 1;
    if (older.length > 0) this.files = [...older, ...this.files];
    this.#reachBack();
  }

  /** A page that is on its way is not asked for a second time. */
  #reachBack(): void {
    const timeline = this.#context.state.timelines.get(this.#of.room);
    if (!timeline?.more || timeline.trimmed || this.#at >= NEAR || this.#emptyPages >= EMPTY_PAGES_MAX || this.#askedBefore === this.#oldest) return;
    this.#askedBefore = this.#oldest;
    this.#context.engine.loadOlder(this.#of.room);
  }

  #filesIn(messages: readonly ChatMessage[]): PreviewFile[] {
    const { state } = this.#context;
    return messages.flatMap((message): PreviewFile[] => {
      const { id, room, sender, ts, file } = message;
      if (file === undefined || message.deleted !== undefined || (id !== this.#of.message && !this.#isShown(message, file))) return [];
      return [{ room, message: id, file, ts, sender: sender === state.me ? words.chat.you : state.roster.nameOf(sender) }];
    });
  }

  #isShown(message: ChatMessage, { id, name }: NonNullable<ChatMessage['file']>): boolean {
    const { state } = this.#context;
    const remote = state.files.get(id)?.state;
    const isThere = remote === undefined || remote === 'available' || remote === 'uploading' || state.transfers.of(id, 'down')?.state.name === 'done';
    return isThere && isPreviewable(name) && !(state.isBlocked(message.sender) && !state.unfolded.has(keyOf(message)));
  }
}
