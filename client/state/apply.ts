// Engine event → state. One switch over all of them; a new event does not compile before it has its case here.
import type { ChatMessage, EngineEvent, Failure, Member, Paths, Phase, Protocol, Room, SessionInfo, Transfer } from '../engine/types.ts';
import { words } from '../words/words.ts';
import type { AppState } from './app.svelte.ts';
import { comingOf, concerns } from './comings.ts';

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

export function apply(state: AppState, event: EngineEvent): void {
  switch (event.type) {
    case 'phase':
      return applyPhase(state, event.phase);
    case 'session':
      return applySession(state, event.session);
    case 'roster':
      return state.roster.replace(event.members);
    case 'presence':
      return applyPresence(state, event.member);
    case 'rooms':
      return applyRooms(state, event);
    case 'messages':
      return applyMessages(state, event);
    case 'people':
      return state.people.replace(event.room, event.people);
    case 'typing':
      return state.people.types(event.room, event.userId, state.clock.read());
    case 'reset':
      return state.timeline(event.room).reset();
    case 'message_state':
      return applyMessageState(state, event);
    case 'message_gone':
      return state.timeline(event.room).remove(event.id);
    case 'paths':
      return applyPaths(state, event.paths);
    case 'outbox':
      return applyOutbox(state, event);
    case 'history_end':
      return applyHistoryEnd(state, event);
    case 'transfer':
      return applyTransfer(state, event.transfer);
    case 'transfer_gone':
      return state.transfers.remove(event);
    case 'file':
      return void state.files.set(event.file, event.remote);
    case 'draft_files':
      return state.chips.restore(event.room, event.files);
    case 'find_changed':
      return void (state.find.changes += 1);
    case 'find':
      return void (state.find.back = event.back);
    case 'settings':
      return applySettings(state, event);
    case 'notice':
      return applyNotice(state, event.failure);
    default:
      return unreachable(event);
  }
}

function applyPhase(state: AppState, phase: Phase): void {
  state.session.become(phase, state.clock.read());
  state.happened.phase(phase, state.clock.read());
  state.clock.tick();
  if (phase.name === 'signed_out') state.forget();
  if (phase.name === 'online') state.form.signedIn();
}

function applySession(state: AppState, session: SessionInfo): void {
  if (state.session.info !== undefined && state.session.info.userId !== session.userId) state.forget();
  state.session.info = session;
}

function applyPresence(state: AppState, member: Member): void {
  const what = comingOf(state.roster.members.get(member.userId), member);
  state.roster.update(member);
  if (what === undefined || member.userId === state.me || !state.settings.values.comings || state.isBlocked(member.userId)) return;
  const coming = { userId: member.userId, what, at: state.clock.read() };
  for (const room of state.rooms.list) if (concerns(room, member.userId, state.people.of(room.id))) state.timeline(room.id).passed(coming);
}

function applyRooms(state: AppState, event: EventOf<'rooms'>): void {
  const open = state.rooms.current;
  state.rooms.replace(event.rooms);
  state.attention.meet(event.rooms);
  if (open && !state.rooms.find(open.id)) tellOut(state, open);
  for (const room of event.rooms) state.timeline(room.id).readUpTo(room.read);
  for (const id of state.timelines.keys()) if (!state.rooms.find(id)) state.leave(id);
}

/** The room on the screen is gone: somebody else took the person out of it, unless they left. */
function tellOut(state: AppState, room: Room): void {
  if (state.leaving === room.id) return;
  const { outOf, mayBeInvited, mayJoin } = words.toasts;
  state.notice({ message: outOf(state.roomName(room)), hint: room.kind === 'private' ? mayBeInvited : mayJoin });
}

function applyMessages(state: AppState, event: EventOf<'messages'>): void {
  const timeline = state.timeline(event.room);
  if (event.reason === 'live' || event.reason === 'catch_up') state.tell(event.messages);
  timeline.receive(event.messages, event.reason, state.isWatched(event.room));
  for (const message of event.messages) if (message.state.name === 'queued' && message.sender === state.me) state.sending.begin(message.id, state.clock.read(), pathOf(state, message));
  if (event.reason === 'live') for (const { sender } of event.messages) state.people.wrote(event.room, sender);
  if (event.reason === 'live' && state.isOpen(event.room)) state.speak(event.messages);
}

/** Messages with files go by TCP; without a connection nothing goes. */
function pathOf({ session, paths }: AppState, { file }: ChatMessage): Protocol | undefined {
  if (session.phase.name !== 'online') return undefined;
  return file === undefined ? paths.told?.sending : 'tcp';
}

function applyMessageState(state: AppState, { room, id, state: send, seq, ts, path }: EventOf<'message_state'>): void {
  const again = send.name === 'queued' ? state.timeline(room).find(id) : undefined;
  if (again) state.sending.begin(id, state.clock.read(), pathOf(state, again));
  if (send.name === 'sent') state.sending.end(id, state.clock.read(), path);
  state.timeline(room).change({ id, sender: state.me, state: send, seq, ts });
}

/** What was chosen while signed in stands on the card the next time. */
function applyPaths(state: AppState, paths: Paths): void {
  state.paths.take(paths, state.clock.read());
  state.happened.path(paths, state.clock.read());
  state.form.protocol = paths.wanted;
}

function applyOutbox(state: AppState, event: EventOf<'outbox'>): void {
  state.session.waiting = event.waiting;
  state.session.messages = event.messages;
  state.session.sentSinceReconnect = event.sentSinceReconnect;
  state.session.owed = event.owed;
}

function applyHistoryEnd(state: AppState, event: EventOf<'history_end'>): void {
  const timeline = state.timeline(event.room);
  timeline.more = event.more;
  timeline.loadingOlder = false;
}

function applyTransfer(state: AppState, transfer: Transfer): void {
  const before = state.transfers.of(transfer.file, transfer.direction);
  if (transfer.state.name === 'failed' && before?.state.name !== 'failed') state.happened.failed('transfer', transfer.state.failure, state.clock.read());
  state.transfers.take(transfer, state.clock.read());
}

function applyNotice(state: AppState, failure: Failure): void {
  state.happened.failed('notice', failure, state.clock.read());
  state.notice(failure);
}

function applySettings(state: AppState, event: EventOf<'settings'>): void {
  const first = !state.settings.known;
  state.settings.replace(event.settings, event.defaults);
  if (first) state.form.suggest(event.settings.recent, event.settings.remember);
}

function unreachable(event: never): void {
  throw new Error(`no case for ${JSON.stringify(event)}`);
}
