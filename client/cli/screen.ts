// The terminal of `chat`: results to stdout, remarks to stderr, and the line being typed redrawn below both.
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { neutralise, type Streams } from './output.ts';

export interface Keys {
  line(text: string): void;
  /** What stands on the line while somebody types it; never from a pipe. */
  typing(text: string): void;
  /** Ctrl+D, or the end of a pipe. */
  end(): void;
  interrupt(): void;
}

export interface Screen {
  /** A person sits here and sees what is printed. */
  readonly interactive: boolean;
  open(keys: Keys): void;
  print(text: string): void;
  say(text: string): void;
  /** Stops reading a pipe, or goes on; a keyboard is always listened to. Lines that were read already still come. */
  hold(on: boolean): void;
  /** Hands the keyboard to a question. */
  pause<T>(question: () => Promise<T>): Promise<T>;
  close(): void;
}

/** `interactive`: a prompt is shown and kept whole. */
export function openScreen(streams: Streams, interactive: boolean): Screen {
  let lines: Interface | undefined;
  let keys: Keys | undefined;
  const around = (write: () => void) => {
    if (!interactive || !lines) return write();
    clearLine(process.stdout, 0);
    cursorTo(process.stdout, 0);
    write();
    lines.prompt(true);
  };
  const pressed = () => void (lines && lines.line !== '' && keys?.typing(lines.line));
  const listen = () => {
    lines = createInterface({ input: process.stdin, ...(interactive && { output: process.stdout, prompt: '> ' }) });
    let closing = false;
    lines.on('line', (text) => {
      keys?.line(text);
      if (interactive) lines?.prompt();
    });
    lines.on('SIGINT', () => ((closing = true), keys?.interrupt()));
    lines.on('close', () => closing || lines === undefined || keys?.end());
    // readline emits 'keypress' on a terminal's input, and hears it first: its line is the one with this key in it.
    if (interactive) process.stdin.on('keypress', pressed);
  };
  const hush = () => {
    process.stdin.off('keypress', pressed);
    const open = lines;
    lines = undefined;
    open?.close();
  };
  return {
    interactive,
    open(wanted) {
      keys = wanted;
      listen();
    },
    print: (text) => around(() => streams.out(text)),
    say: (text) => around(() => streams.err(neutralise(text))),
    hold(on) {
      if (interactive) return;
      if (on) lines?.pause();
      else lines?.resume();
    },
    async pause(question) {
      if (!interactive) return question();
      hush();
      try {
        return await question();
      } finally {
        listen();
      }
    },
    close: hush,
  };
}
