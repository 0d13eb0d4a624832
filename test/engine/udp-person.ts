// Somebody whose engine chats by UDP, and whose TCP connection can be made to stand still.
import { dialTcp, type Dial } from '../../client/engine/sockets.ts';
import type { EngineEvent, Paths, Protocol } from '../../client/engine/types.ts';
import { waitFor, type Closing } from '../helpers/waiting.ts';
import { Driver } from './driver.ts';

export class Person {
  readonly driver: Driver;
  readonly freeze: (on: boolean) => void;

  constructor(closing: Closing, home?: string) {
    const { dial, freeze } = freezingDial();
    this.freeze = freeze;
    this.driver = new Driver({ dial, ...(home !== undefined && { home }) });
    closing.add(() => this.driver.engine.stop());
  }

  get paths(): Paths | undefined {
    return this.all('paths').at(-1)?.paths;
  }

  all<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { type: T }>[] {
    return this.driver.events.filter((event): event is Extract<EngineEvent, { type: T }> => event.type === type);
  }

  up(): Promise<unknown> {
    return waitFor(() => this.paths?.sending === 'udp' && this.paths.receiving === 'udp', 10_000, 'UDP in both directions');
  }

  /** Sends and waits for the confirmation; what that came by. */
  async say(text: string): Promise<Protocol | undefined> {
    const before = new Set(this.driver.messages.keys());
    this.driver.engine.send(this.driver.room, text);
    const id = [...this.driver.messages.keys()].find((one) => !before.has(one))!;
    return this.confirmed(id);
  }

  async confirmed(id: string): Promise<Protocol | undefined> {
    return (await waitFor(() => this.all('message_state').find((event) => event.id === id && event.state.name === 'sent'), 10_000, 'the confirmation')).path;
  }

  hears(text: string): Promise<unknown> {
    return waitFor(() => this.driver.texts().filter((one) => one === text).length === 1, 10_000, `"${text}", once`);
  }
}

/** A TCP connection that stands still while `frozen` is set: nothing comes, nothing leaves. */
function freezingDial(): { dial: Dial; freeze(on: boolean): void } {
  let frozen = false;
  let held: (() => void)[] = [];
  const pass = (act: () => void): void => (frozen ? void held.push(act) : act());
  const dial: Dial = (address, events) => {
    const socket = dialTcp(address, { ...events, received: (piece) => pass(() => events.received(Uint8Array.from(piece))) });
    return new Proxy(socket, { get: (target, key) => (key === 'write' ? (bytes: Uint8Array) => pass(() => target.write(bytes)) : Reflect.get(target, key)) });
  };
  const freeze = (on: boolean): void => {
    frozen = on;
    if (!on) for (const act of held.splice(0)) act();
  };
  return { dial, freeze };
}
