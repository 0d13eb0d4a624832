// What this computer keeps.
import type { Core } from '../core.ts';
import { keyOf } from '../trust.ts';
import type { LocalCalls } from '../types.ts';

export function localCalls(core: Core): LocalCalls {
  return {
    changeSettings(change) {
      core.guard(() => core.vault.changeSettings(change));
      if (change.remember !== undefined) core.remember(change.remember);
      core.tellSettings();
    },
    knownServers() {
      let known: ReturnType<LocalCalls['knownServers']> = [];
      core.guard(() => {
        known = core.vault.pins().map(({ address, fingerprint, how, since }) => ({ address, key: keyOf(fingerprint), trust: how, since }));
      });
      return known.sort((a, b) => a.address.localeCompare(b.address));
    },
    forgetServer(address) {
      core.guard(() => core.vault.forgetServer(address));
      core.tellSettings();
    },
    localKey() {
      return core.localKey();
    },
    clearLocal() {
      return core.clear();
    },
  };
}
