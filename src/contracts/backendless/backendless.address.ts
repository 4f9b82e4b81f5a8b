import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { ApplicationName } from '../../application/application-facts.js';
import { hostOf } from '../../auth/wire.js';
import { DomainError } from '../../errors/domain.error.js';

// Three forms of one address. The routes stand under /api, where the host names the application; the other two are led
// there before routing, and what they named is read from the URL as it was sent.
const SERVICES = '(?:users|data|info|log)';
const BY_HOST = new RegExp(`^/api/${SERVICES}(?:/|$)`);
const BY_PATH = new RegExp(`^/([^/?]+)/([^/?]+)(/${SERVICES}(?:[/?].*)?)$`, 's');
const BY_HEADER = /^\/([^/?]+)(\/users(?:[/?].*)?)$/s;
/** As this wire writes ids, in any case. */
export const OBJECT_ID_SHAPE = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const UNDER_ID = /^\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:\/|$)/i;
// First segments of our own routes and of other wires: no application is looked for there.
const TAKEN = new Set(['api', 'docs', 'health', 'iapi', 'metrics', 'services', 'v1']);
const VERSION = 'v1';
const TOKEN_CHECK = /^(\/api\/users\/isvalidusertoken\/)([^?]*)(.*)$/s;
const ROUTABLE_TOKEN = /^[\w-]{1,128}$/;

/** An object's id as this wire writes it, which compares without case: as the store writes it, or undefined. */
export function idOf(text: unknown): string | undefined {
  return typeof text === 'string' && OBJECT_ID_SHAPE.test(text) ? text.toLowerCase() : undefined;
}

/** Paths of this wire, with those under an application's id where nothing answers. */
export function ownsPath(path: string): boolean {
  return BY_HOST.test(path) || UNDER_ID.test(path);
}

/** One path for all three forms. What can be no token is `-` in the path of the token check, however long or strange it was. */
export function oneForm(raw: IncomingMessage, url: string): string {
  const service = servicePath(raw.headers, url);
  const found = service === undefined ? url : `/api${service}`;
  return found.replace(TOKEN_CHECK, (_, route: string, token: string, query: string) => {
    return `${route}${ROUTABLE_TOKEN.test(token) ? token : '-'}${query}`;
  });
}

/** Refuses APPLICATION_INVALID for an id that none can have, and for a version that there never was. */
export function applicationNameOf(request: FastifyRequest): ApplicationName {
  const { headers, originalUrl } = request;
  const host = hostOf(request);
  const [, id, key] = byPath(originalUrl) ?? [];
  if (id !== undefined) return { host, id: validId(id), key: key! };
  const [, version] = byHeader(headers, originalUrl) ?? [];
  if (version !== undefined && version !== VERSION) throw invalid('There is no such version of an application.');
  const named = headers['application-id'] ?? headers['x-backendless-application-id'];
  if (named === undefined) return { host };
  const secret = headers['secret-key'] ?? headers['x-backendless-rest-api-key'] ?? '';
  return { host, id: validId(String(named)), key: String(secret) };
}

function servicePath(headers: IncomingMessage['headers'], url: string): string | undefined {
  return byHeader(headers, url)?.[2] ?? byPath(url)?.[3];
}

function byPath(url: string): RegExpExecArray | undefined {
  const found = BY_PATH.exec(url);
  return found && !TAKEN.has(found[1]!) ? found : undefined;
}

// A preflight tells the names of the headers to come, and not their values.
function byHeader(headers: IncomingMessage['headers'], url: string): RegExpExecArray | undefined {
  const found = BY_HEADER.exec(url);
  if (!found || (found[1] !== VERSION && TAKEN.has(found[1]!))) return undefined;
  const announced = headers['access-control-request-headers'];
  const isNamed = headers['application-id'] !== undefined || announced?.toLowerCase().includes('application-id');
  return isNamed ? found : undefined;
}

function validId(text: string): string {
  const id = idOf(text);
  if (id === undefined) throw invalid('No application can have this id.');
  return id;
}

function invalid(message: string): DomainError {
  return new DomainError('APPLICATION_INVALID', message);
}
