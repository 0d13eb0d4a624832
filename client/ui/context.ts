// How components reach the state, the engine and the desktop: through Svelte's context, never by import.
import { createContext } from 'svelte';
import type { EngineCalls } from '../engine/types.ts';
import type { Platform } from '../platform/platform.ts';
import type { AppState } from '../state/app.svelte.ts';

export interface AppContext {
  state: AppState;
  engine: EngineCalls;
  platform: Platform;
}

export const [getApp, setApp] = createContext<AppContext>();
