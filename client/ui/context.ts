// How components reach the state, the engine and the desktop: through Svelte's context, never by import.
import { createContext } from 'svelte';
import type { EngineCalls } from '../engine/types.ts';
import type { Tokens } from '../preview/pieces.ts';
import type { Platform } from '../platform/platform.ts';
import type { Speller } from '../spelling/speller.svelte.ts';
import type { EmojiBook } from './chat/emoji-book.svelte.ts';
import type { Hands } from './chat/hands.ts';
import type { AppState } from '../state/app.svelte.ts';

/** What CodeColours does, as far as messages ask for it. */
export interface Colours {
  of(text: string, language: string): Promise<Tokens>;
}

export interface AppContext {
  state: AppState;
  engine: EngineCalls;
  platform: Platform;
  emoji: EmojiBook;
  spelling: Speller;
  hands: Hands;
  /** Of code in messages. */
  colours: Colours;
}

export const [getApp, setApp] = createContext<AppContext>();
