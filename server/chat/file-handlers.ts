// Files as a session speaks of them. The disk takes its time: the answer comes when it is done, and other requests meanwhile.
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { FileRefused } from '../files/space.ts';
import { codeOfDisk } from '../files/work.ts';
import type { HandlerContext } from './handlers.ts';
import type { Session } from './session.ts';

const TOKEN_SIZE = 16;

export function offerFile(context: HandlerContext, session: Session, { req, transfer_id, room, size }: Content<'file_offer'>): void {
  answer(context, session, req, async ({ files }) => {
    const { slot, offset } = await counted(context, files.offer(session, { transferId: transfer_id, room, size }));
    // Where nothing is left to send there is no connection to open.
    return encodeMessage('file_slot', { req, transfer_id, token: slot?.token ?? new Uint8Array(TOKEN_SIZE), offset });
  });
}

export function getFile(context: HandlerContext, session: Session, { req, transfer_id, offset }: Content<'file_get'>): void {
  answer(context, session, req, async ({ files }) => {
    const { token } = await counted(context, files.get(session, transfer_id, offset));
    return encodeMessage('file_slot', { req, transfer_id, token, offset });
  });
}

export function completeFile(context: HandlerContext, session: Session, { req, transfer_id }: Content<'file_complete'>): void {
  answer(context, session, req, async ({ files }) => {
    await files.complete(session, transfer_id);
    return encodeMessage('done', { req });
  });
}

export function cancelFile(context: HandlerContext, session: Session, { req, transfer_id }: Content<'file_cancel'>): void {
  answer(context, session, req, async ({ files }) => {
    await files.cancel(session, transfer_id);
    return encodeMessage('done', { req });
  });
}

export function reportFile(context: HandlerContext, session: Session, { req, transfer_id }: Content<'file_damage'>): void {
  answer(context, session, req, async ({ files }) => {
    await files.report(session, transfer_id);
    return encodeMessage('done', { req });
  });
}

export function queryFiles(context: HandlerContext, session: Session, { req, files: ids }: Content<'file_query'>): void {
  answer(context, session, req, async ({ files }) => encodeMessage('file_states', { req, files: await files.query(session, ids) }));
}

/** Whatever goes wrong is an answer too. */
function answer(context: HandlerContext, session: Session, req: number, work: (context: HandlerContext) => Promise<Bytes>): void {
  context.files.request(session, () => work(context)).then(
    (frame) => session.connection.send(frame),
    (cause: unknown) => refuse(session, req, cause),
  );
}

function refuse(session: Session, req: number, cause: unknown): void {
  if (!(cause instanceof ReachError)) return session.refuse(codeOfDisk(cause), { req });
  const { code, retryAfter } = cause;
  // The session ended while the disk was at work: nobody is there to be told.
  if (code === 'closed_by_peer') return;
  const limit = cause instanceof FileRefused ? cause.limit : undefined;
  session.refuse(code, { req, ...(retryAfter !== undefined && { retry_after: retryAfter }), ...(limit !== undefined && { limit }) });
}

async function counted<T>({ metrics }: HandlerContext, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const code: ErrorCode = cause instanceof ReachError ? cause.code : codeOfDisk(cause);
    metrics.fileRefused(code);
    throw cause;
  }
}
