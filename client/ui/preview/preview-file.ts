// A file of a message as the preview needs it.
import type { FileInfo } from '../../engine/types.ts';

export interface PreviewFile {
  /** Ids of the room and of the message that carries it. */
  room: string;
  message: string;
  file: FileInfo;
  /** The name of who sent it, as it is shown. */
  sender: string;
  ts: number;
}
