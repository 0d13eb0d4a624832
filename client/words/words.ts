// What the window says, in the language it says it in. Another language is another object of this type. Sentences with
// something in them are functions; nothing is glued together elsewhere, since languages order their words differently.
import { about } from './en/about.ts';
import { amounts } from './en/amounts.ts';
import { chat } from './en/chat.ts';
import { compose } from './en/compose.ts';
import { connect } from './en/connect.ts';
import { connection } from './en/connection.ts';
import { desktop } from './en/desktop.ts';
import { failures } from './en/failures.ts';
import { files } from './en/files.ts';
import { find } from './en/find.ts';
import { keys } from './en/keys.ts';
import { parts } from './en/parts.ts';
import { people } from './en/people.ts';
import { preview } from './en/preview.ts';
import { refused } from './en/refused.ts';
import { rooms } from './en/rooms.ts';
import { settings } from './en/settings.ts';
import { sidebar } from './en/sidebar.ts';
import { toasts } from './en/toasts.ts';

const english = { about, amounts, chat, compose, connect, connection, desktop, failures, files, find, keys, parts, people, preview, refused, rooms, settings, sidebar, toasts };

export type Words = typeof english;

export const words: Words = english;
