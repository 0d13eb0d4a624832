// What the card of a file shows in every state: words, bar and buttons. Pure; the component draws it.
import { leftWords, ordinal, partWords, percentOf, sizeWords, speedWords, spokenLeft } from '../../state/amounts.ts';
import { sinceWords, type Hours } from '../../state/dates.ts';
import type { Speed } from '../../state/pace.ts';
import type { ErrorCode, FileInfo, RemoteFile, Transfer } from '../../engine/types.ts';
import { words } from '../../words/words.ts';
import { isPreviewable, isRisky, typeWords } from './kinds.ts';

const texts = words.files.card;

export type Action = 'preview' | 'download' | 'pause' | 'resume' | 'resume_now' | 'cancel' | 'retry' | 'open' | 'show' | 'send_again' | 'dismiss' | 'details' | 'more';
/** `risk` stands beside the type, the others in its place. */
export type Mark = 'type' | 'risk' | 'warn' | 'danger' | 'shield' | 'muted' | 'check';

export interface Bar {
  /** Whole percent; undefined: nobody knows how far it is. */
  percent: number | undefined;
  moving: boolean;
  /** As a screen reader says it. */
  words: string;
}

export interface Card {
  mark: Mark;
  tone: 'plain' | 'danger' | 'warn' | 'muted';
  line: string;
  /** At the end of the same line. */
  right?: string;
  bar?: Bar;
  /** The first one is the one to be expected. */
  actions: readonly Action[];
}

export interface CardFacts {
  /** What a time is told from, Unix milliseconds, and how. */
  now: number;
  hours: Hours;
  file: Pick<FileInfo, 'name' | 'size'>;
  own: boolean;
  transfer: Transfer | undefined;
  remote: RemoteFile | undefined;
  speed: Speed | undefined;
  /** How far the own message came, such as "delivered to 3 of 4". */
  receipt: string | undefined;
}

/** Milliseconds for which a file that has just come, or gone, wears a check mark. */
const FRESH_MS = 1_600;

/** What an interrupted transfer says as "Connection lost": every way a connection ends. */
const CONNECTION: readonly ErrorCode[] = ['unreachable', 'refused', 'timeout', 'closed_by_peer', 'idle', 'slow_consumer', 'bad_record', 'malformed'];

export function cardOf(facts: CardFacts): Card {
  const { transfer } = facts;
  return transfer === undefined || transfer.state.name === 'cancelled' ? remoteCard(facts) : transferCard(transfer, facts);
}

/** The transfer that the card of a message tells of: the one under way, else the one that left a file here. */
export function transferOf(up: Transfer | undefined, down: Transfer | undefined): Transfer | undefined {
  const shown = [up, down].filter((one) => one !== undefined && one.state.name !== 'cancelled');
  return shown.find((one) => one?.state.name !== 'done') ?? shown.at(-1) ?? down ?? up;
}

/** The saved file, or the one that was sent. */
export function pathOf(transfer: Transfer | undefined): string | undefined {
  return transfer?.state.name === 'done' ? transfer.state.path : undefined;
}

/** What stands in place of the icon: a check mark where the last byte has just been checked, unless something matters more. */
export function markOf(mark: Mark, transfer: Transfer | undefined, now: number): Mark {
  const state = transfer?.state;
  return mark === 'type' && state?.name === 'done' && now - state.at < FRESH_MS ? 'check' : mark;
}

function remoteCard(facts: CardFacts): Card {
  const { file, own, transfer, remote, receipt } = facts;
  const size = sizeWords(file.size);
  const gone = goneCard(facts, size);
  if (gone) return gone;
  if (isRisky(file.name) && !own) return { mark: 'risk', tone: 'warn', line: joined([size, texts.risk]), actions: withPreview(file.name, ['download']) };
  if (transfer?.state.name === 'cancelled') return { mark: 'muted', tone: 'muted', line: joined([size, texts.cancelled(sinceWords(transfer.state.at, facts))]), actions: ['download'] };
  const coming = remote?.state === 'uploading' || remote?.state === 'offered' ? texts.uploading(percentOf(remote.bytes, uploadSize(file.size, remote.bytes))) : undefined;
  const line = [size, own && receipt && !coming ? undefined : typeWords(file.name), coming, own && !coming ? receipt : undefined];
  // Before its first byte is there nothing can be looked at.
  return { mark: 'type', tone: 'plain', line: joined(line), actions: remote?.state === 'offered' && !own ? ['download'] : withPreview(file.name, ['download']) };
}

function goneCard({ own, remote, now, hours }: CardFacts, size: string): Card | undefined {
  const since = remote?.at === undefined ? undefined : sinceWords(remote.at, { now, hours });
  if (remote?.state === 'expired') return { mark: 'muted', tone: 'muted', line: texts.expired(size, since), actions: [] };
  if (remote?.state === 'deleted') return { mark: 'muted', tone: 'muted', line: texts.deleted(size, since), actions: [] };
  if (remote?.state === 'damaged') return { mark: 'danger', tone: 'danger', line: own ? texts.damagedOwn(since) : texts.damaged(since), actions: [] };
  return undefined;
}

function transferCard(transfer: Transfer, facts: CardFacts): Card {
  const { state, done, size } = transfer;
  const percent = percentOf(done, size);
  switch (state.name) {
    case 'queued':
      return { mark: 'type', tone: 'plain', line: texts.waiting(ordinal(state.place)), actions: ['cancel'] };
    case 'preparing':
      return { ...beginningCard(transfer), actions: ['cancel'] };
    case 'active':
      return transfer.done === 0 ? beginningCard(transfer) : activeCard(transfer, facts.speed);
    case 'paused':
      return { mark: 'type', tone: 'plain', line: texts.paused(percent), bar: { percent, moving: false, words: texts.paused(percent) }, actions: ['resume', 'cancel'] };
    case 'interrupted':
      return { mark: 'warn', tone: 'warn', line: interruptedWords(state.failure, percent), actions: ['resume_now', 'cancel'] };
    case 'checking':
      return { mark: 'shield', tone: 'plain', line: texts.checking, bar: { percent: 100, moving: true, words: texts.checking }, actions: [] };
    case 'failed':
      return isGone(state.failure.code, facts.remote) ? remoteCard({ ...facts, transfer: undefined }) : { mark: 'danger', tone: 'danger', line: sentence(state.failure.message), actions: state.failure.code === 'too_large' ? ['dismiss'] : ['retry', 'details', 'cancel'] };
    default:
      return doneCard(transfer, facts);
  }
}

/** Trying again would meet the same answer. */
function isGone(code: ErrorCode, remote: RemoteFile | undefined): boolean {
  return remote !== undefined && code === remote.state;
}

/** Before the first byte. */
function beginningCard({ state, direction }: Transfer): Card {
  const line = state.name === 'active' && direction === 'up' ? texts.encrypting : texts.preparing;
  return { mark: 'type', tone: 'plain', line, bar: { percent: undefined, moving: true, words: line }, actions: ['pause', 'cancel'] };
}

function activeCard({ done, size }: Transfer, speed: Speed | undefined): Card {
  const percent = percentOf(done, size);
  const left = speed?.left === undefined ? undefined : leftWords(speed.left, speed.about);
  const said = speed?.left === undefined ? texts.percent(percent) : texts.percentLeft(percent, spokenLeft(speed.left, speed.about));
  const right = speed && joined([speedWords(speed.speed), left]);
  return { mark: 'type', tone: 'plain', line: partWords(done, size), ...(right && { right }), bar: { percent, moving: true, words: said }, actions: ['pause', 'cancel'] };
}

function doneCard(transfer: Transfer, facts: CardFacts): Card {
  const { file, remote, receipt } = facts;
  const { state, direction } = transfer;
  const size = sizeWords(file.size);
  const at = state.name === 'done' ? state.at : 0;
  if (direction === 'down') {
    const line = joined([size, texts.saved(sinceWords(at, facts)), isRisky(file.name) ? texts.risk : texts.checked]);
    return { mark: isRisky(file.name) ? 'risk' : 'type', tone: isRisky(file.name) ? 'warn' : 'plain', line, actions: [...withPreview(file.name, ['open']), 'show', 'more'] };
  }
  if (pathOf(transfer) === undefined) return remoteCard({ ...facts, transfer: undefined, receipt: receipt ?? texts.sent });
  const gone = remote && goneCard(facts, size);
  if (gone) return { ...gone, actions: ['send_again', 'show', 'more'] };
  return { mark: 'type', tone: 'plain', line: joined([size, receipt ?? texts.sent]), actions: withPreview(file.name, ['show', 'more']) };
}

function withPreview(name: string, actions: readonly Action[]): readonly Action[] {
  return isPreviewable(name) ? ['preview', ...actions] : actions;
}

function interruptedWords({ code, message }: { code: ErrorCode; message: string }, percent: number): string {
  return CONNECTION.includes(code) ? texts.connectionLost(percent) : texts.resumes(sentence(message));
}

function sentence(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}

/** What is uploaded is the ciphertext: a little more than the file. */
function uploadSize(size: number, bytes: number): number {
  return Math.max(size, bytes);
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' · ');
}
