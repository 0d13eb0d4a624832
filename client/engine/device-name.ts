// What this computer is called, for the list of a person's devices.
import { hostname } from 'node:os';
import { DEVICE_NAME_MAX } from '../../shared/protocol/limits.ts';

export function deviceNameOf(): string {
  return hostname().slice(0, DEVICE_NAME_MAX) || 'computer';
}
