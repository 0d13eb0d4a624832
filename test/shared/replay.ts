// Replays a recorded handshake with both machines: chosen randomness and recorded OPAQUE outputs in, every byte out.
// OPAQUE draws its own randomness, so its outputs are part of the recording (see make-vectors.ts).
import { fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { identityFromSeed } from '../../shared/crypto/identity.ts';
import { ClientHandshake } from '../../shared/crypto/client-handshake.ts';
import { ServerHandshake } from '../../shared/crypto/server-handshake.ts';
import { sha256 } from '../../shared/crypto/schedule.ts';
import { as, authOk, NOW, pbkdf2, SERVER_ID, toClient, toServer } from './pair.ts';

export interface Script {
  flow: 'register' | 'login' | 'resume';
  identity_seed: string;
  /** Ephemeral key, then random, of each end. */
  client_random: [string, string];
  server_random: [string, string];
  opaque?: { login_request: string; ke2: string; ke3: string; session_key: string; registration_request?: string; registration_response?: string; record?: string };
  ticket?: { id: string; secret: string };
}

export interface Outcome {
  records: { from: 'client' | 'server'; bytes: string }[];
  exporter: string;
  ticket_id: string;
  ticket: string;
  /** The first record of each end under the session's keys: one `ping`. */
  first_client_record: string;
  first_server_record: string;
}

type Ends = { client: ClientHandshake; server: ServerHandshake };

const b = (text: string | undefined): Bytes => fromHex(text ?? '')!;

export function replay(script: Script): Outcome {
  const records: Outcome['records'] = [];
  const note = (from: 'client' | 'server', bytes: Bytes): Bytes => {
    records.push({ from, bytes: hex(bytes) });
    return bytes;
  };
  const ends = endsOf(script);
  as(toClient(ends.client, note('server', as(toServer(ends.server, note('client', ends.client.hello())), 'send').bytes)), 'server');
  if (script.flow === 'resume') resume(ends, script, note);
  else password(ends, script, note);
  const { bytes, session: server } = ends.server.ok(authOk(), NOW);
  const client = as(toClient(ends.client, note('server', bytes)), 'done').session;
  const ping = encodeMessage('ping', {});
  return {
    records, exporter: hex(client.channel.exporter), ticket_id: hex(client.ticketId), ticket: hex(client.ticket),
    first_client_record: hex(client.channel.seal([ping], NOW)), first_server_record: hex(server.channel.seal([ping], NOW)),
  };
}

type Note = (from: 'client' | 'server', bytes: Bytes) => Bytes;

function endsOf(script: Script): Ends {
  const listed = (values: readonly string[]) => {
    const rest = [...values];
    return () => b(rest.shift());
  };
  return {
    client: new ClientHandshake({ random: listed(script.client_random), now: NOW }),
    server: new ServerHandshake({ identity: identityFromSeed(b(script.identity_seed)), serverId: SERVER_ID, registration: 'open', random: listed(script.server_random), now: NOW }),
  };
}

function password({ client, server }: Ends, { flow, opaque }: Script, note: Note): void {
  if (!opaque) throw new Error('no OPAQUE recording');
  const begin = {
    username: 'dana', device_id: new Uint8Array(16).fill(3), device_name: 'laptop', remember: false, login_request: b(opaque.login_request),
    ...(flow === 'register' && { registration_request: b(opaque.registration_request) }),
  };
  as(toServer(server, note('client', client.begin(begin))), 'begin');
  if (flow === 'register') {
    as(toClient(client, note('server', server.salt({ mode: 'register', pbkdf2, tries_left: 5, registration_response: b(opaque.registration_response) }))), 'register');
    as(toServer(server, note('client', client.record(b(opaque.record)))), 'record');
  }
  as(toClient(client, note('server', server.salt({ mode: 'login', pbkdf2, tries_left: 5, ke2: b(opaque.ke2) }))), 'login');
  as(toServer(server, note('client', client.proof(b(opaque.ke3), b(opaque.session_key)))), 'proof');
  if (!server.proven(b(opaque.session_key))) throw new Error('finished_c wrong');
}

function resume({ client, server }: Ends, { ticket }: Script, note: Note): void {
  if (!ticket) throw new Error('no ticket');
  as(toServer(server, note('client', client.resume(b(ticket.id), b(ticket.secret)))), 'resume_proof');
  if (!server.provenByTicket(sha256(b(ticket.secret)))) throw new Error('ticket refused');
}
