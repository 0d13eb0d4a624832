// The settings of this profile as the engine last told them; changes go to the engine and come back as an event.
import type { Settings } from '../engine/types.ts';

/** Until the engine has told them. */
const UNKNOWN: Settings = {
  theme: 'system', textSize: 14, density: 'bubbles', zoom: 100, motion: 'system', clock: 'system', rosterOpen: true, sidebarWidth: 272, skinTone: 0,
  enterSends: true, spelling: 'system', dictionary: [], doubleClick: false, notify: 'all', notifyPreview: true, sounds: true, soundInRoom: false, quiet: null, mutedUntil: 0,
  rooms: {}, blocked: {}, remember: true, recent: [], downloads: '', askFolder: false, autoDownload: 0, comings: false, sendTyping: true, sendSeen: true, closing: 'ask', palette: [],
};

export class SettingsState {
  values = $state.raw<Settings>(UNKNOWN);
  /** What a reset leads back to. */
  defaults = $state.raw<Settings>(UNKNOWN);
  /** False until the engine has told them: until then nothing is written over what was saved. */
  known = $state(false);

  replace(settings: Settings, defaults: Settings): void {
    this.values = settings;
    this.defaults = defaults;
    this.known = true;
  }
}
