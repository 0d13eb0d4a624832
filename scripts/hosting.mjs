// Is a Reach server there already? If not, start one and wait until it says `ready`.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { encode } from 'cborg';
import { root } from './freshness.mjs';

const PROBE_MS = 3_000;
const READY_MS = 30_000;
const STOP_MS = 8_000;
const HELLO = 1;
const HELLO_OK = 2;
const ERROR = 8;

/** 'reach', 'other' (something answers, or keeps silent, that is no Reach server) or 'nothing'. */
export function whoListens(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const received = [];
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PROBE_MS, () => end('other'));
    socket.on('error', (cause) => end(cause.code === 'ECONNREFUSED' ? 'nothing' : 'other'));
    socket.on('close', () => end('other'));
    socket.on('connect', () => socket.write(hello()));
    socket.on('data', (piece) => {
      received.push(piece);
      const start = Buffer.concat(received);
      if (start.length >= 8) end(isAnswer(start) ? 'reach' : 'other');
    });
  });
}

/** One plaintext record with one `hello` frame (docs/protocol.md). */
function hello() {
  const { x } = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });
  const content = encode({ versions: [1], client_random: randomBytes(32), client_ephemeral: Buffer.from(x, 'base64url') });
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 4, 0);
  head.writeUIntBE(content.length, 4, 3);
  head.writeUInt8(HELLO, 7);
  return Buffer.concat([head, content]);
}

/** A record that holds exactly one frame, and that one a `hello_ok` or an `error`. */
function isAnswer(start) {
  const type = start.readUInt8(7);
  return start.readUInt32BE(0) === start.readUIntBE(4, 3) + 4 && (type === HELLO_OK || type === ERROR);
}

/** Starts the server; its block of lines goes to the screen as it comes. Resolves with the process at `ready`. */
export function startServer(args) {
  const server = spawn(process.execPath, [join(root, 'server/dist/main.js'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => {
      server.kill('SIGKILL');
      reject(new Error(`The server was not ready within ${READY_MS / 1000} s.`));
    }, READY_MS);
    server.once('exit', (code) => {
      clearTimeout(tooLate);
      reject(new Error(`The server stopped with code ${code}.`));
    });
    createInterface({ input: server.stdout }).on('line', (line) => {
      console.log(line);
      if (line.trim() !== 'ready') return;
      clearTimeout(tooLate);
      resolve(server);
    });
  });
}

export function stopServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    server.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    server.kill('SIGTERM');
  });
}
