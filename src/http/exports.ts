import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '../errors/domain.error.js';
import { renewDeadline } from './deadlines.js';
import { listFormatOf, type ListFormat } from './list-format.js';
import { csvHeadOf, csvOf, ndjsonOf } from './list-lines.js';

/** A list that can be answered as a page and as a whole. */
export interface ExportedList<Page, Row extends object> {
  /** Of the file that a browser keeps it in, without its ending. */
  readonly name: string;
  /** Of the table, in this order. */
  readonly columns: readonly (keyof Row & string)[];
  /** The page asked for. */
  readonly page: () => Promise<Page>;
  /** All of it, some hundred rows at a time; read on only as fast as the client reads. */
  readonly rows: () => AsyncIterable<readonly Row[]>;
}

/** One that is under way: its stream, once there is one. */
interface Export {
  stream: Readable | undefined;
}

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present' };
/** Each takes a connection of the store now and then. */
const AT_ONCE = 4;
/** How long a client may take for what was read for it last, beside what every request may take. */
const PATIENCE_MS = 22_000;
/** What is under way when the server stops may come to its end within so much. */
const LAST_MS = 2_000;

/**
 * Answers lists as `Accept` asks: a page as JSON, or all of it as a stream of NDJSON or CSV in constant memory. A fault in
 * mid-stream cuts the connection: what ends in good order is complete.
 */
@Injectable()
export class Exports implements BeforeApplicationShutdown {
  private readonly running = new Set<Export>();

  /** To be given to the framework as the answer. Refuses TOO_MANY_REQUESTS where too many streams are under way on this node. */
  async answer<Page, Row extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    list: ExportedList<Page, Row>,
  ): Promise<Page | Readable> {
    const format = listFormatOf(request);
    void reply.header('vary', 'Origin, Accept');
    if (format === 'json') return list.page();
    if (this.running.size >= AT_ONCE) throw tooManyExports();
    const under: Export = { stream: undefined };
    this.running.add(under);
    const forget = (): void => void this.running.delete(under);
    try {
      under.stream = (await streamOf(request, list, format)).once('close', forget);
    } catch (error) {
      forget();
      throw error;
    }
    void reply.type(TYPES[format]).header('content-disposition', `attachment; filename="${list.name}.${format}"`);
    return under.stream;
  }

  /** Ends what is under way: visibly, since it is not complete. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const until = Date.now() + LAST_MS; this.running.size > 0 && Date.now() < until;) await pause(50);
    for (const { stream } of this.running) stream?.destroy(new Error('The server stops.'));
  }
}

/** What an export is refused with where too many are under way. */
export function tooManyExports(): DomainError {
  return new DomainError('TOO_MANY_REQUESTS', `${AT_ONCE} exports are under way on this node. Wait for one to end.`, {
    retryAfterSeconds: 5,
  });
}

/** Throws what keeps the first rows from coming, so that it is refused as on any route: nothing is on its way yet. */
async function streamOf<Row extends object>(
  request: FastifyRequest,
  { columns, rows }: ExportedList<unknown, Row>,
  format: Exclude<ListFormat, 'json'>,
): Promise<Readable> {
  const isTable = format === 'csv';
  const pages = rows()[Symbol.asyncIterator]();
  const first = await pages.next();
  async function* texts(): AsyncGenerator<string> {
    if (isTable) yield csvHeadOf(columns);
    if (first.done) return;
    const textOf = (page: readonly Row[]): string => (isTable ? csvOf(page, columns) : ndjsonOf(page));
    yield textOf(first.value);
    for await (const page of { [Symbol.asyncIterator]: () => pages }) {
      renewDeadline(request, PATIENCE_MS);
      yield textOf(page);
    }
  }
  return Readable.from(texts(), { objectMode: false });
}
