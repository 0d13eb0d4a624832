// Direction controls (Unicode TR 36): an override can make `gpj.exe` read `exe.jpg`. They are taken out of the text and
// shown by name, so that a reader sees that somebody tried.

const NAMES: ReadonlyMap<string, string> = new Map([
  ['\u202a', 'LRE'], ['\u202b', 'RLE'], ['\u202c', 'PDF'], ['\u202d', 'LRO'], ['\u202e', 'RLO'],
  ['\u2066', 'LRI'], ['\u2067', 'RLI'], ['\u2068', 'FSI'], ['\u2069', 'PDI'],
]);
/** More of them in one text are only removed. */
const SHOWN_MAX = 50;

export type Piece = { kind: 'text'; text: string } | { kind: 'control'; name: string };

export function splitControls(text: string): Piece[] {
  const parts = text.split(/([\u202a-\u202e\u2066-\u2069])/);
  let shown = 0;
  return parts.flatMap((part): Piece[] => {
    if (part === '') return [];
    const name = NAMES.get(part);
    if (name === undefined) return [{ kind: 'text', text: part }];
    shown += 1;
    return shown <= SHOWN_MAX ? [{ kind: 'control', name }] : [];
  });
}

/** Text of a code block: the controls as ⟦RLO⟧. */
export function nameControls(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (control) => `⟦${NAMES.get(control)}⟧`);
}
