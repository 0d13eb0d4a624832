// How many connections that are not signed in are let in: all together, and per address. 0 = no limit.

export interface GateLimits {
  unauthenticated: number;
  'per-address': number;
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #perAddress = new Map<string, number>();
  #all = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** undefined where the house is full; else what to call once, when the connection signs in or ends. */
  enter(address: string): (() => void) | undefined {
    const group = addressGroup(address);
    const here = this.#perAddress.get(group) ?? 0;
    const { unauthenticated, 'per-address': perAddress } = this.#limits;
    if ((unauthenticated > 0 && this.#all >= unauthenticated) || (perAddress > 0 && here >= perAddress)) return undefined;
    this.#all += 1;
    this.#perAddress.set(group, here + 1);
    let inside = true;
    return () => {
      if (inside) this.#leave(group);
      inside = false;
    };
  }

  #leave(group: string): void {
    this.#all -= 1;
    const left = (this.#perAddress.get(group) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(group, left);
    else this.#perAddress.delete(group);
  }
}

/** Who shares a limit: an IPv4 address, or an IPv6 /64, which is what one customer is given. */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
