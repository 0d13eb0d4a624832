// Questions to the person at the terminal. They go to stderr: stdout holds results only.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Interrupted } from './interrupted.ts';

export interface Keyboard {
  /** A person can be asked. */
  readonly present: boolean;
  ask(question: string): Promise<string>;
  /** Nothing typed is shown. */
  askHidden(question: string): Promise<string>;
}

export const terminalKeyboard: Keyboard = {
  get present() {
    return Boolean(process.stdin.isTTY && process.stderr.isTTY);
  },
  ask: (question) => ask(question, process.stderr),
  async askHidden(question) {
    process.stderr.write(question);
    const answer = await ask('', new Writable({ write: (_piece, _encoding, done) => done() }));
    process.stderr.write('\n');
    return answer;
  },
};

function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => reject(new Interrupted()));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
