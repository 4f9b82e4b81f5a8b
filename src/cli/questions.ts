import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { interrupted } from './command-failure.js';
import type { Work } from './leaf.js';
import type { Streams } from './terminal.js';

/** Who asks: where, and until when. */
type Asking = Pick<Work, 'terminal' | 'signal'>;

/** Asks `question [y/N]`; anything but yes is no, and so is an input that has ended. */
export async function isConfirmed({ terminal, signal }: Asking, question: string): Promise<boolean> {
  const answer = await readLine(terminal.streams, signal, `${question} [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** A secret: typed without echo at a terminal, or the first line of what is piped in; undefined where there is none. */
export async function readSecret({ terminal, signal }: Asking, question: string): Promise<string | undefined> {
  const { streams } = terminal;
  return readLine(streams, signal, streams.stdin.isTTY ? question : '', true);
}

/** One line. Ctrl-C ends the command before anything was done. */
function readLine(
  { stdin, stderr }: Streams,
  signal: AbortSignal,
  question: string,
  isSecret = false,
): Promise<string | undefined> {
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
    const stop = (): void => finish(() => reject(interrupted()));
    // A terminal that is read key by key tells Ctrl-C as a key, all else as a signal.
    lines.once('SIGINT', stop);
    signal.addEventListener('abort', stop, { once: true });
    lines.once('close', () => finish(() => resolve(undefined)));
  });
}
