// What a person chose on this computer. Types only.
import type { Protocol } from './session.ts';

export interface RecentServer {
  server: string;
  username: string;
  lastUsed: number;
  /** Chosen last for it; absent: TCP. */
  protocol?: Protocol;
  /** Of the relay, in place of the one the server names. */
  udpPort?: number;
}

/** How somebody goes to a server they know. */
export type Ways = Pick<RecentServer, 'protocol' | 'udpPort'>;

export type Theme = 'system' | 'light' | 'dark';

/** Where the key of the sealed files of this computer is; `none`: nothing is sealed, or nobody is signed in. */
export type LocalKey = 'keychain' | 'password' | 'file' | 'none';

/** Of what a person wants to be told. */
export type Notify = 'all' | 'mentions' | 'none';

/** What is absent is as everywhere else. */
export interface RoomSettings {
  /** At the top of its list. */
  pinned?: true;
  /** `none`: muted, its unread messages are shown weaker. */
  notify?: Notify;
  /** The person wants to come back to it: it looks unread until they do. */
  unread?: true;
}

export interface Settings {
  theme: Theme;
  /** Of messages, 12 to 20 px. */
  textSize: number;
  density: 'bubbles' | 'compact';
  /** Percent, 50 to 300. */
  zoom: number;
  motion: 'system' | 'reduced';
  clock: 'system' | '12' | '24';
  rosterOpen: boolean;
  /** 64: icons only. */
  sidebarWidth: number;
  /** False: Enter begins a new line and Shift+Enter sends. */
  enterSends: boolean;
  /** American English; `system`: where this computer speaks English. */
  spelling: 'system' | 'on' | 'off';
  /** Words the person has added, in lower case. */
  dictionary: string[];
  /** Double click on a message reacts with a thumb up. */
  doubleClick: boolean;
  /** Of emoji: 0 none, 1 light to 5 dark. */
  skinTone: number;
  notify: Notify;
  /** False: notifications name the sender, not the text. */
  notifyPreview: boolean;
  sounds: boolean;
  /** Also for the room that is looked at. */
  soundInRoom: boolean;
  /** No notification and no sound between these minutes of the day; `from` may be the later one. */
  quiet: { from: number; to: number } | null;
  /** No notification and no sound before this time. */
  mutedUntil: number;
  /** By room id. */
  rooms: Record<string, RoomSettings>;
  /** By the own user id: those whose messages are folded away and of whom nothing is told. */
  blocked: Record<string, string[]>;
  remember: boolean;
  recent: RecentServer[];
  /** Folder of received files, absolute; always set. */
  downloads: string;
  askFolder: boolean;
  /** Received files up to so many MB are saved by themselves; 0: none. */
  autoDownload: number;
  /** Lines in rooms when people come and go. */
  comings: boolean;
  sendTyping: boolean;
  sendSeen: boolean;
  closing: 'ask' | 'tray' | 'quit';
  /** Ids of what the palette opened last, newest first, at most five. */
  palette: string[];
}
