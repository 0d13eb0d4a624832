// The settings of this profile: their bounds and what each is where nothing was chosen. One that cannot be understood
// falls back alone; the others stay.
import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { ID_SIZE } from '../../shared/protocol/limits.ts';
import { hexText, timeMs } from './disk-schema.ts';

export const TEXT_SIZE = { min: 12, max: 20 };
export const ZOOM = { min: 50, max: 300 };
export const AUTO_DOWNLOAD = { min: 0, max: 50 };
export const SIDEBAR = { min: 64, max: 380 };
const DAY_MINUTES = 24 * 60;
const ROOMS_MAX = 5_000;
const PALETTE_MAX = 5;
/** Words of the person's own, and letters of one. */
const WORDS_MAX = 10_000;
const WORD_MAX = 64;
/** People one account blocks, and accounts that block somebody. */
const BLOCKED_MAX = 10_000;
const ACCOUNTS_MAX = 100;

const within = ({ min, max }: { min: number; max: number }) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const flag = (value: boolean) => v.fallback(v.boolean(), value);
const minute = within({ min: 0, max: DAY_MINUTES - 1 });
const notify = v.picklist(['all', 'mentions', 'none']);
const recent = v.object({ server: v.string(), username: v.string(), lastUsed: timeMs, protocol: v.exactOptional(v.picklist(['tcp', 'udp'])), udpPort: v.exactOptional(within({ min: 1, max: 65_535 })) });
const room = v.object({ pinned: v.exactOptional(v.literal(true)), notify: v.exactOptional(notify), unread: v.exactOptional(v.literal(true)) });

export const settingsSchema = v.object({
  theme: v.fallback(v.picklist(['system', 'light', 'dark']), 'system'),
  textSize: v.fallback(within(TEXT_SIZE), 14),
  density: v.fallback(v.picklist(['bubbles', 'compact']), 'bubbles'),
  zoom: v.fallback(within(ZOOM), 100),
  motion: v.fallback(v.picklist(['system', 'reduced']), 'system'),
  clock: v.fallback(v.picklist(['system', '12', '24']), 'system'),
  rosterOpen: flag(true),
  sidebarWidth: v.fallback(within(SIDEBAR), 272),
  enterSends: flag(true),
  spelling: v.fallback(v.picklist(['system', 'on', 'off']), 'system'),
  dictionary: v.fallback(v.pipe(v.array(v.pipe(v.string(), v.maxLength(WORD_MAX))), v.maxLength(WORDS_MAX)), []),
  doubleClick: flag(false),
  skinTone: v.fallback(within({ min: 0, max: 5 }), 0),
  notify: v.fallback(notify, 'all'),
  notifyPreview: flag(true),
  sounds: flag(true),
  soundInRoom: flag(false),
  quiet: v.fallback(v.nullable(v.object({ from: minute, to: minute })), null),
  mutedUntil: v.fallback(timeMs, 0),
  rooms: v.fallback(v.pipe(v.record(hexText(16), room), v.check((all) => Object.keys(all).length <= ROOMS_MAX)), {}),
  blocked: v.fallback(v.pipe(v.record(hexText(ID_SIZE), v.pipe(v.array(hexText(ID_SIZE)), v.maxLength(BLOCKED_MAX))), v.check((all) => Object.keys(all).length <= ACCOUNTS_MAX)), {}),
  remember: flag(false),
  recent: v.fallback(v.array(recent), []),
  /** Empty: the folder `downloads` of this home. */
  downloads: v.fallback(v.pipe(v.string(), v.check((path) => path === '' || isAbsolute(path))), ''),
  askFolder: flag(false),
  autoDownload: v.fallback(within(AUTO_DOWNLOAD), 0),
  comings: flag(false),
  sendTyping: flag(true),
  sendSeen: flag(true),
  closing: v.fallback(v.picklist(['ask', 'tray', 'quit']), 'ask'),
  palette: v.fallback(v.pipe(v.array(v.string()), v.maxLength(PALETTE_MAX)), []),
});

export type SavedSettings = v.InferOutput<typeof settingsSchema>;

/** What each is where nothing was chosen. */
export function defaultSettings(): SavedSettings {
  // No key has a value yet, so every one falls back.
  return v.parse(settingsSchema, Object.fromEntries(Object.keys(settingsSchema.entries).map((key) => [key, undefined])));
}
