// Composition root of the window: makes the platform, the engine, the state and the screen, and ties them together.
// Nothing imports it. The engine lives in Node's realm: its events are cloned once, here, into the window's own.
import { mount } from 'svelte';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import type { PasswordWorker } from './engine/password.ts';
import type { EngineCalls } from './engine/types.ts';
import { webPasswordWorker } from './password-worker.ts';
import { NwPlatform } from './platform/nwjs.ts';
import { AppState } from './state/app.svelte.ts';
import { apply } from './state/apply.ts';
import App from './ui/App.svelte';

interface EngineModule {
  createEngine(options: { home: string; passwordWorker: PasswordWorker; keychain: 'system' }): EngineCalls;
}

function start(target: HTMLElement): void {
  const platform = new NwPlatform();
  const passwordWorker = webPasswordWorker(() => new Worker(new URL('./opaque.worker.ts', import.meta.url), { type: 'module' }));
  const { createEngine } = nw.require('./engine.cjs') as EngineModule;
  const engine = createEngine({ home: platform.home, passwordWorker, keychain: 'system' });
  const state = new AppState({ now: Date.now, memory: localStorage });
  state.chips.changed = (room, files) => engine.saveDraftFiles(room, files);
  mount(App, { target, props: { state, engine, platform } });
  platform.onNetwork((online) => engine.networkChanged(online));
  engine.start((event) => apply(state, structuredClone(event)));
  engine.resumeSaved();
  platform.appear();
}

start(document.getElementById('app')!);
