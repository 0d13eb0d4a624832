// A room as its log and one's own waiting messages make it: texts with the edits, deletes and reactions that count folded
// in. Pure. The same set of messages gives the same view in whatever order it came (docs/protocol.md, Kinds).
import { decodeBody, decodeFile, decodeReaction, type Manifest } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import { safeFileName } from '../../shared/protocol/file-names.ts';
import { manifestOf, type Entry } from './entry.ts';
import type { ChatMessage, FileInfo, Reaction, SendState } from './types.ts';

/** Texts kept; of more, the oldest are forgotten, as the window forgets them. */
const TEXTS_MAX = 20_000;
/** Bytes of their words and of the small files in them; beyond, the oldest are forgotten too. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Changes kept whose text is not loaded, or of a text that is. */
const CHANGES_MAX = 50_000;

interface Text {
  id: string;
  seq?: number;
  ts: number;
  sender: string;
  text?: string;
  replyTo?: string;
  mentions: string[];
  file?: Manifest;
  /** Its body was blanked by the server. */
  blank: boolean;
  state: SendState;
}

type What = { kind: 'edit'; text?: string; mentions: string[] } | { kind: 'reaction'; emoji: string; on: boolean } | { kind: 'delete' };
type Change = { id: string; target: string; seq?: number; ts: number; sender: string } & What;

export interface ViewOptions {
  /** User id, hex. */
  me: string;
  /** undefined: not known here. */
  isModerator(user: string): boolean | undefined;
}

export class RoomView {
  readonly #options: ViewOptions;
  readonly #texts = new Map<string, Text>();
  /** At least what is held; exact after a trim. */
  #bytes = 0;
  /** By id; and the ids by target. */
  readonly #changes = new Map<string, Change>();
  readonly #byTarget = new Map<string, Set<string>>();

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  /** The text that is new or different now: its id, and whether it is new here. undefined: nothing to show. */
  add(envelope: Envelope): { id: string; isNew: boolean } | undefined {
    const id = hex(envelope.client_msg_id);
    if (envelope.kind === 'text' || envelope.kind === 'file') {
      const isNew = !this.#texts.has(id);
      this.#texts.set(id, textOf(envelope));
      this.#bytes += envelope.body.length;
      this.#trim();
      return { id, isNew };
    }
    const change = changeOf(envelope);
    return change && this.#change(change);
  }

  /** One's own, not in the log yet. */
  addOwn(entry: Entry, state: SendState): { id: string; isNew: boolean } | undefined {
    const { id, ts } = entry;
    if (entry.kind !== 'text' && entry.kind !== 'file') return this.#change({ ...entry, sender: this.#options.me, ...(entry.kind === 'edit' && { mentions: entry.mentions ?? [] }) } as Change);
    const isNew = !this.#texts.has(id);
    const { text, replyTo, mentions = [] } = entry;
    const file = entry.kind === 'file' ? { file: manifestOf(entry.file) } : {};
    this.#texts.set(id, { id, ts, sender: this.#options.me, text, mentions, blank: false, state, ...(replyTo && { replyTo }), ...file });
    return { id, isNew };
  }

  /** One's own has its place in the log. Id of the text concerned. */
  placed(id: string, seq: number, ts: number): string | undefined {
    const text = this.#texts.get(id);
    if (text) this.#texts.set(id, { ...text, seq, ts, state: { name: 'sent' } });
    const change = this.#changes.get(id);
    if (change) this.#changes.set(id, { ...change, seq, ts });
    return text ? id : change?.target;
  }

  setState(id: string, state: SendState): void {
    const text = this.#texts.get(id);
    if (text) text.state = state;
  }

  /** One's own was refused or given up. Id of the text that looks different now. */
  drop(id: string): string | undefined {
    this.#texts.delete(id);
    const change = this.#changes.get(id);
    if (!change) return undefined;
    this.#changes.delete(id);
    this.#byTarget.get(change.target)?.delete(id);
    return change.target;
  }

  message(room: string, id: string): ChatMessage | undefined {
    const text = this.#texts.get(id);
    if (!text) return undefined;
    const changes = this.#changesOf(id);
    const { blank, text: words, mentions, file, ...rest } = text;
    const gone = changes.find((change) => change.kind === 'delete' && this.#mayDelete(change.sender, text.sender));
    if (gone || blank) return { ...rest, room, mentions: [], reactions: [], deleted: gone?.sender ?? text.sender };
    const edit = changes.findLast((change): change is Extract<Change, { kind: 'edit' }> => change.kind === 'edit' && change.sender === text.sender);
    const latest = edit ? { text: edit.text, mentions: edit.mentions, edited: edit.ts } : { text: words, mentions };
    const { text: shown, ...more } = latest;
    return { ...rest, room, ...more, ...(shown !== undefined && { text: shown }), ...(file && { file: fileInfo(file) }), reactions: reactionsOf(changes) };
  }

  /** Texts of others above `seq` that are not deleted. */
  unreadAfter(seq: number): number {
    let count = 0;
    for (const text of this.#texts.values()) if (text.seq !== undefined && text.seq > seq && text.sender !== this.#options.me && !this.#isDeleted(text)) count += 1;
    return count;
  }

  /** Of a text: its seq and sender. */
  textOf(id: string): { seq?: number; sender: string } | undefined {
    return this.#texts.get(id);
  }

  isDeleted(id: string): boolean {
    const text = this.#texts.get(id);
    return text !== undefined && this.#isDeleted(text);
  }

  /** The file of a message that is not deleted. */
  fileOf(id: string): { file: Manifest; sender: string; text: string } | undefined {
    const text = this.#texts.get(id);
    return text?.file && !this.#isDeleted(text) ? { file: text.file, sender: text.sender, text: text.text ?? '' } : undefined;
  }

  /** The message that carries this file. */
  messageOf(file: string): string | undefined {
    for (const text of this.#texts.values()) if (text.file && hex(text.file.id) === file) return text.id;
    return undefined;
  }

  /** Texts that somebody else's delete or edit concerns: who may do what became known. */
  get disputed(): string[] {
    return [...this.#byTarget].filter(([id, changes]) => this.#texts.has(id) && [...changes].some((change) => this.#changes.get(change)!.sender !== this.#texts.get(id)!.sender)).map(([id]) => id);
  }

  /** Texts kept. */
  get size(): number {
    return this.#texts.size;
  }

  forget(): void {
    this.#texts.clear();
    this.#bytes = 0;
    this.#changes.clear();
    this.#byTarget.clear();
  }

  #change(change: Change): { id: string; isNew: boolean } | undefined {
    this.#changes.set(change.id, change);
    const ids = this.#byTarget.get(change.target) ?? new Set();
    this.#byTarget.set(change.target, ids.add(change.id));
    if (this.#changes.size > CHANGES_MAX) this.drop(this.#changes.keys().next().value!);
    return this.#texts.has(change.target) ? { id: change.target, isNew: false } : undefined;
  }

  /** In the order of the log, one's own waiting ones last. */
  #changesOf(id: string): Change[] {
    const changes = [...(this.#byTarget.get(id) ?? [])].map((change) => this.#changes.get(change)!);
    return changes.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || (a.id < b.id ? -1 : 1));
  }

  #isDeleted(text: Text): boolean {
    return text.blank || this.#changesOf(text.id).some((change) => change.kind === 'delete' && this.#mayDelete(change.sender, text.sender));
  }

  #mayDelete(user: string, author: string): boolean {
    return user === author || this.#options.isModerator(user) !== false;
  }

  #trim(): void {
    if (this.#texts.size <= TEXTS_MAX && this.#bytes <= BYTES_MAX) return;
    const placed = [...this.#texts.values()].filter(({ seq }) => seq !== undefined).sort((a, b) => a.seq! - b.seq!);
    for (const { id } of placed.slice(0, Math.ceil(placed.length / 10))) {
      for (const change of this.#byTarget.get(id) ?? []) this.#changes.delete(change);
      this.#byTarget.delete(id);
      this.#texts.delete(id);
    }
    this.#bytes = [...this.#texts.values()].reduce((sum, { text, file }) => sum + (text?.length ?? 0) + (file?.inline?.length ?? 0), 0);
  }
}

/** What a screen may know of a file: no key, and a name that is safe to show and to save. */
function fileInfo({ id, name, type, size, width, height, thumbhash, duration, waveform }: Manifest): FileInfo {
  return {
    id: hex(id), name: safeFileName(name), type, size,
    ...(width && height && { width, height }), ...(thumbhash && { thumbhash }), ...(duration !== undefined && { duration }), ...(waveform && { waveform }),
  };
}

function textOf({ client_msg_id, seq, ts, sender, kind, body }: Envelope): Text {
  const file = kind === 'file' ? decodeFile(body) : undefined;
  const read = file ?? (kind === 'text' ? decodeBody(body) : undefined);
  return {
    id: hex(client_msg_id), seq, ts, sender: hex(sender), blank: body.length === 0, state: { name: 'sent' },
    mentions: (read?.mentions ?? []).map(hex),
    ...(read && { text: read.text }), ...(file && { file: file.file }), ...(read?.reply_to && { replyTo: hex(read.reply_to) }),
  };
}

/** undefined for one without a target, or whose body cannot be read. */
function changeOf({ client_msg_id, seq, ts, sender, kind, target, body }: Envelope): Change | undefined {
  if (!target) return undefined;
  const common = { id: hex(client_msg_id), target: hex(target), seq, ts, sender: hex(sender) };
  if (kind === 'delete') return { ...common, kind };
  if (kind === 'reaction') {
    const reaction = decodeReaction(body);
    return reaction && { ...common, kind, ...reaction };
  }
  if (kind !== 'edit' || body.length === 0) return undefined;
  const read = decodeBody(body);
  return { ...common, kind, mentions: (read?.mentions ?? []).map(hex), ...(read && { text: read.text }) };
}

/** Of one person with one emoji the last word counts; people in the order of it. */
function reactionsOf(changes: readonly Change[]): Reaction[] {
  const users = new Map<string, Set<string>>();
  for (const change of changes) {
    if (change.kind !== 'reaction') continue;
    const of = users.get(change.emoji) ?? new Set();
    if (change.on) users.set(change.emoji, of.add(change.sender));
    else of.delete(change.sender);
  }
  return [...users].filter(([, of]) => of.size > 0).map(([emoji, of]) => ({ emoji, users: [...of] }));
}
