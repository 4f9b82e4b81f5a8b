import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Api } from './api.js';
import { CommandFailure, EXIT, interrupted } from './command-failure.js';
import type { Answer, Work } from './leaf.js';
import type { Progress } from './progress.js';
import { counted, tableOf } from './table.js';

/** Each call names all of its refused lines: the route tells a thousand. */
const CHUNK_LINES = 1_000;
const CHUNK_BYTES = 4 * 1024 * 1024;
const SHOWN = 20;

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

/** Lines that travel together, and where each stands in the file. */
interface Chunk {
  numbers: number[];
  lines: string[];
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

function show(bar: Progress, { numbers }: Chunk, total: number): void {
  const last = numbers.at(-1)!;
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

async function* chunksOf(input: Readable): AsyncGenerator<Chunk> {
  let [chunk, bytes, number]: [Chunk, number, number] = [{ numbers: [], lines: [] }, 0, 0];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    chunk.numbers.push(number);
    chunk.lines.push(line);
    bytes += line.length;
    if (chunk.lines.length < CHUNK_LINES && bytes < CHUNK_BYTES) continue;
    yield chunk;
    [chunk, bytes] = [{ numbers: [], lines: [] }, 0];
  }
  if (chunk.lines.length > 0) yield chunk;
}

async function send(
  api: Api,
  { numbers, lines }: Chunk,
  query: object,
  report: Imported & { lines: number },
): Promise<void> {
  const text = { type: 'application/x-ndjson', body: `${lines.join('\n')}\n` };
  const { imported, refused, faults } = await api.ask<Imported>('POST', '/admin/users/import', {
    query: { ...query },
    text,
  });
  report.imported += imported;
  report.refused += refused;
  report.lines = numbers.at(-1)!;
  report.faults.push(...faults.map((fault) => ({ ...fault, line: numbers[fault.line - 1] ?? fault.line })));
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
