// A recording proxy between a client and its server: whoever sits on the wire reads no name, no password, no message.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { cli } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { closeAfter, type Closing } from '../helpers/waiting.ts';

interface Recording {
  port: number;
  bytes(): Buffer;
}

async function record(closing: Closing, target: number): Promise<Recording> {
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.on('data', (piece) => pieces.push(Buffer.from(piece)) && to.write(piece));
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closing.add(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, bytes: () => Buffer.concat(pieces) };
}

/** The ways a text may lie open in a stream. */
function formsOf(text: string): Record<string, Buffer> {
  const utf8 = Buffer.from(text);
  return {
    'UTF-8': utf8, 'UTF-16LE': Buffer.from(text, 'utf16le'), 'UTF-16BE': Buffer.from(text, 'utf16le').swap16(), hex: Buffer.from(utf8.toString('hex')),
    // The middle of a base64 text looks the same whatever stands before it, at one of three alignments.
    ...Object.fromEntries([0, 1, 2].map((shift) => [`base64 at ${shift}`, Buffer.from(Buffer.concat([Buffer.alloc(shift), utf8]).toString('base64').slice(4, -4))])),
  };
}

const USERNAME = 'zdislava-novakova';
const PASSWORD = 'perfectly obvious passphrase';
const MESSAGE = 'the meeting is moved to quarter past eleven';

test('register, sign in, send and read: nothing of it lies open on the wire', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const proxy = await record(closing, server.port);
  const base = ['--server', `127.0.0.1:${proxy.port}`, '--user', USERNAME, '--json'];
  const options = { home: tempFolder(closing), password: PASSWORD, within: 60_000 };
  const sent = await cli([...base, '--register', 'send', 'lobby', MESSAGE], options);
  assert.is(sent.code, 0, sent.err);
  const read = await cli([...base, 'history', 'lobby'], options);
  assert.ok(read.out.includes(MESSAGE), 'the message went through the proxy');
  const wire = proxy.bytes();
  assert.ok(wire.length > 3000, `only ${wire.length} bytes recorded`);
  assert.ok(wire.includes('server_identity'), 'the plaintext of hello_ok is where the recording would show it');
  for (const [what, text] of Object.entries({ username: USERNAME, password: PASSWORD, message: MESSAGE, frame: 'client_msg_id', mode: 'login_request' })) {
    for (const [form, bytes] of Object.entries(formsOf(text))) assert.not.ok(wire.includes(bytes), `${what} in ${form}`);
  }
}));

test.run();
