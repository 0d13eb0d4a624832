// The nouns of files, as engine and window say them (types.ts). Plain data.
import type { Failure } from '../types.ts';

/** A file as its message tells of it. What the sender says of it is not verified before the file is there. */
export interface FileInfo {
  /** Hex. */
  id: string;
  /** Made safe to show and to save: no path, control or bidi characters. */
  name: string;
  /** MIME type, by the sender's word. */
  type: string;
  /** Bytes. */
  size: number;
  /** Pixels, of a picture or video. */
  width?: number;
  height?: number;
  /** A picture's blurred likeness, ≤ 32 bytes (evanw/thumbhash). */
  thumbhash?: Uint8Array;
  /** Milliseconds, of sound or video. */
  duration?: number;
  /** Loudness 0–255 in equal steps, ≤ 128 of them. */
  waveform?: Uint8Array;
}

/**
 *   queued ──its turn──▶ preparing ──▶ active ──▶ checking ──▶ done
 *     ▲                                │  │ └──refused, source changed, disk full──▶ failed ──resume──▶ queued
 *     └──── paused ◀──pause────────────┘  └──connection lost──▶ interrupted ──by itself──▶ active
 *   any ──cancel──▶ cancelled
 */
export type TransferState =
  /** `place`: 1 is the next one. */
  | { name: 'queued'; place: number }
  /** A folder is packed, a source is read the first time. */
  | { name: 'preparing' }
  | { name: 'active' }
  | { name: 'paused' }
  /** Goes on by itself. */
  | { name: 'interrupted'; failure: Failure }
  /** Everything has arrived; the last checks run. */
  | { name: 'checking' }
  /** `path`: the saved file, or the one that was sent; what was made here to be sent has none any more. `away`: of an earlier run, or cleared off the list. */
  | { name: 'done'; path?: string; at: number; away?: true }
  | { name: 'failed'; failure: Failure }
  | { name: 'cancelled'; at: number };

/** One file on its way, as this computer sees it; of one file there is at most one in each direction. */
export interface Transfer {
  file: string;
  room: string;
  /** Id of its message. */
  message: string;
  direction: 'up' | 'down';
  name: string;
  /** Bytes of the file, and of those that are there. */
  size: number;
  done: number;
  state: TransferState;
}

/** A file as the server knows it; `bytes` of `size` have arrived there. */
export interface RemoteFile {
  state: 'offered' | 'uploading' | 'available' | 'expired' | 'deleted' | 'damaged';
  bytes: number;
  /** Since when it is so, Unix milliseconds, where this client was there when it became so. */
  at?: number;
}

/** What a person chose to send, before it is sent. */
export interface Chosen {
  path: string;
  name: string;
  /** Bytes; of a folder, of all its files. */
  size: number;
  /** Files in it, where it is a folder: it is sent as a zip. */
  files?: number;
}

/** Where a file is saved, absolute. Never over another file in a `folder`; a `path` was chosen by the person, who agreed to replace what is there. */
export type SavePlace = { folder: string } | { path: string };

/** A file in an archive, as the one who asks for it read the archive's list. */
export interface ListedEntry {
  /** Which one of the list, from 0. */
  at: number;
  name: string;
  /** Bytes from the beginning of the archive to its local header. */
  offset: number;
  /** Bytes unpacked, as the list says. */
  size: number;
}

/** A chosen file that waits beside a draft. */
export interface DraftFile extends Chosen {
  pasted: boolean;
  /** It is not there any more. */
  gone?: true;
  /** It cannot be read. */
  failure?: Failure;
}

export interface OutgoingFile {
  path: string;
  /** As the others see it; absent: the last part of the path, which of a pasted file is no name. */
  name?: string;
  /** Made by keepPasted: removed when it is sent or given up. */
  pasted?: boolean;
  media?: Pick<FileInfo, 'type' | 'width' | 'height' | 'thumbhash' | 'duration' | 'waveform'>;
}
