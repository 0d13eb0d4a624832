// GET /metrics on a port of its own. It tells figures to whoever can reach it, so it is this computer's alone unless
// the operator says otherwise. Nothing but that one request is answered, and nothing that comes with it is read.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsPort {
  port: number;
  stop(): Promise<void>;
}

const CONNECTIONS_MAX = 16;
const HEADERS_MAX = 8 * 1024;
/** Milliseconds a request may take to come, and an idle connection is kept. */
const WITHIN_MS = 5_000;
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Rejects with the system's error where the address cannot be listened on. */
export function serveMetrics(host: string, port: number, read: () => string): Promise<MetricsPort> {
  const limits = { maxHeaderSize: HEADERS_MAX, headersTimeout: WITHIN_MS, requestTimeout: WITHIN_MS, keepAliveTimeout: WITHIN_MS, connectionsCheckingInterval: WITHIN_MS };
  const server = createServer(limits, (request, response) => answer(request, response, read));
  server.maxConnections = CONNECTIONS_MAX;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port, stop: () => stop(server) });
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, read: () => string): void {
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (request.method === 'GET' && request.url === '/metrics' && !hasBody) {
    const text = read();
    response.writeHead(200, { 'content-type': TYPE, 'content-length': Buffer.byteLength(text) }).end(text);
    return;
  }
  // A body is not waited for: the connection ends with the answer.
  response.writeHead(404, { 'content-type': 'text/plain', connection: 'close' }).end('Only GET /metrics is answered here.\n', () => request.socket.destroySoon());
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
