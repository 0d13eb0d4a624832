// What every viewer is given.
import type { FileInfo } from '../../engine/types.ts';
import type { ByteSource } from '../../preview/byte-source.ts';
import type { Player } from './player.ts';
import type { Shown } from '../../preview/kinds.ts';
import type { PreviewDesk } from './desk.svelte.ts';

export interface ViewerProps {
  /** Ids of the room and of the message that carries the file. */
  room: string;
  message: string;
  file: FileInfo;
  what: Shown;
  source: ByteSource;
  player: Player;
  desk: PreviewDesk;
}
