// How somebody goes to a server they know, among the settings: what is chosen here counts from the next sign-in.
import type { SessionInfo, Settings } from '../engine/types.ts';

type Recent = Settings['recent'];
type Account = Pick<SessionInfo, 'address' | 'username'>;

const isOf = ({ address, username }: Account) => (one: Recent[number]): boolean => one.server === address && one.username === username;

/** It is among the servers used: what is chosen for it is kept. */
export function isUsed(recent: Recent, account: Account): boolean {
  return recent.some(isOf(account));
}

/** The port that was chosen for it; undefined: the one the server names. */
export function udpPortOf(recent: Recent, account: Account): number | undefined {
  return recent.find(isOf(account))?.udpPort;
}

export function withUdpPort(recent: Recent, account: Account, port: number | undefined): Recent {
  return recent.map((one) => {
    if (!isOf(account)(one)) return one;
    const { udpPort: _before, ...rest } = one;
    return { ...rest, ...(port !== undefined && { udpPort: port }) };
  });
}
