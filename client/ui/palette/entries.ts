// What the palette can open or do, from what the window knows. An action of the table of shortcuts is its key pressed:
// whoever handles the key does it, so the two can never differ.
import type { Member, Room, Settings } from '../../engine/types.ts';
import { plainName } from '../../state/names.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { pressOf } from '../keys/pressed.ts';
import { SHORTCUTS, type KeyId } from '../keys/table.ts';
import { ROWS, titleOf, type Row } from '../settings/rows.ts';
import type { Entry } from './ranking.ts';

export interface PaletteEntry extends Entry {
  /** What stands at the end of the row. */
  key?: KeyId;
  unread?: number;
  room?: Room;
  member?: Member;
  /** Beside the name. */
  detail?: string;
  run(): unknown;
}

const ACTIONS: readonly KeyId[] = ['find', 'find_everywhere', 'new_dm', 'new_room', 'unread_below', 'all_read', 'mute', 'last_used', 'roster', 'transfers', 'attach', 'sheet', 'close', 'quit'];
const SETTINGS: readonly KeyId[] = ['settings', 'theme', 'zoom_in', 'zoom_out', 'zoom_reset'];
const ALSO: Partial<Record<KeyId, string>> = { mute: words.find.muteAlso, theme: words.find.themeAlso };
/** Unread conversations stand above all that is not; actions below both. */
const UNREAD = 1000;
const CONVERSATION = 100;

export function entriesOf(context: AppContext): PaletteEntry[] {
  const { state: app } = context;
  const rooms = app.rooms.ordered.filter(({ kind }) => kind !== 'dm');
  return [
    ...rooms.map((room) => roomEntry(context, room)),
    ...[...app.roster.members.values()].filter(({ userId }) => userId !== app.me).map((member) => personEntry(context, member)),
    ...ACTIONS.map((id) => keyEntry('actions', id)),
    ...ownActions(context),
    // On the settings page the key of that page leaves it.
    ...SETTINGS.filter((id) => id !== 'settings' || app.screen !== 'settings').map((id) => keyEntry('settings', id)),
    ...ROWS.flatMap((row) => settingEntries(context, row)),
  ];
}

function roomEntry({ state: app }: AppContext, room: Room): PaletteEntry {
  const unread = app.unreadOf(room);
  const detail = plainName(room.topic) || (room.kind === 'lobby' ? words.find.lobby : room.kind === 'private' ? words.find.privateRoom : '');
  return { id: `room:${room.id}`, group: 'rooms', name: app.roomName(room), also: plainName(room.topic), detail, room, unread, weight: CONVERSATION + (unread > 0 ? UNREAD : 0), run: () => app.rooms.open(room.id) };
}

function personEntry({ state: app, engine }: AppContext, member: Member): PaletteEntry {
  const dm = app.rooms.list.find(({ kind, peer }) => kind === 'dm' && peer === member.userId);
  const unread = dm ? app.unreadOf(dm) : 0;
  const name = app.roster.nameOf(member.userId);
  const weight = CONVERSATION / 2 + (unread > 0 ? UNREAD : 0) + (dm?.head ? 20 : 0) + (member.presence === 'offline' ? 0 : 10);
  return { id: `person:${member.userId}`, group: 'people', name, also: member.username, detail: plainName(member.status), member, unread, weight, run: () => openPerson(member.userId) };

  async function openPerson(userId: string): Promise<void> {
    if (dm) return app.rooms.open(dm.id);
    const answer = await engine.openDm(userId);
    if ('failure' in answer) app.notice(answer.failure);
    else if (answer.room !== undefined) app.rooms.open(answer.room);
  }
}

function keyEntry(group: 'actions' | 'settings', key: KeyId): PaletteEntry {
  return { id: `key:${key}`, group, name: SHORTCUTS[key].does, also: ALSO[key] ?? '', key, run: () => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', pressOf(key))) };
}

function ownActions({ state: app, engine }: AppContext): PaletteEntry[] {
  const action = (id: string, name: string, run: () => unknown, also = ''): PaletteEntry => ({ id: `do:${id}`, group: 'actions', name, also, run });
  const room = app.rooms.current;
  const online = app.session.phase.name === 'online';
  const status = plainName(app.roster.members.get(app.me)?.status ?? '');
  const statuses = (['online', 'away', 'dnd'] as const).map((presence) => action(`status-${presence}`, words.find.status[presence], () => setStatus(presence), words.find.statusAlso));
  return [
    action('browse', words.find.browse, () => (app.dialog = 'browse')),
    ...(room ? [action('details', words.find.details, () => (app.dialog = { details: room.id }))] : []),
    ...(online ? statuses : []),
    // What waits to be sent is asked about where it is shown: beside the name at the foot of the list.
    ...(app.session.waiting === 0 ? [action('sign-out', words.find.signOut, () => engine.signOut())] : []),
  ];

  async function setStatus(presence: 'online' | 'away' | 'dnd'): Promise<void> {
    const answer = await engine.setStatus(presence, status);
    if ('failure' in answer) app.notice(answer.failure);
  }
}

/** A switch is turned, a choice made, at once; what needs more than that is on the settings page. */
function settingEntries({ state: app, engine }: AppContext, row: Row): PaletteEntry[] {
  const { values } = app.settings;
  const also = row.key === 'theme' ? words.find.themeAlso : '';
  const entry = (id: string, name: string, more: Pick<PaletteEntry, 'run'> & { detail?: string }): PaletteEntry => ({ id: `set:${id}`, group: 'settings', name, also, ...more });
  const change = (value: unknown) => () => engine.changeSettings({ [row.key]: value } as Partial<Settings>);
  if (row.kind === 'switch') return [entry(row.key, titleOf(row), { detail: values[row.key] ? words.find.on : words.find.off, run: change(!values[row.key]) })];
  if (row.kind !== 'choice') return [entry(row.key, titleOf(row), { run: () => (app.screen = 'settings') })];
  return row.options.map(({ value, label }) => {
    const detail = String(values[row.key]) === value ? words.find.current : '';
    return entry(`${row.key}-${value}`, words.find.choice(titleOf(row), label), { detail, run: change(value) });
  });
}
