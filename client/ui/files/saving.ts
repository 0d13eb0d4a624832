// Saving a received file: into the folder of downloads, or where the person says.
import type { AppContext } from '../context.ts';

export async function saveFile(context: AppContext, room: string, message: string): Promise<void> {
  if (context.state.settings.values.askFolder) await saveFileAs(context, room, message);
  else context.engine.download(room, message);
}

/** Asks for place and name; nothing is saved without an answer. */
export async function saveFileAs({ state, engine, platform }: AppContext, room: string, message: string): Promise<void> {
  const path = await platform.chooseSave(state.timelines.get(room)?.find(message)?.file?.name ?? '');
  if (path !== undefined) engine.download(room, message, { path });
}
