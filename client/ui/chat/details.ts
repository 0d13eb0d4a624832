// The facts of a message and of its file, as pairs of a name and what it is. Pure.
import type { ChatMessage, FileInfo, RemoteFile, Transfer } from '../../engine/types.ts';
import { sizeWords } from '../../state/amounts.ts';
import { fullDate, type Hours } from '../../state/dates.ts';
import type { Receipt } from '../../state/people.svelte.ts';
import type { Sent } from '../../state/sending.svelte.ts';
import { words } from '../../words/words.ts';
import { typeWords } from '../files/kinds.ts';

export type Fact = readonly [name: string, is: string, at?: number];

export interface Known {
  hours: Hours;
  receipt: Receipt;
  sent: Sent | undefined;
  own: boolean;
  nameOf(userId: string): string;
}

const texts = words.chat.details;

export function messageFacts({ sender, ts, edited, state }: Pick<ChatMessage, 'sender' | 'ts' | 'edited' | 'state'>, { hours, receipt, sent, own, nameOf }: Known): Fact[] {
  const names = (ids: readonly string[]): string => ids.map(nameOf).sort((a, b) => a.localeCompare(b)).join(', ');
  const only = receipt.delivered.filter((id) => !receipt.seen.includes(id));
  return [
    [texts.from, own ? texts.you(nameOf(sender)) : nameOf(sender)],
    [texts.sentAt, fullDate(ts, hours), ts],
    ...(edited === undefined ? [] : [[texts.editedAt, fullDate(edited, hours), edited] as const]),
    ...told(texts.tookTo, sent && `${words.chat.took(sent.took)}${sent.moved ? `. ${words.chat.moved}` : ''}`),
    ...(own && state.name === 'queued' ? [[texts.state, words.chat.queued] as const] : []),
    ...(own && state.name === 'failed' ? failureFacts(state.failure) : []),
    ...(own && state.name === 'sent' ? [[texts.seen, names(receipt.seen) || texts.nobodyYet] as const, ...told(texts.delivered, names(only) || undefined)] : []),
  ];
}

export function fileFacts({ file, transfer, remote, path, card }: { file: FileInfo; transfer: Transfer | undefined; remote: RemoteFile | undefined; path: string | undefined; card: { line: string } }): Fact[] {
  const { name, size, type, width, height, id } = file;
  return [
    [texts.name, name],
    [texts.size, `${sizeWords(size)}${size < 1024 ? '' : `, ${texts.bytes(size)}`}`],
    [texts.type, type === '' ? typeWords(name) : texts.typeOf(typeWords(name), type)],
    ...told(texts.pixels, width && height ? `${width} × ${height}` : undefined),
    ...told(transfer?.direction === 'up' ? texts.sentFrom : texts.savedAt, path),
    ...(transfer?.state.name === 'failed' ? failureFacts(transfer.state.failure) : [[texts.state, card.line] as const]),
    ...told(texts.onServer, remote && texts.remote[remote.state]),
    [texts.id, id],
  ];
}

function failureFacts({ message, hint, code }: { message: string; hint?: string; code: string }): Fact[] {
  return [[texts.state, texts.failed], [texts.reason, message], ...told(texts.next, hint), [texts.code, code]];
}

function told(name: string, is: string | undefined): Fact[] {
  return is === undefined ? [] : [[name, is]];
}
