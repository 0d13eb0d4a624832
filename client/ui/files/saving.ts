// Saving a received file: into the folder of downloads, or where the person says, if they want to be asked.
import type { AppContext } from '../context.ts';

export async function saveFile({ state, engine, platform }: AppContext, room: string, message: string): Promise<void> {
  if (!state.settings.values.askFolder) return engine.download(room, message);
  const folder = await platform.chooseFolder();
  if (folder !== undefined) engine.download(room, message, folder);
}
