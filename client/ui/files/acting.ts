// What the buttons of a file do.
import type { ChatMessage, EngineCalls, Failure, Transfer } from '../../engine/types.ts';
import type { AppContext } from '../context.ts';
import { pathOf, type Action } from './card.ts';
import { saveFile, saveFileAs } from './saving.ts';

/** A file in its message, and the transfer its buttons are about. */
export interface Target {
  room: string;
  /** Id of the message. */
  message: string;
  transfer: Transfer | undefined;
}

/** What only the menu of a file offers. */
export type MenuAction = 'save_as' | 'copy_path';

export function act(context: AppContext, { room, message, transfer }: Target, action: Action | MenuAction): void {
  const { state, engine, platform } = context;
  const path = pathOf(transfer);
  if (action === 'preview') state.preview = { room, message };
  else if (action === 'download') void saveFile(context, room, message);
  else if (action === 'details') state.dialog = { about: message, of: room };
  else if (action === 'save_as') void saveFileAs(context, room, message);
  else if (action === 'copy_path' && path !== undefined) platform.copyText(path);
  else if (action === 'open' && path !== undefined) void ifThere(context, path, () => platform.openItem(path));
  else if (action === 'show' && path !== undefined) void ifThere(context, path, () => platform.showInFolder(path));
  else if (action === 'send_again') void sendAgain(context, { room, message, transfer });
  else if (transfer) steer(engine, transfer, action);
}

function steer(engine: EngineCalls, { file, direction }: Transfer, action: Action | MenuAction): void {
  if (action === 'pause') engine.pauseTransfer(file, direction);
  else if (action === 'resume' || action === 'resume_now' || action === 'retry') engine.resumeTransfer(file, direction);
  else if (action === 'cancel' || action === 'dismiss') engine.cancelTransfer(file, direction);
}

/** A file that was moved or removed since: the system would say nothing at all. */
async function ifThere({ state, engine }: AppContext, path: string, then: () => void): Promise<void> {
  const [found] = await engine.choose([path]);
  if (found && 'failure' in found) state.notice(found.failure);
  else then();
}

/** The same file as a new message, where it is still there. */
async function sendAgain({ state, engine }: AppContext, { room, message, transfer }: Target): Promise<void> {
  const path = pathOf(transfer);
  if (path === undefined) return;
  const [chosen] = await engine.choose([path]);
  if (chosen === undefined) return;
  if ('failure' in chosen) return state.notice(chosen.failure);
  const sent = state.timelines.get(room)?.find(message);
  engine.sendFiles(room, [{ path, ...(sent?.file && { name: sent.file.name, media: mediaOf(sent.file) }) }], sent?.text ? { text: sent.text } : {});
}

function mediaOf({ type, width, height, thumbhash, duration, waveform }: NonNullable<ChatMessage['file']>) {
  return { type, ...(width !== undefined && { width }), ...(height !== undefined && { height }), ...(thumbhash && { thumbhash }), ...(duration !== undefined && { duration }), ...(waveform && { waveform }) };
}
