// Every key of the window that is not plain typing, in one place: what is pressed, what it does, and where. Components ask
// this table (pressed.ts) instead of looking at keys themselves, and the sheet of shortcuts shows it.

export type Where = 'anywhere' | 'writing' | 'messages' | 'preview';

export interface Shortcut {
  /** Alternatives, as people read them: `Ctrl+Shift+L`. Ctrl is Cmd on a Mac. */
  keys: readonly string[];
  does: string;
  where: Where;
}

const of = (where: Where, does: string, ...keys: string[]): Shortcut => ({ keys, does, where });

export const SHORTCUTS = {
  palette: of('anywhere', 'Jump to a room, a person or an action', 'Ctrl+K'),
  sheet: of('anywhere', 'Show all shortcuts', 'Ctrl+/'),
  room_above: of('anywhere', 'Previous conversation', 'Alt+ArrowUp'),
  room_below: of('anywhere', 'Next conversation', 'Alt+ArrowDown'),
  unread_above: of('anywhere', 'Previous unread conversation', 'Alt+Shift+ArrowUp'),
  unread_below: of('anywhere', 'Next unread conversation', 'Alt+Shift+ArrowDown'),
  nth_room: of('anywhere', 'Conversation by its place in the list', ...Array.from({ length: 9 }, (_, at) => `Ctrl+${at + 1}`)),
  last_used: of('anywhere', 'Conversation used before this one', 'Ctrl+Tab'),
  last_used_back: of('anywhere', 'And back', 'Ctrl+Shift+Tab'),
  next_landmark: of('anywhere', 'Next part of the window', 'F6'),
  previous_landmark: of('anywhere', 'Previous part of the window', 'Shift+F6'),
  roster: of('anywhere', 'Show or hide people', 'Ctrl+Shift+R'),
  find: of('anywhere', 'Search this conversation', 'Ctrl+F'),
  find_everywhere: of('anywhere', 'Search everywhere', 'Ctrl+Shift+F'),
  new_dm: of('anywhere', 'New direct message', 'Ctrl+N'),
  new_room: of('anywhere', 'New room', 'Ctrl+Shift+N'),
  mute: of('anywhere', 'Mute or unmute this conversation', 'Ctrl+Shift+M'),
  all_read: of('anywhere', 'Mark everything read', 'Shift+Escape'),
  transfers: of('anywhere', 'Transfers', 'Ctrl+Shift+T'),
  theme: of('anywhere', 'Light or dark', 'Ctrl+Shift+L'),
  settings: of('anywhere', 'Settings', 'Ctrl+,'),
  zoom_in: of('anywhere', 'Larger', 'Ctrl++', 'Ctrl+='),
  zoom_out: of('anywhere', 'Smaller', 'Ctrl+-'),
  zoom_reset: of('anywhere', 'Normal size', 'Ctrl+0'),
  close: of('anywhere', 'Close the window', 'Ctrl+W'),
  quit: of('anywhere', 'Quit', 'Ctrl+Q'),
  send: of('writing', 'Send in any case', 'Ctrl+Enter'),
  attach: of('writing', 'Attach files', 'Ctrl+U'),
  emoji: of('writing', 'Emoji', 'Ctrl+Shift+E'),
  bold: of('writing', 'Bold', 'Ctrl+B'),
  italic: of('writing', 'Italic', 'Ctrl+I'),
  code: of('writing', 'Code', 'Ctrl+E'),
  strike: of('writing', 'Strike through', 'Ctrl+Shift+X'),
  edit_last: of('writing', 'Change the last own message, where nothing is written', 'ArrowUp'),
  leave: of('writing', 'Leave the reply or the change; then close what is open; then mark the room read', 'Escape'),
  newest: of('messages', 'First new message, then the newest', 'End', 'Ctrl+End'),
  reply: of('messages', 'Reply', 'R'),
  react: of('messages', 'React', 'E'),
  copy: of('messages', 'Copy', 'C'),
  delete: of('messages', 'Delete', 'Delete'),
  menu: of('messages', 'Menu', 'M', 'Shift+F10', 'ContextMenu'),
  preview: of('messages', 'Preview its file', 'Enter', ' '),
  save: of('messages', 'Save its file', 'Ctrl+S'),
  neighbour: of('preview', 'Previous and next file', 'ArrowLeft', 'ArrowRight'),
  zoom: of('preview', 'Zoom, fit, 100 %, rotate', '+', '-', '0', '1', 'R'),
} satisfies Record<string, Shortcut>;

export type KeyId = keyof typeof SHORTCUTS;
