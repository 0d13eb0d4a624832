// The settings of this profile as the engine last told them; changes go to the engine and come back as an event.
import type { Settings } from '../engine/types.ts';

const DEFAULTS: Settings = { theme: 'system', rosterOpen: true, sidebarWidth: 272, remember: true, recent: [], downloads: '' };

export class SettingsState {
  values = $state.raw<Settings>(DEFAULTS);
  /** False until the engine has told them: until then nothing is written over what was saved. */
  known = $state(false);

  replace(settings: Settings): void {
    this.values = settings;
    this.known = true;
  }
}
