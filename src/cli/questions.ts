import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { interrupted } from './command-failure.js';
import type { Streams } from './terminal.js';

/** Asks `question [y/N]`; anything but yes is no, and so is an input that has ended. */
export async function isConfirmed(streams: Streams, question: string): Promise<boolean> {
  const answer = await readLine(streams, `${question} [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** A secret: typed without echo at a terminal, or the first line of what is piped in; undefined where there is none. */
export async function readSecret(streams: Streams, question: string): Promise<string | undefined> {
  return readLine(streams, streams.stdin.isTTY ? question : '', true);
}

/** One line. Ctrl-C ends the command before anything was done. */
function readLine({ stdin, stderr }: Streams, question: string, isSecret = false): Promise<string | undefined> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const isTerminal = Boolean(stdin.isTTY);
  stderr.write(question);
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdin, output: isSecret ? silent : stderr, terminal: isTerminal });
    const finish = (settle: () => void): void => {
      lines.removeAllListeners('close').close();
      if (isSecret && isTerminal) stderr.write('\n');
      settle();
    };
    lines.once('line', (line) => finish(() => resolve(line)));
    lines.once('SIGINT', () => finish(() => reject(interrupted())));
    lines.once('close', () => finish(() => resolve(undefined)));
  });
}
