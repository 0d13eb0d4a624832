// The way to a server, through this process: it can be cut, slowed, and listened to.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Closing } from './waiting.ts';

export interface Wire {
  port: number;
  cut(): void;
  mend(): void;
  /** Bytes a second towards the server, of each connection. */
  slow(rate: number): void;
  /** Bytes that came from clients so far. */
  sent(): number;
}

/** Passes everything on to `port` of this computer until it is cut. */
export async function startWire(closing: Closing, port: number, heard: (piece: Buffer) => void = () => {}): Promise<Wire> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let rate = Infinity;
  let sent = 0;
  const brake = () => new Transform({
    transform(piece: Buffer, _encoding, done) {
      sent += piece.length;
      heard(piece);
      if (rate === Infinity) done(null, piece);
      else setTimeout(() => done(null, piece), (piece.length * 1000) / rate);
    },
  });
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect(port, '127.0.0.1');
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => (other.destroy(), sockets.delete(one)));
    }
    socket.pipe(brake()).pipe(onward);
    onward.on('data', heard).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => ((isCut = true), sockets.forEach((socket) => socket.destroy()));
  closing.add(() => (cut(), server.close()));
  return {
    port: (server.address() as AddressInfo).port, cut,
    mend: () => void (isCut = false),
    slow: (bytes) => void (rate = bytes),
    sent: () => sent,
  };
}
