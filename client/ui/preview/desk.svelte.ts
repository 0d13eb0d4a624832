// What a viewer puts into the frame around it: facts for the title line, tools for the bar, its own keys, a question.
import type { Snippet } from 'svelte';

export class PreviewDesk {
  /** Such as "4032 × 2268" or "12 pages". */
  facts = $state('');
  tools = $state.raw<Snippet | undefined>();
  /** An address that is asked about before it is opened. */
  link = $state<string | undefined>();
  /** True where the viewer has used the key. */
  onkey: ((event: KeyboardEvent) => boolean) | undefined;
  readonly download: () => void;
  readonly retry: () => void;

  constructor(actions: { download: () => void; retry: () => void }) {
    this.download = actions.download;
    this.retry = actions.retry;
  }

  clear(): void {
    this.facts = '';
    this.tools = undefined;
    this.link = undefined;
    this.onkey = undefined;
  }
}
