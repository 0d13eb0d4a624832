// Every key of the window that is not plain typing, in one place: what is pressed, what it does, and where. Components ask
// this table (pressed.ts) instead of looking at keys themselves, and the sheet of shortcuts shows it.
import { words } from '../../words/words.ts';

export type Where = 'anywhere' | 'writing' | 'messages' | 'preview';

export interface Shortcut {
  /** Alternatives, as people read them: `Ctrl+Shift+L`. Ctrl is Cmd on a Mac. */
  keys: readonly string[];
  does: string;
  where: Where;
}

const of = (where: Where, does: string, ...keys: string[]): Shortcut => ({ keys, does, where });

export const SHORTCUTS = {
  palette: of('anywhere', words.keys.palette, 'Ctrl+K'),
  sheet: of('anywhere', words.keys.sheet, 'Ctrl+/'),
  room_above: of('anywhere', words.keys.room_above, 'Alt+ArrowUp'),
  room_below: of('anywhere', words.keys.room_below, 'Alt+ArrowDown'),
  unread_above: of('anywhere', words.keys.unread_above, 'Alt+Shift+ArrowUp'),
  unread_below: of('anywhere', words.keys.unread_below, 'Alt+Shift+ArrowDown'),
  nth_room: of('anywhere', words.keys.nth_room, ...Array.from({ length: 9 }, (_, at) => `Ctrl+${at + 1}`)),
  last_used: of('anywhere', words.keys.last_used, 'Ctrl+Tab'),
  last_used_back: of('anywhere', words.keys.last_used_back, 'Ctrl+Shift+Tab'),
  next_landmark: of('anywhere', words.keys.next_landmark, 'F6'),
  previous_landmark: of('anywhere', words.keys.previous_landmark, 'Shift+F6'),
  roster: of('anywhere', words.keys.roster, 'Ctrl+Shift+R'),
  find: of('anywhere', words.keys.find, 'Ctrl+F'),
  find_everywhere: of('anywhere', words.keys.find_everywhere, 'Ctrl+Shift+F'),
  new_dm: of('anywhere', words.keys.new_dm, 'Ctrl+N'),
  new_room: of('anywhere', words.keys.new_room, 'Ctrl+Shift+N'),
  mute: of('anywhere', words.keys.mute, 'Ctrl+Shift+M'),
  all_read: of('anywhere', words.keys.all_read, 'Shift+Escape'),
  transfers: of('anywhere', words.keys.transfers, 'Ctrl+Shift+T'),
  theme: of('anywhere', words.keys.theme, 'Ctrl+Shift+L'),
  settings: of('anywhere', words.keys.settings, 'Ctrl+,'),
  zoom_in: of('anywhere', words.keys.zoom_in, 'Ctrl++', 'Ctrl+='),
  zoom_out: of('anywhere', words.keys.zoom_out, 'Ctrl+-'),
  zoom_reset: of('anywhere', words.keys.zoom_reset, 'Ctrl+0'),
  close: of('anywhere', words.keys.close, 'Ctrl+W'),
  quit: of('anywhere', words.keys.quit, 'Ctrl+Q'),
  send: of('writing', words.keys.send, 'Ctrl+Enter'),
  attach: of('writing', words.keys.attach, 'Ctrl+U'),
  emoji: of('writing', words.keys.emoji, 'Ctrl+Shift+E'),
  bold: of('writing', words.keys.bold, 'Ctrl+B'),
  italic: of('writing', words.keys.italic, 'Ctrl+I'),
  code: of('writing', words.keys.code, 'Ctrl+E'),
  strike: of('writing', words.keys.strike, 'Ctrl+Shift+X'),
  edit_last: of('writing', words.keys.edit_last, 'ArrowUp'),
  leave: of('writing', words.keys.leave, 'Escape'),
  newest: of('messages', words.keys.newest, 'End', 'Ctrl+End'),
  reply: of('messages', words.keys.reply, 'R'),
  react: of('messages', words.keys.react, 'E'),
  copy: of('messages', words.keys.copy, 'C'),
  delete: of('messages', words.keys.delete, 'Delete'),
  menu: of('messages', words.keys.menu, 'M', 'Shift+F10', 'ContextMenu'),
  preview: of('messages', words.keys.preview, 'Enter', ' '),
  save: of('messages', words.keys.save, 'Ctrl+S'),
  neighbour: of('preview', words.keys.neighbour, 'ArrowLeft', 'ArrowRight'),
  zoom: of('preview', words.keys.zoom, '+', '-', '0', '1', 'R'),
  play: of('preview', words.keys.play, ' ', 'K'),
  play_jump: of('preview', words.keys.play_jump, 'J', 'L'),
  play_step: of('preview', words.keys.play_step, ',', '.'),
  text_find: of('preview', words.keys.text_find, 'Ctrl+F'),
  text_next: of('preview', words.keys.text_next, 'F3', 'Shift+F3'),
  text_wrap: of('preview', words.keys.text_wrap, 'Alt+Z'),
  page: of('preview', words.keys.page, 'PageUp', 'PageDown'),
  preview_save: of('preview', words.keys.preview_save, 'Ctrl+S'),
  preview_close: of('preview', words.keys.preview_close, 'Escape'),
} satisfies Record<string, Shortcut>;

export type KeyId = keyof typeof SHORTCUTS;

/** Anywhere, too, but what they do is seen on the main screen. */
export const MAIN_SCREEN: readonly KeyId[] = [
  'room_above', 'room_below', 'unread_above', 'unread_below', 'nth_room', 'last_used', 'last_used_back', 'roster', 'find', 'find_everywhere', 'new_dm', 'new_room', 'mute', 'all_read', 'transfers',
];
