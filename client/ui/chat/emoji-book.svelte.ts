// All emoji, read once when somebody first needs them.
import { allEmoji, nameOfEmoji, type Emoji } from './emoji.ts';

export class EmojiBook {
  all = $state.raw<readonly Emoji[]>([]);
  failed = $state(false);
  #reading = false;
  readonly #names = $derived(new Map(this.all.flatMap(({ emoji, name, tones }) => [emoji, ...tones].map((one) => [one, name] as const))));

  /** Again after a failure; at once where they are there. */
  async read(): Promise<void> {
    if (this.#reading || this.all.length > 0) return;
    this.#reading = true;
    this.failed = false;
    try {
      this.all = await allEmoji();
    } catch (cause) {
      if (!(cause instanceof TypeError || cause instanceof SyntaxError)) throw cause;
    }
    this.failed = this.all.length === 0;
    this.#reading = false;
  }

  nameOf(emoji: string): string {
    return this.#names.get(emoji) ?? nameOfEmoji(emoji);
  }
}
