// The entries of an archive as a tree: folders before files, each under its folder, whatever order they were packed in.
import { ratioOf, RATIO_MAX, type ZipEntry } from './zip.ts';
import { words } from '../words/words.ts';

const texts = words.refused.archive;

export interface ArchiveRow {
  /** The whole name, as it stands in the archive. */
  path: string;
  name: string;
  depth: number;
  folder: boolean;
  size: number;
  packed: number;
  marks: string[];
  /** Place in the archive's list, and what it says there; absent of a folder. */
  listed?: { at: number; entry: ZipEntry };
}

interface Branch {
  name: string;
  path: string;
  branches: Map<string, Branch>;
  leaves: { entry: ZipEntry; at: number }[];
}

/** Folders inside each other; what lies deeper is listed in the last one by its whole name. */
const DEPTH_MAX = 40;

export function archiveRows(entries: readonly ZipEntry[]): ArchiveRow[] {
  const root: Branch = { name: '', path: '', branches: new Map(), leaves: [] };
  for (const [at, entry] of entries.entries()) {
    // An entry that would leave its folder stands at the top by its whole name, where it is seen.
    const parts = entry.escapes ? [entry.name] : entry.name.split('/').filter(Boolean);
    const folders = (entry.folder && !entry.escapes ? parts : parts.slice(0, -1)).slice(0, DEPTH_MAX);
    const branch = folders.reduce(branchOf, root);
    if (!entry.folder || entry.escapes) branch.leaves.push({ entry, at });
  }
  return rowsOf(root, 0);
}

/** One sentence for each kind of danger. */
export function warningsOf(entries: readonly ZipEntry[]): string[] {
  const count = (bad: (entry: ZipEntry) => boolean): number => entries.filter(bad).length;
  const [escaping, bombs, encrypted] = [count(({ escapes }) => escapes), count((entry) => ratioOf(entry) > RATIO_MAX), count((entry) => entry.encrypted)];
  return [
    escaping > 0 ? texts.escaping(escaping) : '',
    bombs > 0 ? texts.bombs(bombs, RATIO_MAX) : '',
    encrypted > 0 ? texts.encrypted(encrypted) : '',
  ].filter(Boolean);
}

function branchOf(branch: Branch, name: string): Branch {
  const known = branch.branches.get(name);
  if (known) return known;
  const made: Branch = { name, path: `${branch.path}${name}/`, branches: new Map(), leaves: [] };
  branch.branches.set(name, made);
  return made;
}

function rowsOf(branch: Branch, depth: number): ArchiveRow[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const folders = [...branch.branches.values()].sort((a, b) => compare(a.name, b.name));
  const files = branch.leaves.map((listed) => ({ ...fileRow(listed.entry, depth), listed })).sort((a, b) => Number(b.marks.length > 0) - Number(a.marks.length > 0) || compare(a.name, b.name));
  return [...folders.flatMap((folder) => [folderRow(folder, depth), ...rowsOf(folder, depth + 1)]), ...files];
}

function folderRow({ name, path }: Branch, depth: number): ArchiveRow {
  return { path, name, depth, folder: true, size: 0, packed: 0, marks: [] };
}

function fileRow(entry: ZipEntry, depth: number): ArchiveRow {
  const marks = [entry.escapes ? texts.leaves : '', ratioOf(entry) > RATIO_MAX ? texts.grows : '', entry.encrypted ? texts.locked : ''].filter(Boolean);
  const name = entry.escapes ? entry.name : entry.name.split('/').filter(Boolean).slice(Math.min(depth, DEPTH_MAX)).join('/');
  return { path: entry.name, name: name || entry.name, depth, folder: false, size: entry.size, packed: entry.packed, marks };
}
