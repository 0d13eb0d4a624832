export const HELP = `reach-cli: the terminal client of Reach Chat

  reach-cli [--server HOST[:PORT] | --link reach://…] --user NAME [options] COMMAND

Commands
  chat [ROOM]                            talk: history, live messages, presence; /help inside
  send ROOM TEXT [--id ID]               send one message, wait for the server's confirmation
  tail ROOM [--since SEQ] [--count N]    print messages as they come (behind SEQ, N of them)
  history ROOM [--limit N]               print the newest N messages (50)
  roster                                 print who there is, and when last seen
  ROOM is lobby, #lobby or @name (direct messages are not there yet).

Options, before COMMAND
  --server HOST[:PORT]   where the server is (127.0.0.1:5000)
  --link reach://…       an invite link: address, key and invite in one
  --user NAME            your name
  --password-file F      its first line is the password; else $REACH_PASSWORD; else you are asked
  --register             make the account
  --trust FINGERPRINT    the key the server must have (64 hex digits)
  --trust-first          accept a key that is not known yet; a changed one never
  --home DIR             where keys, device id and outbox are kept
  --timeout SECONDS      for connecting, and for an answer (10)
  --json                 one JSON object a line
  --help, --version

Exit codes
  0 done · 1 usage · 2 unreachable, timed out, not a Reach server · 3 wrong password, unknown name, too many tries
  4 refused · 5 key unknown or changed · 6 this computer (file unreadable, disk full) · 130 Ctrl+C
`;
