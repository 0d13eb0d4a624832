import type { Command } from './command.ts';

const HEAD = `reach-cli: the terminal client of Reach Chat

  reach-cli [--server HOST[:PORT] | --link reach://…] --user NAME [options] COMMAND
`;

const TAIL = `  ROOM is lobby, #name, name, or @user: the direct message with somebody.
  MESSAGE is the number of a message in its room, or its id. @name in TEXT mentions somebody.

Options, before COMMAND
  --server HOST[:PORT]   where the server is (127.0.0.1:5000)
  --link reach://…       an invite link: address, key and invite in one
  --user NAME            your name
  --password-file F      its first line is the password; else $REACH_PASSWORD; else you are asked
  --register             make the account
  --trust FINGERPRINT    the key the server must have (64 hex digits)
  --trust-first          accept a key that is not known yet; a changed one never
  --home DIR             where keys, device id and outbox are kept
  --udp, --tcp           chat by UDP with TCP beside it, or by TCP alone; kept for this server and name (TCP)
  --timeout SECONDS      for connecting, and for an answer (10)
  --json                 one JSON object a line
  --help, --version

Exit codes
  0 done · 1 usage · 2 unreachable, timed out, not a Reach server (doctor: UDP not in use) · 3 wrong password, unknown name, too many tries
  4 refused · 5 key unknown or changed · 6 this computer (file unreadable, disk full) · 130 Ctrl+C
`;

export function helpText(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  const lines = commands.map(({ usage, about }) => `  ${usage.padEnd(width)}${about}\n`);
  return `${HEAD}\nCommands\n${lines.join('')}${TAIL}`;
}
