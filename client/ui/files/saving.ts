// Saving a received file: into the folder of downloads, or where the person says.
import type { AppContext } from '../context.ts';

/** False: nobody said where to. */
export async function saveFile(context: AppContext, room: string, message: string): Promise<boolean> {
  if (context.state.settings.values.askFolder) return saveFileAs(context, room, message);
  context.engine.download(room, message);
  return true;
}

/** Asks for place and name; nothing is saved without an answer. */
export async function saveFileAs({ state, engine, platform }: AppContext, room: string, message: string): Promise<boolean> {
  const path = await platform.chooseSave(state.timelines.get(room)?.find(message)?.file?.name ?? '');
  if (path !== undefined) engine.download(room, message, { path });
  return path !== undefined;
}
