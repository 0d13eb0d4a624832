// Where the time of a message is read. Some say it always: the name above the first of a group, and the last line of an own
// message whose state is told. All others say it to whoever points at them, where there is always room for it.
import type { ChatMessage } from '../../engine/types.ts';
import type { Standing } from '../../state/rows.ts';

/** `gutter`: where no picture is. `corner`: at the end of the bubble. `before`: beside the bubble of somebody's own message. */
export type TimePlace = 'gutter' | 'corner' | 'before';

/** Where it is plain that a message was sent, the last one of its group says so for all; so does the last of its files. */
export function isStated({ file, deleted, state }: ChatMessage, own: boolean, at: Standing): boolean {
  if (!own || deleted !== undefined) return false;
  return file === undefined ? at.last || state.name !== 'sent' : !at.open;
}

/** `right`: own messages stand on the other side, without a picture and a name. */
export function timePlaceOf(at: Standing, { stated, right, compact }: { stated: boolean; right: boolean; compact: boolean }): TimePlace | undefined {
  if (stated) return undefined;
  if (right) return 'before';
  if (at.first) return undefined;
  return at.last && !compact ? 'corner' : 'gutter';
}
