// The time that screens count down with. `minute` changes once a minute, for words that need no more.
const TICK_MS = 250;

export class ClockState {
  readonly read: () => number;
  now = $state(0);
  readonly minute = $derived(Math.floor(this.now / 60_000) * 60_000);

  constructor(read: () => number) {
    this.read = read;
    this.now = read();
  }

  /** Ticks until the returned function is called. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS);
    return () => clearInterval(timer);
  }

  tick(): void {
    this.now = this.read();
  }
}
