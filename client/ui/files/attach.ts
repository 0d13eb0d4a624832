// From a picker, a paste or a drop to chips of a room. Nothing is sent here.
import type { Chosen, Failure } from '../../engine/types.ts';
import { sizeWords } from '../../state/amounts.ts';
import { CHIPS_MAX, type Found, type NewChip } from '../../state/chips.svelte.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import { kindOf } from './kinds.ts';
import { mediaOf } from './media.ts';
import { csvOf } from './pasted-table.ts';
import type { Pasted } from './pasting.ts';

/** Bytes that are in no file yet, such as a pasted picture, are held in memory until they are kept. */
const KEPT_MAX = 50 * 1024 * 1024;

/** Files in their order, folders among them. */
export async function attach(context: AppContext, room: string, files: readonly File[]): Promise<void> {
  const { state, engine, platform } = context;
  const wanted = files.slice(0, CHIPS_MAX + 1);
  const paths = wanted.map((file) => platform.pathOf(file));
  const found = await engine.choose(paths.filter((path) => path !== ''));
  const chips: NewChip[] = [];
  for (const [at, file] of wanted.entries()) {
    const answer = paths[at] === '' ? await keep(context, file) : found.shift();
    if (answer) chips.push(chipOf(answer, file, paths[at] === ''));
  }
  const refused = state.chips.add(room, chips).length + (files.length - wanted.length);
  if (refused > 0) state.notice({ message: words.compose.tooMany(CHIPS_MAX, refused), hint: words.compose.sendFirst });
  for (const chip of state.chips.of(room)) if (chip.source) state.chips.compute(room, chip, () => told(chip.source!, chip.name));
}

/** The likenesses of chips that came back with their draft, one after the other. */
export function attachAgain({ state, engine }: AppContext, room: string): void {
  let turn = Promise.resolve();
  for (const chip of state.chips.of(room)) {
    if (chip.source || chip.media || chip.gone || chip.failure || !isSeen(chip)) continue;
    state.chips.compute(room, chip, () => {
      const found = turn.then(() => read(engine, chip));
      turn = found.then(() => undefined);
      return found;
    });
  }
}

async function read(engine: AppContext['engine'], { path, name, size }: Chosen): Promise<Found | undefined> {
  if (size > KEPT_MAX) return undefined;
  const answer = await engine.readChosen(path);
  if ('failure' in answer) return undefined;
  const source = new Blob([new Uint8Array(answer.bytes)]);
  return { ...(await told(source, name)), ...(kindOf(name) === 'picture' && { source }) };
}

async function told(source: Blob, name: string): Promise<Found | undefined> {
  const media = await mediaOf(source, name);
  return media && { media };
}

/** It has a likeness. */
function isSeen({ name, files }: Chosen): boolean {
  return files === undefined && ['picture', 'sound'].includes(kindOf(name));
}

/** Text that is too long to read in a message, as a file; of a table its rows. */
export function attachText(context: AppContext, room: string, { text, rows }: Pasted): Promise<void> {
  const file = rows ? new File([csvOf(rows)], words.files.pastedTable, { type: 'text/csv' }) : new File([text], words.files.pastedText, { type: 'text/plain' });
  return attach(context, room, [file]);
}

async function keep({ engine }: AppContext, file: File): Promise<Chosen | { path: string; failure: Failure }> {
  const name = file.name || words.files.nameless;
  if (file.size > KEPT_MAX) return { path: name, failure: { code: 'too_large', message: words.compose.tooMuchToPaste(sizeWords(file.size)) } };
  const answer = await engine.keepPasted(name, new Uint8Array(await file.arrayBuffer()));
  return 'failure' in answer ? { path: name, failure: answer.failure } : answer;
}

function chipOf(answer: Chosen | { path: string; failure: Failure }, file: File, pasted: boolean): NewChip {
  if ('failure' in answer) return { path: answer.path, name: file.name || words.files.nameless, size: file.size, pasted: false, failure: answer.failure };
  return { ...answer, pasted, ...(isSeen(answer) && { source: file }) };
}
