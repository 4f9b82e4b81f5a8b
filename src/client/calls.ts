import {
  Agent as PlainAgent,
  request as requestPlainly,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import type { ClientTerms } from './client-options.js';
import { CurfewUnavailable } from './curfew-unavailable.js';

/** What is sent; a body makes it a POST. */
export interface Call {
  /** From the root of Curfew's own paths, with its query. */
  path: string;
  body?: { type: string; text: string };
  /** Within how many milliseconds it must be answered, a repeat included. */
  timeoutMs: number;
  /** Takes the question back. */
  signal?: AbortSignal;
}

/** What came back, whole. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

// An answer about 500 tokens has 200 KB; what is so much longer is not Curfew's.
const MOST_BYTES = 8 * 1024 * 1024;
const CUT = new Set(['ECONNRESET', 'EPIPE']);

/** HTTP on connections that are kept: node:http takes a fifth of the processor time of `fetch`. Follows no redirect. */
export class Calls {
  private readonly agent: PlainAgent;
  private readonly send: typeof requestPlainly;

  constructor(private readonly terms: ClientTerms) {
    const isSecure = terms.url.startsWith('https:');
    this.agent = isSecure ? new SecureAgent({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
    this.send = isSecure ? requestSecurely : requestPlainly;
  }

  /** Any whole answer, whatever its status; CurfewUnavailable where there was none in time. */
  async answerTo(call: Call): Promise<Reply> {
    const until = performance.now() + call.timeoutMs;
    try {
      return await this.once(call, call.timeoutMs, this.agent);
    } catch (error) {
      const leftMs = until - performance.now();
      if (!isCut(error) || leftMs <= 0 || call.signal?.aborted) throw unanswered(error);
      // A kept connection was closed as we wrote on it: asked once more as a call of its own, on a fresh one.
      return this.once(call, leftMs, false).catch((again: unknown) => {
        throw unanswered(again);
      });
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.agent.destroy();
  }

  private once({ path, body, signal }: Call, timeoutMs: number, agent: PlainAgent | false): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = this.send(this.terms.url + path, {
        agent,
        method: body ? 'POST' : 'GET',
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.terms.serviceKey}`,
          ...(body && { 'content-type': body.type, 'content-length': Buffer.byteLength(body.text) }),
        },
        ...(signal && { signal }),
      });
      const timer = setTimeout(() => sent.destroy(new Error('No answer in time.')), timeoutMs);
      // What switches to another protocol closes without an answer, and without an error.
      const unheard = (): void => reject(new Error('No answer.'));
      sent.once('response', (response) => {
        sent.off('close', unheard);
        void whole(response).then(resolve, reject);
      });
      sent.once('error', reject);
      sent.once('close', () => clearTimeout(timer));
      sent.once('close', unheard);
      sent.end(body?.text);
    });
  }
}

async function whole(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  return { status, headers, body: Buffer.concat(chunks).toString() };
}

function isCut(error: unknown): boolean {
  return error instanceof Error && CUT.has((error as NodeJS.ErrnoException).code ?? '');
}

function unanswered(cause: unknown): CurfewUnavailable {
  return new CurfewUnavailable('Curfew does not answer.', 1, cause);
}
