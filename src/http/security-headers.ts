import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerResponse } from 'node:http';

const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Origin',
};
const OVER_TLS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** Puts the headers on one answer, and its id. Before every other step, so that no refusal goes without them. */
export type SecureAnswer = (request: FastifyRequest, reply: FastifyReply) => void;

/** What Node calls to write the head of an answer: the status line, and headers by name in lower case. */
interface HeadWriter {
  requestId?: string;
  _storeHeader?: (this: ServerResponse, firstLine: string, headers: object | undefined) => void;
}

const { _storeHeader: storeHead } = ServerResponse.prototype as HeadWriter;

/** The same on every answer, also on refusals, but for what a route has set itself. Made once, since this runs before every check. */
export function securityHeaders(isHttps: boolean, store: typeof storeHead | null = storeHead): SecureAnswer {
  const headers = Object.entries(isHttps ? { ...ALWAYS, ...OVER_TLS } : ALWAYS);
  return store ? asLines(headers, store) : asHeaders(headers);
}

// One string behind the status line: set one by one, they cost as much as everything else that a request passes before
// its guard (measured: npm run bench:check).
function asLines(headers: [string, string][], store: NonNullable<typeof storeHead>): SecureAnswer {
  const linesOf = (left: typeof headers): string => left.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const all = linesOf(headers);
  const isAmong = (own: object): boolean => {
    for (const [name] of headers) if (name in own) return true;
    return false;
  };
  function storeSecureHead(this: ServerResponse & HeadWriter, firstLine: string, own: object | undefined): void {
    const lines = own && isAmong(own) ? linesOf(headers.filter(([name]) => !(name in own))) : all;
    store.call(this, `${firstLine}${lines}x-request-id: ${this.requestId}\r\n`, own);
  }
  return ({ id }, { raw }) => {
    const head = raw as HeadWriter;
    head.requestId = id;
    head._storeHeader = storeSecureHead;
  };
}

// Where a Node writes heads in another way.
function asHeaders(headers: [string, string][]): SecureAnswer {
  return ({ id }, reply) => {
    for (const [name, value] of headers) void reply.header(name, value);
    void reply.header('x-request-id', id);
  };
}
