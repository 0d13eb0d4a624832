// UDP as a session sees it, whichever process the relay is in: the server's own (relay.ts) or one beside it (remote-relay.ts).
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Content, UdpKey } from '../../shared/protocol/messages.ts';

export interface SessionRelay {
  /** For auth_ok: what only this session knows. undefined: nobody knows where the relay will be. */
  draw(): UdpKey | undefined;
  /** The session it was drawn for has begun, and closes the link when it ends. The key is overwritten then, at the latest. */
  open(key: UdpKey, events: LinkEvents): SessionLink;
}

export interface SessionLink {
  /** One whole frame, reliably: its number, until it is delivered or lost. undefined: TCP is the way. */
  send(frame: Bytes): number | undefined;
  /** One whole frame that may be lost. False: TCP is the way. */
  sendOnce(frame: Bytes): boolean;
  /** What the client told by TCP. */
  reported(stat: Content<'udp_stat'>): void;
  /** What is under way is given back; nothing leaves before a datagram under a new salt has verified. */
  renew(): void;
  /** One ping to the client, and none by itself for `silent` ms. */
  ask(silent: number): void;
  close(): void;
}

/** What a session is told of its association. */
export interface LinkEvents {
  /** One whole frame of the client's, header included. */
  message(frame: Bytes): void;
  /** A frame that could not be brought over. */
  lost(frame: Bytes, number: number): void;
  /** To be sent by TCP. */
  stat(content: Content<'udp_stat'>): void;
  /** Everything begins anew under this salt: to be told by TCP. */
  renewed(content: Content<'udp_resync'>): void;
  /** The client has it. */
  delivered?(number: number): void;
  /** Whether frames can be sent now. At first they can't. */
  turned?(up: boolean): void;
}
