import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { ApplicationName, KnownApplication } from '../application/application-facts.js';
import type { Carriers } from './carriers.js';

/** What a contract says about its requests: which are its own, whom they name, where their token travels, and who may send them. */
export interface Wire {
  /** The contract's name: only tokens that were issued under it open its doors. */
  readonly contract: string;
  /** Paths of this wire, also those where nothing answers. Without the query. */
  owns(this: void, path: string): boolean;
  readonly carriers: Carriers;
  /** How a request names its application. May refuse KEY_MISSING or APPLICATION_INVALID; asked before everything else. */
  applicationOf(this: void, request: FastifyRequest): ApplicationName;
  /** False for an application that was named by a key of another wire: here it is unknown. Absent: every key will do. */
  accepts?(this: void, application: KnownApplication): boolean;
  /** Also a request that changes nothing and brings no token is held against its application, or is shown as that one wants it. */
  readonly needsApplication: boolean;
  /** The application stands in the path: whoever asks for nothing that is there is first held against it, too. */
  readonly isApplicationInPath?: boolean;
  /** A dead token of a user who is disabled is told so, by USER_DISABLED in place of SESSION_UNKNOWN. */
  readonly tellsDisabled?: boolean;
  readonly origins: OriginRule;
  /** Mends a URL before it is routed, where this wire's clients send them in two forms. */
  rewrite?(this: void, raw: IncomingMessage, url: string): string;
}

/** Which pages may call a wire, and what their browsers are told about it. */
export interface OriginRule {
  /**
   * `cookie`: what changes something passes the origin gate. `header`: the token travels in a header of its own, which
   * no page of another site can add, so there is nothing to gate. Otherwise the wire judges each request by itself.
   */
  readonly gate: 'cookie' | 'header' | ((request: FastifyRequest, application: KnownApplication) => void);
  /** The origins that get CORS headers: those that an application lists, with credentials; or any, without. */
  readonly cors: 'listed' | 'any' | ((origin: string, application: KnownApplication) => boolean);
  readonly allowHeaders: string;
  readonly exposeHeaders: string;
  /** What a preflight may ask for; all of them where nothing is said. */
  readonly allowMethods?: string;
  /** A preflight that is not admitted is refused in this wire's face, rather than answered as a method that is not there. */
  readonly refusesPreflights?: boolean;
}

/** Headers of our own answers that scripts may read. */
export const EXPOSED = 'content-disposition, retry-after, x-request-id, x-auth-flow';

/** The host that a request was sent to, as the trusted proxies tell it: without port, in lower case. */
export function hostOf({ hostname }: FastifyRequest): string {
  return hostname.toLowerCase();
}
