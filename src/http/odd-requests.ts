import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../errors/domain.error.js';

// Node keeps the first 2,000 headers and drops the rest in silence.
const MAX_HEADERS = 100;

/** Refuses what Node lets pass and two servers in a row could read in two ways. */
export function refuseOddRequests({ raw }: FastifyRequest): DomainError | undefined {
  const fault = faultOf(raw);
  return fault === undefined ? undefined : new DomainError('REQUEST_INVALID', fault);
}

function faultOf({ httpVersion, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'Speak HTTP/1.1.';
  if (rawHeaders.length > 2 * MAX_HEADERS) return `The request has more than ${MAX_HEADERS} headers.`;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1 ? 'The request has more than one Host (RFC 9112 §3.2).' : undefined;
}
