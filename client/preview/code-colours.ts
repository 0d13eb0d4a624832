// Colours for the code in messages: one worker for all of it, what was coloured once is kept, and what cannot be coloured
// in time stays plain.
import { highlight, type Highlighting } from './highlight.ts';
import { languageOf } from './languages.ts';
import { NO_TOKENS, type Tokens } from './pieces.ts';

/** Longer code is a file. */
const CHARACTERS_MAX = 20_000;
const KEPT_MAX = 300;

export class CodeColours {
  /** By language and text, the oldest first. */
  readonly #kept = new Map<string, Promise<Tokens>>();
  /** One after the other, so that a room full of code does not start a hundred workers. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #highlight: (text: string, language: string) => Highlighting;

  constructor(colour = highlight) {
    this.#highlight = colour;
  }

  /** `named`: what stands behind the fence, such as `ts`. Never rejects. */
  of(text: string, named: string): Promise<Tokens> {
    const language = languageOf(`code.${named.trim().toLowerCase()}`) ?? LANGUAGES[named.trim().toLowerCase()];
    if (language === undefined || text.length > CHARACTERS_MAX) return Promise.resolve(NO_TOKENS);
    const key = `${language}\n${text}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const made = this.#last.then(() => this.#highlight(text, language).tokens).catch(() => NO_TOKENS);
    this.#last = made;
    this.#kept.set(key, made);
    for (const oldest of this.#kept.keys()) if (this.#kept.size > KEPT_MAX) this.#kept.delete(oldest);
    return made;
  }
}

/** Names that people write behind a fence and that end no file. */
const LANGUAGES: Readonly<Record<string, string>> = {
  typescript: 'typescript', javascript: 'javascript', python: 'python', rust: 'rust', ruby: 'ruby', golang: 'go', shell: 'bash', console: 'bash', kotlin: 'kotlin',
  csharp: 'csharp', 'c++': 'cpp', 'c#': 'csharp', perl: 'perl', makefile: 'makefile', markdown: 'markdown', docker: 'bash', objectivec: 'objectivec',
};
