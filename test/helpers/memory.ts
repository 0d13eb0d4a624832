// What a program and everything it started hold in memory, read from /proc/PID/smaps_rollup (proc(5)).
import { processTree, readOfProcess } from './window.ts';

/** What is a program's own: pages of files, whose share depends on what else runs on the machine, are not. */
const OWN = ['Pss_Anon', 'Pss_Shmem'];

/** Bytes; the sum of the fields over the process and all below it. */
export function memoryOf(pid: number, fields: readonly string[] = OWN): number {
  return processTree(pid).reduce((sum, one) => sum + of(one, fields), 0);
}

function of(pid: number, fields: readonly string[]): number {
  const rollup = readOfProcess(pid, 'smaps_rollup');
  return rollup === '' ? 0 : fields.reduce((sum, field) => sum + bytesOf(field, rollup), 0);
}

function bytesOf(field: string, rollup: string): number {
  const kilobytes = new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(rollup)?.[1];
  if (kilobytes === undefined) throw new Error(`smaps_rollup has no ${field}`);
  return Number(kilobytes) * 1024;
}
