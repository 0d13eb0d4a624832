// Searching what this client has, as the window sees it. Types only.

export interface FindQuery {
  /** Words; each has to be there; one of three letters or more may be the beginning of a word that is. Empty: all that the rest lets through. */
  text: string;
  /** Room id; absent: all rooms. */
  room?: string;
  /** User ids; absent: everybody. */
  from?: string[];
  /** Only messages with a file. */
  hasFile?: boolean;
}

export interface FindHit {
  room: string;
  message: string;
  /** Absent while an own message waits for its place. */
  seq?: number;
  ts: number;
  sender: string;
  /** The part of the text, or of the name of its file, around the first match. */
  excerpt: string;
  /** Where the matches are in it: from, to. */
  marks: [number, number][];
  /** Name of its file. */
  file?: string;
}

/** How far back a room is loaded, and so searched. */
export interface Searched {
  room: string;
  /** Of the oldest message that is read in; absent where there is none. */
  oldest?: number;
  /** Why no older ones can be searched: the first message of the room is among them, or as many are here as this computer keeps. */
  end?: 'first' | 'limit';
}

export interface FindPage {
  /** Newest first, at most 100. */
  hits: FindHit[];
  /** All that match. */
  total: number;
  /** Nothing matches exactly: these words are similar ones. */
  similar: boolean;
  /** Messages that are loaded and not yet read in. */
  waiting: number;
  /** Of the rooms that were searched. */
  searched: Searched[];
  /** More messages came than are kept, and how many that is. */
  full?: number;
}

/** Older messages are fetched to be searched: of which room now, and how many rooms follow it. */
export interface SearchingBack {
  room: string;
  left: number;
}
