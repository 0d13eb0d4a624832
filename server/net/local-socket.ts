// Sockets that lie in the data directory, for processes of one owner on one computer (on Windows named pipes).
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

export interface LocalPlace {
  directory: string;
  /** Of the file, such as control.sock. */
  name: string;
}

export interface LocalServer {
  stop(): Promise<void>;
}

export interface LocalOptions {
  connectionsMax: number;
  accept(socket: Socket): void;
  failed(error: Error): void;
}

/** Bytes of a socket's path that every system takes (sun_path, without its final zero: 107 on Linux, 103 on macOS). */
const PATH_MAX = process.platform === 'linux' ? 107 : 103;

interface SocketPath {
  path: string;
  release(): void;
}

/** Resolves when the socket is open, for its owner alone; rejects with the system's reason where it can't be. The caller holds the directory's lock. */
export async function listenLocal(place: LocalPlace, { connectionsMax, accept, failed }: LocalOptions): Promise<LocalServer> {
  const { path, release } = socketPath(place);
  const file = join(place.directory, place.name);
  const server = createServer(accept);
  server.maxConnections = connectionsMax;
  try {
    // Whoever holds the directory is the only server: what lies there is of one that was killed.
    if (process.platform !== 'win32') rmSync(file, { force: true });
    await opened(server, path);
    if (process.platform !== 'win32') chmodSync(file, 0o600);
  } catch (cause) {
    release();
    throw cause;
  }
  server.on('error', failed);
  return { stop: () => stop(server, release) };
}

/** Throws where the path is too long for this system; whether somebody is there the socket tells. */
export function dialLocal(place: LocalPlace): Socket {
  const { path, release } = socketPath(place);
  return connect(path).once('close', release);
}

/** A path that is too long for a socket goes by the number of the open directory, where the system has such names. */
function socketPath({ directory, name }: LocalPlace): SocketPath {
  if (process.platform === 'win32') return { path: pipeName(directory, name), release() {} };
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= PATH_MAX) return { path, release() {} };
  if (process.platform !== 'linux') throw new Error(`${path} is too long for a socket (${PATH_MAX} bytes); choose a shorter --data`);
  const folder = openSync(directory, 'r');
  return { path: `/proc/self/fd/${folder}/${name}`, release: () => closeSync(folder) };
}

/** The same for every spelling of the directory. */
function pipeName(directory: string, name: string): string {
  const hash = createHash('sha256').update(realpathSync.native(directory).toLowerCase()).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\reach-chat-${hash}-${name}`;
}

function opened(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

// The path must still lead there when the server removes its socket.
function stop(server: Server, release: () => void): Promise<void> {
  return new Promise((resolve) => void server.close(() => {
    release();
    resolve();
  }));
}
