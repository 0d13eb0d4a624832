// The keychain of this computer, through the program that comes with the system: none is part of Reach. Where there is no
// such program, or it refuses or does not answer in time, it is as if there were no keychain.
import { spawn } from 'node:child_process';
import { fromHex, hex, type Bytes } from '../../../shared/protocol/bytes.ts';

export interface Keychain {
  /** `handle` is what put() gave. */
  get(handle: string): Promise<Bytes | undefined>;
  /** A handle under which get() finds the key; undefined where it could not be kept. */
  put(name: string, key: Bytes): Promise<string | undefined>;
  remove(handle: string): Promise<void>;
}

/** Runs a program; its output, or undefined where it failed. The input goes to its standard input: arguments can be seen by others. */
export type Run = (program: string, args: readonly string[], input: string) => Promise<string | undefined>;

/** Milliseconds: a keychain that asks the person first counts as absent when it takes longer. */
const ANSWER_WITHIN_MS = 4_000;
const OUTPUT_MAX = 64 * 1024;
const SERVICE = 'reach-chat';

/** Only names of ours go into commands. */
const NAME = /^[0-9a-f]{1,64}$/;

export function systemKeychain(platform: NodeJS.Platform = process.platform, run: Run = runProgram): Keychain {
  if (platform === 'darwin') return macKeychain(run);
  return platform === 'win32' ? windowsKeychain(run) : secretService(run);
}

/** Keys that are there are found; none is put there or taken away. */
export function readOnly(keychain: Keychain): Keychain {
  return { get: (handle) => keychain.get(handle), put: () => Promise.resolve(undefined), remove: () => Promise.resolve() };
}

function secretService(run: Run): Keychain {
  const at = (name: string) => ['application', SERVICE, 'key', name];
  return proved({
    get: async (name) => (NAME.test(name) ? keyOf(await run('secret-tool', ['lookup', ...at(name)], '')) : undefined),
    put: async (name, key) => ((await run('secret-tool', ['store', '--label', 'Reach Chat', ...at(name)], hex(key))) === undefined ? undefined : name),
    remove: async (name) => void (NAME.test(name) && (await run('secret-tool', ['clear', ...at(name)], ''))),
  });
}

/** `security -i` reads its commands from standard input. */
function macKeychain(run: Run): Keychain {
  return proved({
    get: async (name) => (NAME.test(name) ? keyOf(await run('security', ['find-generic-password', '-s', SERVICE, '-a', name, '-w'], '')) : undefined),
    put: async (name, key) => ((await run('security', ['-i'], `add-generic-password -U -s ${SERVICE} -a ${name} -w ${hex(key)}\n`)) === undefined ? undefined : name),
    remove: async (name) => void (NAME.test(name) && (await run('security', ['delete-generic-password', '-s', SERVICE, '-a', name], ''))),
  });
}

/** DPAPI keeps nothing itself: it seals for this user of this computer, and the handle is what it sealed. */
function windowsKeychain(run: Run): Keychain {
  const powershell = (script: string, input: string) => run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], `${input}\n`);
  const dpapi = (verb: 'Protect' | 'Unprotect') =>
    `Add-Type -AssemblyName System.Security; $b=[Convert]::FromBase64String([Console]::In.ReadLine()); [Convert]::ToBase64String([Security.Cryptography.ProtectedData]::${verb}($b,$null,'CurrentUser'))`;
  return proved({
    get: async (handle) => keyOf(fromBase64(await powershell(dpapi('Unprotect'), handle))),
    put: async (_name, key) => (await powershell(dpapi('Protect'), Buffer.from(key).toString('base64')))?.trim() || undefined,
    remove: () => Promise.resolve(),
  });
}

/** What was put is asked for again before anybody relies on it. */
function proved(keychain: Keychain): Keychain {
  return {
    ...keychain,
    async put(name, key) {
      const handle = await keychain.put(name, key);
      const back = handle === undefined ? undefined : await keychain.get(handle);
      return back && hex(back) === hex(key) ? handle : undefined;
    },
  };
}

function keyOf(text: string | undefined): Bytes | undefined {
  const key = fromHex(text?.trim() ?? '');
  return key?.length === 32 ? key : undefined;
}

function fromBase64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text.trim(), 'base64').toString('hex');
}

function runProgram(program: string, args: readonly string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true, timeout: ANSWER_WITHIN_MS, killSignal: 'SIGKILL' });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out = (out + piece).slice(0, OUTPUT_MAX)));
    // A program that ends before it has read is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? out : undefined));
    child.stdin.end(input);
  });
}
