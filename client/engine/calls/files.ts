// Files and their transfers.
import { MENTIONS_MAX } from '../../../shared/protocol/limits.ts';
import type { Core } from '../core.ts';
import { failureOf } from '../failures.ts';
import { choose } from '../files/files.ts';
import type { FileCalls } from '../types.ts';

export function fileCalls(core: Core): FileCalls {
  return {
    choose(paths) {
      return choose(paths);
    },
    keepPasted(name, bytes) {
      return core.account?.keepPasted({ name, bytes: Uint8Array.from(bytes) }) ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    dropPasted(path) {
      void core.account?.dropPasted(path);
    },
    readChosen(path) {
      return core.account?.readChosen(path) ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    sendFiles(room, files, { mentions, ...options } = {}) {
      return core.account?.sendFiles(room, files, { ...options, ...(mentions && { mentions: mentions.slice(0, MENTIONS_MAX) }) }) ?? [];
    },
    download(room, message, to?) {
      core.account?.download(room, message, to);
    },
    pauseTransfer(file, direction) {
      core.account?.transfer('pause', file, direction);
    },
    resumeTransfer(file, direction) {
      core.account?.transfer('resume', file, direction);
    },
    cancelTransfer(file, direction) {
      core.account?.transfer('cancel', file, direction);
    },
    clearTransfers() {
      core.account?.clearTransfers();
    },
    readFile(room, message, offset, length) {
      return core.account?.readFile(room, message, { offset, length }) ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    unpackFile(room, message, entry) {
      return core.account?.unpack(room, message, entry) ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    playFile(room, message, type) {
      return core.account?.playFile(room, message, { type, port: core.media }) ?? Promise.resolve({ failure: failureOf('not_connected') });
    },
    stopPlaying(url) {
      core.media.close(url);
    },
  };
}
