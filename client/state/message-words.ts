// One message in one line, where there is no room to show it whole.
import type { ChatMessage } from '../engine/types.ts';
import { words } from '../words/words.ts';

type Worded = Pick<ChatMessage, 'text' | 'file'>;

/** The caption of a file or its name; the text of any other message. */
export function messageWords({ text, file }: Worded): string {
  const bare = bareFile({ text, file });
  if (bare !== undefined) return `📎 ${bare}`;
  return text ?? words.chat.unreadableShort;
}

/** The name of a file without a caption. */
export function bareFile({ text, file }: Worded): string | undefined {
  return text?.trim() ? undefined : file?.name;
}

/** The same as it is read aloud: of a file its caption and its name. */
export function spokenWords({ text, file }: Worded): string {
  if (file === undefined) return text ?? words.chat.unreadableShort;
  return text?.trim() ? words.chat.captionAndFile(text, file.name) : words.files.file(file.name);
}

/** What Copy takes: the caption, or the name. undefined: there is nothing to copy. */
export function copiedWords({ text, file }: Worded): string | undefined {
  return file !== undefined && !text?.trim() ? file.name : text;
}
