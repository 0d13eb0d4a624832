// Every row of the settings page that is one setting: where it stands and how it is chosen. The page draws this table; what
// a setting does is done where it belongs.
import type { Settings } from '../../engine/types.ts';
import { words } from '../../words/words.ts';
import { chordWords } from '../keys/pressed.ts';
import { SHORTCUTS, type KeyId } from '../keys/table.ts';

export type Section = keyof typeof words.settings.sections;
type RowKey = keyof typeof words.settings.rows & keyof Settings;

interface Common {
  key: RowKey;
  section: Section;
  /** It does nothing while this switch is off. */
  needs?: RowKey;
}

export type Row = Common & (
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
  | { kind: 'switch' }
  | { kind: 'range'; min: number; max: number; step: number; label: (value: number) => string }
  | { kind: 'tone' }
  | { kind: 'quiet' }
  | { kind: 'folder' });

const { choices, rows: texts } = words.settings;
const options = (of: Readonly<Record<string, string>>, ...order: string[]): { value: string; label: string }[] => order.map((value) => ({ value, label: of[value]! }));

export const ROWS: readonly Row[] = [
  { key: 'theme', section: 'appearance', kind: 'choice', options: options(choices.theme, 'system', 'light', 'dark') },
  { key: 'textSize', section: 'appearance', kind: 'range', min: 12, max: 20, step: 1, label: words.settings.pixels },
  { key: 'density', section: 'appearance', kind: 'choice', options: options(choices.density, 'bubbles', 'compact') },
  { key: 'zoom', section: 'appearance', kind: 'range', min: 50, max: 300, step: 10, label: words.settings.percent },
  { key: 'motion', section: 'appearance', kind: 'choice', options: options(choices.motion, 'system', 'reduced') },
  { key: 'clock', section: 'appearance', kind: 'choice', options: options(choices.clock, 'system', '24', '12') },
  { key: 'comings', section: 'appearance', kind: 'switch' },
  { key: 'notify', section: 'notifications', kind: 'choice', options: options(choices.notify, 'all', 'mentions', 'none') },
  { key: 'notifyPreview', section: 'notifications', kind: 'switch' },
  { key: 'sounds', section: 'notifications', kind: 'switch' },
  { key: 'soundInRoom', section: 'notifications', kind: 'switch', needs: 'sounds' },
  { key: 'quiet', section: 'notifications', kind: 'quiet' },
  { key: 'closing', section: 'notifications', kind: 'choice', options: options(choices.closing, 'ask', 'tray', 'quit') },
  { key: 'enterSends', section: 'writing', kind: 'switch' },
  { key: 'spelling', section: 'writing', kind: 'choice', options: options(choices.spelling, 'system', 'on', 'off') },
  { key: 'skinTone', section: 'writing', kind: 'tone' },
  { key: 'doubleClick', section: 'writing', kind: 'switch' },
  { key: 'downloads', section: 'files', kind: 'folder' },
  { key: 'askFolder', section: 'files', kind: 'switch' },
  { key: 'autoDownload', section: 'files', kind: 'range', min: 0, max: 50, step: 1, label: words.settings.upTo },
  { key: 'sendTyping', section: 'privacy', kind: 'switch' },
  { key: 'sendSeen', section: 'privacy', kind: 'switch' },
  { key: 'remember', section: 'privacy', kind: 'switch' },
];

export const titleOf = ({ key }: Pick<Row, 'key'>): string => texts[key][0]!;
export const noteOf = ({ key }: Row): string => texts[key][1]!;

/** Keys that do the same, in a sentence of their own; '' where there are none. */
export function keysOf({ key }: Row, isMac: boolean): string {
  const printed = (id: KeyId): string => chordWords(SHORTCUTS[id].keys[0]!, isMac);
  if (key === 'zoom') return words.settings.keyed.zoom(printed('zoom_in'), printed('zoom_out'));
  return key === 'enterSends' ? words.settings.keyed.enterSends(printed('send')) : '';
}

/** The row that must be on before this one does anything; undefined: it does. */
export function missing({ needs }: Row, values: Settings): { key: RowKey } | undefined {
  return needs === undefined || values[needs] === true ? undefined : { key: needs };
}

/** Those whose section, title, note or choices hold every word that was typed. */
export function rowsMatching(typed: string): readonly Row[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return ROWS.filter((row) => {
    const text = [words.settings.sections[row.section], titleOf(row), noteOf(row), ...(row.kind === 'choice' ? row.options.map(({ label }) => label) : [])].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

export const isDefault = (row: Row, values: Settings, defaults: Settings): boolean => JSON.stringify(values[row.key]) === JSON.stringify(defaults[row.key]);

/** 22:00 as minutes of the day; undefined where it is no time. */
export function minutesOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return hours !== undefined && Number(hours) < 24 && Number(minutes) < 60 ? total : undefined;
}

/** As an input of type `time` wants it. */
export function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
