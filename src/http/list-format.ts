import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** How a list is answered: a page as JSON; whole, line by line; whole, as a table. */
export type ListFormat = 'json' | 'ndjson' | 'csv';

const TYPES = { 'application/json': 'json', 'application/x-ndjson': 'ndjson', 'text/csv': 'csv' } as const;

/** What `Accept` asks for (RFC 9110 §12.5.1); JSON where it asks for nothing that there is. */
export function listFormatOf({ headers }: Pick<FastifyRequest, 'headers'>): ListFormat {
  const type = new Negotiator({ headers }).mediaType(Object.keys(TYPES));
  return TYPES[type as keyof typeof TYPES] ?? 'json';
}
