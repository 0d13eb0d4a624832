// THE table: every command, what stands behind it, and what it does. Parsing and --help derive from it.
import { command, flag, optional, type Command } from './command.ts';
import { chat } from './chat.ts';
import { doctor } from './doctor.ts';
import { files } from './files.ts';
import { get } from './get.ts';
import { history } from './history.ts';
import { EMOJI, FILE, FILE_NAME, ID, MESSAGE, NAME, number, PATH, PRESENCE, ROOM, STATUS_TEXT, TEXT, TOPIC, USER } from './parameters.ts';
import { roster, status } from './people.ts';
import { archive, create, invite, join, leave, members, read, remove as takeOut, rooms } from './rooms.ts';
import { edit, react, remove, reply, send } from './send.ts';
import { sendFile } from './send-file.ts';
import { tail } from './tail.ts';

const id = ID;
const LOBBY = { name: 'lobby' };

export const COMMANDS: readonly Command[] = [
  command({ name: 'chat', words: { room: optional(ROOM) }, options: {}, about: 'talk: history, live messages, presence; /help inside', run: (desk, { room }) => chat(desk, room ?? LOBBY) }),
  command({ name: 'send', words: { room: ROOM, text: TEXT }, options: { id }, about: "send one message, wait for the server's confirmation", run: send }),
  command({ name: 'reply', words: { room: ROOM, message: MESSAGE, text: TEXT }, options: { id }, about: 'answer a message', run: reply }),
  command({ name: 'edit', words: { room: ROOM, message: MESSAGE, text: TEXT }, options: { id }, about: 'give a message of yours another text', run: edit }),
  command({ name: 'delete', words: { room: ROOM, message: MESSAGE }, options: { id }, about: 'delete a message for everybody', run: remove }),
  command({ name: 'react', words: { room: ROOM, message: MESSAGE, emoji: EMOJI }, options: { off: flag, id }, about: 'react with an emoji, or take it back', run: react }),
  command({ name: 'dm', words: { user: USER, text: TEXT }, options: { id }, about: 'send a direct message', run: (desk, { user, ...given }) => send(desk, { room: { user }, ...given }) }),
  command({ name: 'send-file', words: { room: ROOM }, rest: 'PATH', options: { 'as-name': FILE_NAME, 'allow-tcp': flag }, about: 'send files or folders (- is standard input); Ctrl+C pauses, the same command goes on', run: sendFile }),
  command({ name: 'files', words: { room: ROOM }, options: { limit: number('N', 1) }, about: 'list the newest N files of a room (50)', run: files }),
  command({ name: 'get', words: { file: FILE }, options: { out: PATH }, about: 'save a file; Ctrl+C pauses, the same command goes on', run: get }),
  command({ name: 'history', words: { room: ROOM }, options: { limit: number('N', 1) }, about: 'print the newest N messages (50)', run: history }),
  command({ name: 'tail', words: { room: ROOM }, options: { since: number('SEQ', 0), count: number('N', 1) }, about: 'print messages as they come (behind SEQ, N of them)', run: tail }),
  command({ name: 'read', words: { room: ROOM, seq: optional(number('SEQ', 0)) }, options: {}, about: 'say that you have seen a room (up to SEQ, or all)', run: read }),
  command({ name: 'rooms', words: {}, options: { all: flag }, about: 'list your rooms, or the public ones too', run: rooms }),
  command({ name: 'create', words: { name: NAME }, options: { topic: TOPIC, private: flag }, about: 'make a room and be its moderator', run: create }),
  command({ name: 'join', words: { name: NAME }, options: {}, about: 'enter a public room', run: join }),
  command({ name: 'leave', words: { room: ROOM }, options: {}, about: 'leave a room', run: leave }),
  command({ name: 'invite', words: { room: ROOM, user: USER }, options: {}, about: 'bring somebody into a room', run: invite }),
  command({ name: 'remove', words: { room: ROOM, user: USER }, options: {}, about: 'take somebody out of a room, as its moderator', run: takeOut }),
  command({ name: 'archive', words: { room: ROOM }, options: { off: flag }, about: 'let nobody add to a room any more, or again, as its moderator', run: archive }),
  command({ name: 'members', words: { room: ROOM }, options: {}, about: 'who is in a room, and how far they have read', run: members }),
  command({ name: 'roster', words: {}, options: {}, about: 'everybody who has an account, and when last seen', run: roster }),
  command({ name: 'doctor', words: {}, options: { lifetime: flag }, about: 'measure TCP and UDP to the server, and say what is in the way', run: doctor }),
  command({ name: 'status', words: { presence: optional(PRESENCE), text: optional(STATUS_TEXT) }, options: {}, about: 'show or set what the roster says of you', run: status }),
];
