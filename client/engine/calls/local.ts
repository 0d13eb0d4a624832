// What this computer keeps.
import type { Core } from '../core.ts';
import type { LocalCalls } from '../types.ts';

export function localCalls(core: Core): LocalCalls {
  return {
    changeSettings(change) {
      core.guard(() => core.vault.changeSettings(change));
      core.tellSettings();
    },
  };
}
