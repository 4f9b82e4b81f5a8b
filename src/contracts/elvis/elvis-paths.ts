import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

const OWN = /^\/(?:services\/.*|logout|logout\/done|alive\.txt)$/;
// A base address that ends in a slash doubles the first one; a servlet's session id stands between path and query.
const MENDED = /^\/?(\/[^;?]*)(?:;jsessionid=([^?]*))?(\?.*)?$/;
const NONE: string[] = [];

const tokens = new WeakMap<IncomingMessage, string>();

/** Paths of this wire, without the query. */
export function isOwnPath(path: string): boolean {
  return OWN.test(path);
}

/** Puts a doubled first slash right, and takes the token out of the path before anything else sees it. */
export function mendOwnPath(raw: IncomingMessage, url: string): string {
  const [, path, token, query = ''] = MENDED.exec(url) ?? [];
  if (path === undefined || !isOwnPath(path)) return url;
  if (token !== undefined) tokens.set(raw, token);
  return path + query;
}

/** The token that stood in the path. */
export function pathToken({ raw }: FastifyRequest): string[] {
  const token = tokens.get(raw);
  return token === undefined ? NONE : [token];
}
