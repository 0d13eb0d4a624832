// Where the password comes from: a file, the environment, or a person who types it unseen.
import { readFileSync } from 'node:fs';
import { Problem, usage } from './problem.ts';
import type { Keyboard } from './keyboard.ts';
import type { Globals } from './arguments.ts';

/** Throws Problem `local` (file unreadable) or `usage` (no password at all). */
export async function passwordOf(globals: Globals, env: NodeJS.ProcessEnv, keyboard: Keyboard): Promise<string> {
  if (globals.passwordFile !== undefined) return notEmpty(firstLine(globals.passwordFile), `The password file ${globals.passwordFile} is empty.`);
  if (env['REACH_PASSWORD'] !== undefined && env['REACH_PASSWORD'] !== '') return env['REACH_PASSWORD'];
  if (!keyboard.present) throw usage('No password: use --password-file F, set REACH_PASSWORD, or run it on a terminal.');
  const password = notEmpty(await keyboard.askHidden(`Password for ${globals.user}: `), 'The password is empty.');
  if (globals.register && (await keyboard.askHidden('Repeat password: ')) !== password) throw usage('The two passwords differ.');
  return password;
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new Problem('local', { message: `The password file ${path} cannot be read: ${reason}.`, hint: 'Check the path and its permissions.' });
  }
}

function notEmpty(password: string, complaint: string): string {
  if (password === '') throw usage(complaint);
  return password;
}
