import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { CommandFailure, interrupted } from './command-failure.js';
import type { Call, Reply, Transport } from './transport.js';

/** So long may the head of an answer take; its body may take as long as it flows. */
const PATIENCE_MS = 30_000;

/** A running server, over HTTP. */
export class HttpTransport implements Transport {
  constructor(
    readonly place: string,
    private readonly serviceKey: string,
  ) {}

  async key(): Promise<string> {
    return this.serviceKey;
  }

  async send({ method, path, headers, body, signal }: Call): Promise<Reply> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    const signals = [patience.signal, ...(signal ? [signal] : [])];
    const request = { method, headers, signal: AbortSignal.any(signals), redirect: 'manual' as const };
    try {
      const answer = await fetch(this.place + path, { ...request, ...(body !== undefined && { body }) });
      if (answer.status >= 300 && answer.status < 400) throw new CommandFailure(this.movedTo(answer));
      const stream = answer.body ? Readable.fromWeb(answer.body as ReadableStream) : Readable.from([]);
      return { status: answer.status, body: stream };
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      if (signal?.aborted) throw interrupted();
      throw this.away(patience.signal.aborted ? `nothing came within ${PATIENCE_MS / 1_000} s` : reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {}

  private away(reason: string): CommandFailure {
    return new CommandFailure(
      `${this.place} does not answer (${reason}). Start the server (curfew start), or name another one with --url.`,
    );
  }

  private movedTo(answer: Response): string {
    return `${this.place} answered ${answer.status} and points to ${answer.headers.get('location') ?? 'nowhere'}: give the server's own address with --url.`;
  }
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error ? cause.message : (error as Error).message;
}
