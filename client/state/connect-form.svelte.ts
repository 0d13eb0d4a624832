// What was typed on the connect card. It outlives the card: a trust question or a refusal must not cost the typing.
import { formatAddress, isLink, parseAddress, parseLink } from '../../shared/protocol/link.ts';
import { canonicalUsername } from '../../shared/protocol/names.ts';
import type { ConnectInput, Protocol, RecentServer, Registration } from '../engine/types.ts';

export class ConnectFormState {
  username = $state('');
  password = $state('');
  server = $state('127.0.0.1');
  port = $state('');
  udpPort = $state('');
  protocol = $state<Protocol>('tcp');
  remember = $state(true);
  touched = $state(false);
  /** Who was to be signed in where, when Connect was pressed last. */
  tried = $state<string>();
  /** What a server said of new accounts when it was asked. */
  answered = $state.raw<Pick<ConnectInput, 'server' | 'port'> & { registration?: Registration | undefined }>();

  /** The address inside a pasted invite link; undefined where the field holds no link, null where it is damaged. */
  readonly linked = $derived(isLink(this.server) ? (parseLink(this.server) ?? null) : undefined);
  readonly linkedAddress = $derived(this.linked ? formatAddress(this.linked) : undefined);
  readonly invited = $derived(this.linked?.invite !== undefined);
  readonly portNumber = $derived(portIn(this.port));
  /** Who is to be signed in where, in one form. */
  readonly goal = $derived(`${canonicalUsername(this.username)} ${this.linkedAddress ?? addressIn(this.server, this.portNumber)}`);
  readonly portValid = $derived(this.port.trim() === '' || this.portNumber !== undefined);
  readonly udpPortNumber = $derived(portIn(this.udpPort));
  readonly udpPortValid = $derived(this.udpPort.trim() === '' || this.udpPortNumber !== undefined);

  /** What the server in the field says of new accounts; undefined until it has answered. */
  readonly registration = $derived(this.answered?.server === this.server.trim() && this.answered.port === this.portNumber ? this.answered.registration : undefined);

  input(): ConnectInput {
    const input: ConnectInput = { username: this.username.trim(), password: this.password, server: this.server.trim(), remember: this.remember, protocol: this.protocol };
    if (this.portNumber !== undefined) input.port = this.portNumber;
    if (this.udpPortNumber !== undefined) input.udpPort = this.udpPortNumber;
    return input;
  }

  /** The last server used, unless somebody has typed already. */
  suggest(recent: readonly RecentServer[], remember: boolean): void {
    if (this.touched) return;
    this.remember = remember;
    const last = recent[0];
    if (!last) return;
    this.#take(last);
  }

  /** The password is not kept, and a link has done its part: its key is known now and its invite may be used up. */
  signedIn(): void {
    this.password = '';
    this.server = this.linkedAddress ?? this.server;
  }

  /** A link that somebody opened or was offered. */
  open(link: string): void {
    this.touched = true;
    this.server = link;
  }

  choose(protocol: Protocol): void {
    this.touched = true;
    this.protocol = protocol;
  }

  use(recent: RecentServer): void {
    this.touched = true;
    this.#take(recent);
  }

  #take({ server, username, protocol = 'tcp', udpPort }: RecentServer): void {
    this.udpPort = udpPort === undefined ? '' : String(udpPort);
    this.server = server;
    this.username = username;
    this.protocol = protocol;
  }
}

function addressIn(typed: string, port: number | undefined): string | undefined {
  const address = parseAddress(typed, port);
  return address && formatAddress(address);
}

/** 1 to 65535; undefined: it is none. */
export function portIn(typed: string): number | undefined {
  const port = /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
