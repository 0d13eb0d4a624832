// send ROOM TEXT: one message, and the truth about it: sent, not sent, or unknown (then --id repeats it without doubling).
import { encodeBody } from '../../shared/protocol/body.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { formatUuid, uuidv7 } from '../../shared/protocol/ids.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import { roomNameOf } from '../../shared/protocol/names.ts';
import type { Command } from './arguments.ts';
import { signIn, type Desk } from './desk.ts';
import { jsonLine } from './output.ts';
import { EXIT, Problem } from './problem.ts';
import { refusalOf, type Visit } from './visit.ts';

export async function send(desk: Desk, { room, text, id: given }: Extract<Command, { name: 'send' }>): Promise<number> {
  const body = encodeBody({ text });
  const id = given ?? uuidv7(desk.effects.clock.now(), desk.effects.random);
  const visit = await signIn(desk);
  try {
    if (body.length > visit.bodyMax) throw new Problem('too_large', { message: `This server takes messages of at most ${visit.bodyMax} bytes.` });
    const { room: roomId, name } = await visit.room(roomNameOf(room));
    const { seq, ts } = await deliver(visit, { client_msg_id: id, n: 0, room: roomId, kind: 'text', body });
    const result = { type: 'sent', room: name, seq, id: formatUuid(id), ts, path: 'tcp' };
    desk.streams.out(desk.globals.json ? jsonLine(result) : `Sent to #${name} as number ${seq}.\n`);
    return EXIT.done;
  } finally {
    visit.close();
  }
}

async function deliver(visit: Visit, content: Content<'send'>): Promise<Content<'msg_ack'>> {
  let answer;
  try {
    answer = await visit.send(content);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw unconfirmed(content.client_msg_id, error);
  }
  if (answer.name !== 'msg_ack') throw refusalOf(answer);
  return answer.content;
}

function unconfirmed(id: Bytes, cause: Problem): Problem {
  const uuid = formatUuid(id);
  return new Problem('unknown', {
    message: `The message was written, but the server did not confirm it (${cause.message})`,
    hint: `Repeat the command with --id ${uuid} behind it: it is not doubled.`,
    more: { id: uuid },
  });
}
