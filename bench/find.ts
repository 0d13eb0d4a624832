// Reading 10,000 messages into the search, in the slices the window gets them in, and searching them.
// Prints figures and asserts nothing. What counts for a screen is the longest slice: until it ends no frame is drawn.
// It runs in Node.js, where the window's engine runs too, but without a window beside it.
// Usage: node --import tsx bench/find.ts [MESSAGES]
import type { Clock } from '../client/engine/clock.ts';
import { MessageIndex } from '../client/engine/find/message-index.ts';
import type { ChatMessage } from '../client/engine/types.ts';

const MESSAGES = Number(process.argv[2] ?? 10_000);
/** Words of a language: the second is used half as often as the first, the third a third as often. */
const VOCABULARY = 20_000;
/** Syllables: words of one to four of them share their beginnings about as those of a language do. */
const SYLLABLES = 'ba be ber bo da de den do e el en fa fe fi ga ge ger ha he i in ka ke kel la le li lo ma me mi mo na ne no o on pa pe ra re ri ro sa se si so ta te ter ti to u un va ve vi'.split(' ');
const ROUNDS = 20;

/** mulberry32: the same messages in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(6);
const vocabulary = Array.from({ length: VOCABULARY }, () => Array.from({ length: 1 + Math.floor(random() * 4) }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join(''));
const word = (): string => vocabulary[Math.floor(VOCABULARY ** random()) - 1]!;
const SEARCHES = [vocabulary[2]!, vocabulary[50]!, `${vocabulary[2]!} ${vocabulary[9]!}`, vocabulary[5_000]!, vocabulary[5_000]!.slice(0, 3), `${vocabulary[700]!}x`, 'nothing like it'];
const messages = new Map(Array.from({ length: MESSAGES }, (_, at): [string, ChatMessage] => [String(at), {
  id: String(at), room: 'room', seq: at + 1, ts: at * 1000, sender: `person${at % 300}`, mentions: [], reactions: [], state: { name: 'sent' },
  text: Array.from({ length: 3 + Math.floor(random() * 25) }, word).join(' '),
}]));

const slices: number[] = [];
const clock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(() => {
      const began = performance.now();
      call();
      slices.push(performance.now() - began);
    }, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (call) => queueMicrotask(call),
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const mib = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const before = mib();
const began = performance.now();
let index!: MessageIndex;
await new Promise<void>((settled) => {
  index = new MessageIndex({ clock, message: (_room, id) => messages.get(id), settled });
  index.note('room', messages.keys());
});
const took = performance.now() - began;
const work = slices.reduce((sum, one) => sum + one, 0);
console.log(`${MESSAGES} messages of 3 to 27 words were read in within ${ms(took)}: ${ms(work)} of work in ${slices.length} slices, the longest ${ms(Math.max(...slices))}. Heap: ${(mib() - before).toFixed(0)} MiB more${globalThis.gc ? '' : ' (with what was not yet collected)'}.`);
for (const text of SEARCHES) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    index.search({ text });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const { total, similar } = index.search({ text });
  console.log(`  “${text}”: ${total} found${similar ? ', similar ones' : ''}; median ${ms(times[ROUNDS / 2]!)}, longest ${ms(times.at(-1)!)}`);
}
process.exit(0);
