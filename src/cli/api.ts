import { CommandFailure } from './command-failure.js';
import { refusalOf } from './refusal.js';
import type { Call, Reply, Transport } from './transport.js';

/** What goes into a query: what is undefined is left out, lists are repeated. */
export type Query = Record<string, string | number | boolean | undefined>;

/** A question or a deed: a route of the public API. */
export interface Ask {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with this content type. */
  text?: { type: string; body: Buffer<ArrayBuffer> };
}

/** The administration's API, as every command uses it: the same routes, whether the server runs elsewhere or here. */
export class Api {
  constructor(
    private readonly transport: Transport,
    private readonly signal: AbortSignal,
  ) {}

  /** For people: where the answers come from. */
  get place(): string {
    return this.transport.place;
  }

  /** The answer's body. Throws CommandFailure where the server refuses, with what it said. */
  async ask<Answer>(method: Call['method'], path: string, ask: Ask = {}): Promise<Answer> {
    const { status, body } = await this.send(method, path, ask, 'application/json');
    const text = await textOf(body);
    if (status >= 400) throw refusalOf(status, text, this.place);
    return (text === '' ? undefined : parsed(text, this.place)) as Answer;
  }

  /** A list as it flows, in the form asked for. */
  async stream(path: string, query: Query, accept: string): Promise<AsyncIterable<Uint8Array>> {
    const { status, body } = await this.send('GET', path, { query }, accept);
    if (status >= 400) throw refusalOf(status, await textOf(body), this.place);
    return body as AsyncIterable<Uint8Array>;
  }

  /** The things of all pages of a list, one after another, at most `limit`; `told` sees each page. */
  async *pages<Thing>(
    path: string,
    list: string,
    query: Query,
    limit = Infinity,
    told: (page: Record<string, unknown>) => void = () => {},
  ): AsyncGenerator<Thing> {
    let [after, left] = [undefined as string | undefined, limit];
    do {
      const size = Math.min(left, 200);
      const page = await this.ask<Record<string, unknown>>('GET', path, { query: { ...query, limit: size, after } });
      told(page);
      const things = page[list] as Thing[];
      yield* things;
      left -= things.length;
      after = (page['next'] as string | null) ?? undefined;
    } while (after !== undefined && left > 0);
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  // Ctrl-C gives up waiting for an answer, and never for a deed: what was asked for would be done without being told.
  private async send(method: Call['method'], path: string, ask: Ask, accept: string): Promise<Reply> {
    const type = ask.text?.type ?? (ask.body === undefined ? undefined : 'application/json');
    const body = ask.text?.body ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const headers = { authorization: `Bearer ${await this.transport.key()}`, accept, 'user-agent': 'curfew-cli' };
    return this.transport.send({
      method,
      path: `/api/v1${path}${queryOf(ask.query)}`,
      headers: { ...headers, ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
      ...(method === 'GET' && { signal: this.signal }),
    });
  }
}

async function textOf(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(`${place} answered with something that is not JSON: is it a Curfew server?`);
  }
}

function queryOf(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
