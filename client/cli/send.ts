// What adds to a room's log: messages, replies, edits, deletions, reactions. One frame each, and the truth about it: sent,
// not sent, or unknown (then --id repeats it without doubling).
import { EMPTY_BODY, encodeBody, encodeReaction } from '../../shared/protocol/body.ts';
import { fromHex, type Bytes } from '../../shared/protocol/bytes.ts';
import { formatUuid, uuidv7 } from '../../shared/protocol/ids.ts';
import type { Content, MessageKind } from '../../shared/protocol/messages.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import type { Protocol } from '../engine/types.ts';
import { withVisit, type Desk } from './desk.ts';
import { findMessage, findRoom, roomWords, type Found } from './finding.ts';
import { byUdp, jsonLine } from './output.ts';
import type { MessageRef, Place } from './parameters.ts';
import { EXIT, Problem } from './problem.ts';
import { refusalOf, type Refusals, type Visit } from './visit.ts';

interface Where {
  room: Place;
  id: Bytes | undefined;
}

interface About extends Where {
  message: MessageRef;
}

interface Draft {
  kind: MessageKind;
  target?: Bytes;
  body: Bytes;
  /** What was done, for people: `Sent to`. */
  done: string;
}

const REFUSALS: Record<MessageKind, Refusals> = {
  text: {},
  file: {},
  edit: { forbidden: 'Only its author can edit a message.' },
  delete: { forbidden: 'Only its author or a moderator can delete a message.' },
  reaction: {},
};

export function send(desk: Desk, { text, ...where }: Where & { text: string }): Promise<number> {
  encodeBody({ text }); // too large is said before anything is dialled
  return post(desk, where, async (visit) => ({ kind: 'text', body: await textBody(visit, text), done: 'Sent to' }));
}

export function reply(desk: Desk, { text, message, ...where }: About & { text: string }): Promise<number> {
  return post(desk, where, async (visit, room) => {
    const replyTo = await findMessage(visit, room, message);
    return { kind: 'text', body: await textBody(visit, text, replyTo), done: 'Answered in' };
  });
}

export function edit(desk: Desk, { text, message, ...where }: About & { text: string }): Promise<number> {
  return post(desk, where, async (visit, room) => {
    const target = await findMessage(visit, room, message);
    return { kind: 'edit', target, body: await textBody(visit, text), done: 'Edited in' };
  });
}

export function remove(desk: Desk, { message, ...where }: About): Promise<number> {
  return post(desk, where, async (visit, room) => ({ kind: 'delete', target: await findMessage(visit, room, message), body: EMPTY_BODY, done: 'Deleted in' }));
}

export function react(desk: Desk, { message, emoji, off, ...where }: About & { emoji: string; off: boolean }): Promise<number> {
  return post(desk, where, async (visit, room) => {
    const target = await findMessage(visit, room, message);
    return { kind: 'reaction', target, body: encodeReaction({ emoji, on: !off }), done: off ? 'Taken back in' : 'Reacted in' };
  });
}

function post(desk: Desk, { room: place, id: given }: Where, draft: (visit: Visit, room: Found) => Promise<Draft>): Promise<number> {
  const id = given ?? uuidv7(desk.effects.clock.now(), desk.effects.random);
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    const { done, ...drafted } = await draft(visit, room);
    if (drafted.body.length > visit.bodyMax) throw new Problem('too_large', { message: `This server takes messages of at most ${visit.bodyMax} bytes.` });
    const { reason } = await visit.settled();
    if (reason !== undefined) desk.streams.err(`${reason}\n`);
    const { seq, ts, path } = await deliver(visit, { client_msg_id: id, n: 0, room: room.key, ...drafted });
    const result = { type: 'sent', room: room.label, seq, id: formatUuid(id), ts, kind: drafted.kind, path };
    desk.streams.out(desk.globals.json ? jsonLine(result) : `${done} ${roomWords(room.label)} as number ${seq}${byUdp(path)}.\n`);
    return EXIT.done;
  });
}

async function textBody(visit: Visit, text: string, replyTo?: Bytes): Promise<Bytes> {
  const mentions = text.includes('@') ? mentionsOf(text, await visit.members()).map((id) => fromHex(id)!) : [];
  return encodeBody({ text, ...(replyTo && { reply_to: replyTo }), ...(mentions.length > 0 && { mentions }) });
}

async function deliver(visit: Visit, content: Content<'send'>): Promise<Content<'msg_ack'> & { path: Protocol }> {
  let answer;
  try {
    answer = await visit.send(content);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw unconfirmed(content.client_msg_id, error);
  }
  const { message, path } = answer;
  if (message.name !== 'msg_ack') throw refusalOf(message, REFUSALS[content.kind]);
  return { ...message.content, path };
}

function unconfirmed(id: Bytes, cause: Problem): Problem {
  const uuid = formatUuid(id);
  return new Problem('unknown', {
    message: `The message was written, but the server did not confirm it (${cause.message})`,
    hint: `Repeat the command with --id ${uuid} behind it: it is not doubled.`,
    more: { id: uuid },
  });
}
