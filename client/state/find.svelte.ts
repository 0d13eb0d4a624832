// The search: where, what was typed, and what was found. It stays while its panel is closed.
import type { FindPage, SearchingBack } from '../engine/types.ts';

export class FindState {
  isOpen = $state(false);
  scope = $state<'room' | 'everywhere'>('room');
  typed = $state('');
  page = $state.raw<FindPage>();
  /** Older messages are fetched. */
  back = $state.raw<SearchingBack>();
  /** Rises when another answer may be there. */
  changes = $state(0);
  /** Rises when somebody wants to type: the field takes the keyboard. */
  opened = $state(0);

  open(scope: 'room' | 'everywhere'): void {
    this.scope = scope;
    this.isOpen = true;
    this.opened += 1;
  }

  close(): void {
    this.isOpen = false;
  }

  forget(): void {
    this.isOpen = false;
    this.typed = '';
    this.page = undefined;
    this.back = undefined;
  }
}
