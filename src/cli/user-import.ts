import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { linesOf, type BodyLine } from '../http/body-lines.js';
import type { Api } from './api.js';
import { CommandFailure, EXIT, interrupted } from './command-failure.js';
import type { Answer, Work } from './leaf.js';
import type { Progress } from './progress.js';
import { counted, tableOf } from './table.js';

/** Each call names all of its refused lines: the route tells a thousand. */
const CHUNK_LINES = 1_000;
const CHUNK_BYTES = 4 * 1024 * 1024;
const SHOWN = 20;
const LINE_FEED = Buffer.from('\n');

interface Fault {
  line: number;
  field?: string;
  message: string;
}
interface Imported {
  imported: number;
  refused: number;
  faults: Fault[];
}

/** Lines that travel together, and where each stands in the file; and what is not even sent. */
class Chunk {
  readonly numbers: number[] = [];
  readonly lines: Buffer[] = [];
  readonly faults: Fault[] = [];
  last = 0;
  private bytes = 0;

  get isFull(): boolean {
    return this.lines.length >= CHUNK_LINES || this.bytes >= CHUNK_BYTES || this.faults.length >= CHUNK_LINES;
  }

  add({ number, bytes }: BodyLine): void {
    this.last = number;
    if (!bytes) this.faults.push({ line: number, field: '', message: 'The line is longer than 16,384 bytes.' });
    else if (bytes.toString().trim() !== '') {
      this.numbers.push(number);
      this.lines.push(bytes);
      this.bytes += bytes.length;
    }
  }
}

/** Users from a file with one JSON document a line, some at a time; each line stands for itself. */
export async function importUsers(work: Work<{ application?: string }>): Promise<Answer> {
  const { args, options, api, terminal, signal } = work;
  const [input, total] = await open(args[0]!, terminal.streams.stdin);
  const query = { applicationId: options.application };
  const report: Imported & { lines: number } = { imported: 0, refused: 0, faults: [], lines: 0 };
  const bar = terminal.progress('lines', total);
  try {
    for await (const chunk of chunksOf(input)) {
      if (signal.aborted) throw interrupted(`Interrupted: ${soFar(report)}`);
      await send(await api(), chunk, query, report);
      show(bar, chunk, total);
    }
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode === EXIT.interrupted) throw error;
    throw new CommandFailure(`${error.message} Until then: ${soFar(report)}`);
  } finally {
    bar.end();
    input.destroy();
  }
  return { json: report, text: textOf(report), exitCode: report.refused > 0 ? EXIT.failed : EXIT.done };
}

function show(bar: Progress, { last }: Chunk, total: number): void {
  bar.reach(last, Math.max(total, last));
}

/** The file, or stdin for `-`, and how many lines it has, as far as that can be known. */
async function open(path: string, stdin: Readable): Promise<[Readable, number]> {
  if (path === '-') return [stdin, 0];
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      `${path} cannot be read (${error.code}): name a file with a JSON document a line, or - for stdin.`,
    );
  });
  if (!facts.isFile())
    throw new CommandFailure(`${path} is no file: name a file with a JSON document a line, or - for stdin.`);
  let lines = 0;
  for await (const bytes of createReadStream(path)) for (const byte of bytes as Buffer) if (byte === 10) lines += 1;
  return [createReadStream(path), Math.max(lines, 1)];
}

// Byte for byte as they stand in the file: what is not UTF-8 is the server's to refuse.
async function* chunksOf(input: Readable): AsyncGenerator<Chunk> {
  let chunk = new Chunk();
  for await (const line of linesOf(input as AsyncIterable<Buffer>)) {
    chunk.add(line);
    if (!chunk.isFull) continue;
    yield chunk;
    chunk = new Chunk();
  }
  if (chunk.last > 0) yield chunk;
}

async function send(
  api: Api,
  { numbers, lines, faults: unsent, last }: Chunk,
  query: object,
  report: Imported & { lines: number },
): Promise<void> {
  const body = Buffer.concat(lines.flatMap((line) => [line, LINE_FEED]));
  const { imported, refused, faults } = await api.ask<Imported>('POST', '/admin/users/import', {
    query: { ...query },
    text: { type: 'application/x-ndjson', body },
  });
  report.imported += imported;
  report.refused += refused + unsent.length;
  report.lines = last;
  const sent = faults.map((fault) => ({ ...fault, line: numbers[fault.line - 1] ?? fault.line }));
  report.faults.push(...[...sent, ...unsent].toSorted((one, other) => one.line - other.line));
}

function soFar({ imported, refused, lines }: Imported & { lines: number }): string {
  return `${counted(imported, 'user')} imported and ${refused} refused, up to line ${lines}. Run it again to go on: who is there already is refused, and stays as they are.`;
}

function textOf({ imported, refused, faults }: Imported): string {
  const summary = `${counted(imported, 'user')} imported, ${refused.toLocaleString('en-US')} refused.\n`;
  if (faults.length === 0) return summary;
  const columns = {
    line: ({ line }: Fault) => line,
    field: ({ field }: Fault) => field,
    why: ({ message }: Fault) => message,
  };
  const more = faults.length > SHOWN ? `… and ${faults.length - SHOWN} more: --json has them all.\n` : '';
  return `${tableOf(columns, faults.slice(0, SHOWN))}${more}${summary}`;
}
