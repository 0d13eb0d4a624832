// The way to a server, through this process: it can be cut.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Closing } from './waiting.ts';

/** Passes everything on to `port` of this computer until it is cut. */
export async function startWire(closing: Closing, port: number): Promise<{ port: number; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const onward = connect(port, '127.0.0.1');
    for (const [one, other] of [[socket, onward], [onward, socket]] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => (other.destroy(), sockets.delete(one)));
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => ((isCut = true), sockets.forEach((socket) => socket.destroy()));
  closing.add(() => (cut(), server.close()));
  return { port: (server.address() as AddressInfo).port, cut, mend: () => void (isCut = false) };
}
