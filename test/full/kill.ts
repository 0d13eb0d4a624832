// npm run test:full: fifty kills of the server under the load of three clients. Prints its figures, leaves with 1 on the
// first thing lost, doubled or out of order.
import { closeAfter } from '../helpers/waiting.ts';
import { killWhileSending } from '../integration/kills.ts';

await closeAfter(async (closing) => {
  const { kills, typed, acked, inHistory, seconds, rate } = await killWhileSending(closing, { kills: 50, ackedBetween: 60 });
  console.log(`${kills} kills in ${seconds.toFixed(0)} s; 3 clients typed ${typed} messages (${rate.toFixed(0)} a second); ${acked} acknowledged, ${inHistory} in the history, none lost, none twice, no gap`);
  console.log('1 passed, 0 failed');
})(undefined).catch((cause: unknown) => {
  console.error(cause);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
