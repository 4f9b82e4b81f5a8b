import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { Progress } from './progress.js';

/** The three streams of a process, as far as the command line needs them. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
}

type Colour = 'red' | 'green' | 'yellow' | 'dim';
const CODES = { red: 31, green: 32, yellow: 33, dim: 2 } satisfies Record<Colour, number>;

/** Answers go to stdout and nothing else does; notes, questions and bars go to stderr. */
export class Terminal {
  private isReaderGone = false;

  constructor(
    readonly streams: Streams,
    private readonly isPlain: boolean,
    onReaderGone: () => void,
  ) {
    // `| head` closes the pipe when it has enough: that is no failure, and nothing more needs to be done.
    streams.stdout.on('error', () => {
      this.isReaderGone = true;
      onReaderGone();
    });
    streams.stderr.on('error', () => {});
  }

  /** Writes a part of the answer, and waits where the reader is slow. */
  async print(text: string | Uint8Array): Promise<void> {
    const { stdout } = this.streams;
    if (this.isReaderGone || stdout.write(text)) return;
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => {});
  }

  /** One line for people, beside the answer. */
  note(line: string): void {
    this.streams.stderr.write(`${line}\n`);
  }

  /** In colour where stdout (or stderr, for notes) is a terminal and NO_COLOR is not set. */
  coloured(text: string, colour: Colour, stream: 'stdout' | 'stderr' = 'stdout'): string {
    return this.isPlain || !this.streams[stream].isTTY ? text : `\u001B[${CODES[colour]}m${text}\u001B[0m`;
  }

  /** A bar on a terminal; where stderr goes to a file, nothing but its last line. */
  progress(noun: string, total: number): Progress {
    return new Progress(this.streams.stderr, noun, total);
  }

  /** Until all that was printed has left the process. */
  async flush(): Promise<void> {
    const { stdout, stderr } = this.streams;
    const written = (stream: Writable): Promise<void> =>
      new Promise((resolve) => {
        stream.once('close', resolve).write('', () => resolve());
      });
    await Promise.all([this.isReaderGone ? undefined : written(stdout), written(stderr)]);
  }
}
