import type { Principal } from '../principal.js';
import type { ReadableRequest } from '../request-token.js';

/** A request of Express, or of Fastify, which has node:http's below `raw`. */
export type GuardedRequest = ReadableRequest & { raw?: ReadableRequest; principal?: Principal };

/** As much of an answer as both adapters have in common. */
export interface GuardedAnswer {
  header(name: string, value: string): unknown;
}
