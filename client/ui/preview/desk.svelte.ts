// What a viewer puts into the frame around it: facts for the title line, tools for the bar, its own keys, a question; and what
// is to become of the file that is shown: saved, and opened with the system's program.
import type { Snippet } from 'svelte';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { act } from '../files/acting.ts';
import { pathOf } from '../files/card.ts';
import { isRisky } from '../files/kinds.ts';
import { saveFile } from '../files/saving.ts';
import type { PreviewFile } from './preview-file.ts';

interface DeskOptions {
  context: AppContext;
  shown: () => PreviewFile | undefined;
  retry: () => void;
}

export class PreviewDesk {
  /** Such as "4032 × 2268" or "12 pages". */
  facts = $state('');
  tools = $state.raw<Snippet | undefined>();
  /** An address that is asked about before it is opened. */
  link = $state<string | undefined>();
  /** Whether a file that may run as a program is to be opened waits for an answer. */
  asking = $state(false);
  /** True where the viewer has used the key. */
  onkey: ((event: KeyboardEvent) => boolean) | undefined;
  readonly retry: () => void;
  readonly #context: AppContext;
  readonly #shown: () => PreviewFile | undefined;
  /** What somebody asked for, once it began. */
  #wish = $state<'save' | 'open'>();
  readonly #coming = $derived.by(() => this.#transfer('down'));
  /** What left the file on this computer. */
  readonly #here = $derived.by(() => (this.#coming?.state.name === 'done' ? this.#coming : this.#transfer('up')));
  readonly path: string | undefined = $derived(pathOf(this.#here));
  /** How far the saving is that was asked for; empty where nobody did. */
  readonly saying: string = $derived.by(() => this.#words());
  /** It was saved to be opened. */
  readonly isToOpen: boolean = $derived(this.#wish === 'open' && this.#coming?.state.name === 'done');

  constructor({ context, shown, retry }: DeskOptions) {
    this.#context = context;
    this.#shown = shown;
    this.retry = retry;
  }

  readonly download = (): void => void this.#save('save');

  /** What is not here is saved first; what may run as a program is asked about. */
  readonly open = (): void => {
    const name = this.#shown()?.file.name ?? '';
    if (isRisky(name) && !this.asking) return void (this.asking = true);
    this.asking = false;
    if (this.path === undefined) void this.#save('open');
    else this.openSaved();
  };

  openSaved(): void {
    if (this.#wish === 'open') this.#wish = 'save';
    this.#act('open');
  }

  show(): void {
    this.#act('show');
  }

  clear(): void {
    this.facts = '';
    this.tools = undefined;
    this.link = undefined;
    this.asking = false;
    this.onkey = undefined;
    this.#wish = undefined;
  }

  async #save(wish: 'save' | 'open'): Promise<void> {
    const shown = this.#shown();
    if (!shown) return;
    const began = await saveFile(this.#context, shown.room, shown.message);
    if (began && shown === this.#shown()) this.#wish = wish;
  }

  #act(action: 'open' | 'show'): void {
    const shown = this.#shown();
    if (shown) act(this.#context, { room: shown.room, message: shown.message, transfer: this.#here }, action);
  }

  #transfer(direction: 'up' | 'down') {
    const shown = this.#shown();
    return shown && this.#context.state.transfers.of(shown.file.id, direction);
  }

  #words(): string {
    const { preview: texts } = words;
    const state = this.#coming?.state;
    if (this.#wish === undefined || state?.name === 'cancelled') return '';
    if (state?.name === 'done') return texts.saved;
    if (state?.name === 'failed') return state.failure.message;
    return this.#context.state.settings.values.askFolder ? texts.savingThere : texts.saving;
  }
}
