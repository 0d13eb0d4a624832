// The worst moment for a relay in a process of its own to die: the server does not read what it is handed, and clients go on
// sending. What the relay has acknowledged must be the operating system's by then; the rest its clients still have.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hex } from '../../shared/protocol/bytes.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { freePort, startProcess, startServer, type RunningProcess } from '../helpers/server.ts';
import { closeAfter, sleep, waitFor } from '../helpers/waiting.ts';
import { personOf, type Person } from '../server/udp-house.ts';

const PEOPLE = 8;
/** 1,500 bytes each: more than the system keeps for a server that reads nothing. */
const MESSAGES_MAX = 200;

async function refusals(relay: RunningProcess): Promise<number> {
  const text = await (await fetch(/Metrics +(\S+)/.exec(relay.block)![1]!)).text();
  return Number(/^reach_datagrams_total\{result="full"\} (\d+)$/m.exec(text)?.[1]);
}

const ackedOf = ({ udp, tcp }: Person): Set<string> => new Set([...udp, ...tcp].flatMap((one) => (one.name === 'msg_ack' ? [hex(one.content.client_msg_id)] : [])));

test('the server hangs until the relay takes no more, the relay is killed, the server goes on: every message is acknowledged', closeAfter(async (closing) => {
  const data = tempFolder(closing);
  const port = String(await freePort());
  const relay = await startProcess(closing, ['udp', '--host', '127.0.0.1', '--udp-port', port, '--metrics', '0', '--data', data]);
  const server = await startServer(closing, { mode: 'tcp', data, args: ['--udp-port', port, '--limit', 'send=0,frames=0'] });
  await waitFor(() => /the relay is there/.test(server.log()), 10_000, 'the two have found each other');
  const people: Person[] = [];
  for (let at = 0; at < PEOPLE; at += 1) people.push(await personOf(closing, await RawClient.signUp(closing, server.port, `person${at}`)));
  await waitFor(() => people.every((person) => person.isUp()), 20_000, 'everybody has UDP');

  process.kill(server.pid, 'SIGSTOP');
  const posted = people.map(() => new Set<string>());
  for (let count = 0; (await refusals(relay)) === 0; count += 1) {
    assert.ok(count < MESSAGES_MAX, 'the relay takes whatever comes');
    people.forEach((person, at) => posted[at]!.add(hex(person.post('m'.repeat(1_500)))));
    await sleep(20);
  }
  await relay.kill();
  process.kill(server.pid, 'SIGCONT');
  const missing = (): number => people.reduce((sum, person, at) => sum + [...posted[at]!].filter((id) => !ackedOf(person).has(id)).length, 0);
  await waitFor(() => missing() === 0, 30_000, 'every message is acknowledged').catch((cause: Error) => assert.unreachable(`${cause.message}; ${missing()} are missing`));
}));

test.run();
