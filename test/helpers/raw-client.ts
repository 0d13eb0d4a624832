// A client that says whatever a test wants: the real connection and sign-in, and bare frames behind them.
import { Connection, type Opened } from '../../client/engine/connection.ts';
import { realEffects } from '../../client/engine/options.ts';
import { runOpaqueJob } from '../../client/engine/opaque.ts';
import { uuidv7 } from '../../shared/protocol/ids.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Content, Message, MessageName } from '../../shared/protocol/messages.ts';
import { waitFor, type Closing } from './waiting.ts';

const effects = realEffects({ passwordWorker: { run: runOpaqueJob, close: () => undefined }, stretching: { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } } });

export type Attempt = Omit<Content<'send'>, 'n' | 'client_msg_id'> & { client_msg_id?: Bytes };

export class RawClient {
  readonly received: Message[] = [];
  readonly opened: Opened;
  readonly #connection: Connection;
  #req = 0;
  #n = 0;

  constructor(connection: Connection, opened: Opened, received: Message[]) {
    this.#connection = connection;
    this.opened = opened;
    this.received = received;
  }

  /** Makes the account; without `register` it is there already. */
  static async signUp(closing: Closing, port: number, username: string, register = true): Promise<RawClient> {
    const received: Message[] = [];
    const opened = await new Promise<{ opened: Opened; connection: Connection }>((resolve, reject) => {
      const connection: Connection = new Connection({ host: '127.0.0.1', port }, effects, {
        stage: () => undefined,
        greeted: () => ({ name: 'password', username, password: 'correct horse battery', register, remember: false, deviceName: 'raw', deviceId: effects.random(16) }),
        opened: (session) => resolve({ opened: session, connection }),
        received: (message) => void received.push(message),
        ended: ({ cause }) => reject(new Error(cause)),
      });
    });
    closing.add(() => opened.connection.close('bye'));
    return new RawClient(opened.connection, opened.opened, received);
  }

  /** Goodbye. */
  leave(): void {
    this.#connection.close('bye');
  }

  get userId(): Bytes {
    return this.opened.ok.user_id;
  }

  /** What its data connections are bound to. */
  get exporter(): Bytes {
    return this.opened.session.channel.exporter;
  }

  say<K extends MessageName>(name: K, content: Content<K>): void {
    this.#connection.send(name, content);
  }

  /** The answer: its name, or the code of an error. */
  async ask<K extends MessageName>(name: K, content: Omit<Content<K>, 'req'>): Promise<{ name: string; message: Message }> {
    this.#req += 1;
    const req = this.#req;
    this.say(name, { ...content, req } as Content<K>);
    return this.#answer((answer) => 'req' in answer.content && answer.content.req === req);
  }

  /** The answer to a `send`: msg_ack, or the code of an error. */
  async send({ client_msg_id = uuidv7(Date.now(), effects.random), ...rest }: Attempt): Promise<{ name: string; message: Message }> {
    const n = this.#n;
    this.#n += 1;
    this.say('send', { ...rest, client_msg_id, n });
    const before = this.received.length;
    return this.#answer((answer) => this.received.indexOf(answer) >= before && (answer.name === 'msg_ack' || answer.name === 'error') && 'client_msg_id' in answer.content && Buffer.from(answer.content.client_msg_id ?? []).equals(client_msg_id));
  }

  async #answer(fits: (message: Message) => boolean): Promise<{ name: string; message: Message }> {
    const message = await waitFor(() => this.received.find(fits), 10_000, 'an answer');
    return { name: message.name === 'error' ? message.content.code : message.name, message };
  }
}
