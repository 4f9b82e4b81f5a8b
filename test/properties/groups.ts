import { randomUUID } from 'node:crypto';
import type { TestServer } from '../server.js';
import { makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from '../wires.js';
import { Caller } from './caller.js';
import type { Operation } from './operations.js';
import type { Attempt, Known } from './requests.js';

/** Routes that are asked together, by one who is known there. */
export interface RouteGroup {
  name: string;
  /** The path of their document, and which of it they are. */
  document: string;
  has: (operation: Operation) => boolean;
  /** Whose token is carried. */
  callerAt: (server: TestServer, tenant: Tenant) => Pick<Caller, 'token'>;
  /** The request as it is sent to one application, with a token. */
  address: (attempt: Attempt, tenant: Tenant, token: string) => Attempt;
  /** What is there beside users; always given where it is asked for. */
  known?: (tenant: Tenant) => Known;
}

const withHeaders = (attempt: Attempt, headers: Record<string, string>): Attempt => ({
  ...attempt,
  headers: { ...attempt.headers, ...headers },
});
const asBearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const isUnder =
  (...paths: string[]) =>
  ({ path }: Operation): boolean =>
    paths.some((each) => path.startsWith(each));

/** A new user of the application for each session: the one before may have changed its password, or deleted itself. */
function freshUsers(contract: string): RouteGroup['callerAt'] {
  const client = WIRE_CLIENTS.find((each) => each.contract === contract)!;
  return (server, tenant) =>
    new Caller(server, async () => {
      const login = `${randomUUID()}@example.test`;
      await makeUser(server, tenant, login);
      return tokenFrom(client, server, tenant, login);
    });
}

/** A service key has no session: it is made once. */
function keyWith(...scopes: string[]): RouteGroup['callerAt'] {
  return (server, { id }) => {
    const made = server.serviceKey(scopes, id);
    return { token: () => made };
  };
}

export const GROUPS: RouteGroup[] = [
  {
    name: 'what users ask',
    document: 'docs',
    has: (operation) =>
      isUnder('/api/v1/auth/', '/api/v1/profile', '/api/v1/sessions', '/password')(operation) &&
      !operation.path.endsWith('/introspect'),
    callerAt: freshUsers('native'),
    address: (attempt, _, token) => withHeaders(attempt, asBearer(token)),
  },
  {
    name: 'what proxies ask',
    document: 'docs',
    has: isUnder('/api/v1/forward-auth'),
    callerAt: freshUsers('native'),
    address: (attempt, _, token) => withHeaders(attempt, asBearer(token)),
  },
  {
    name: 'what services ask',
    document: 'docs',
    // A stream does not end; a poll is asked in the same way, and none of these waits.
    has: ({ path }) => path === '/api/v1/events' || path === '/api/v1/sessions/introspect',
    callerAt: keyWith('introspect', 'events'),
    address: (attempt, _, token) => withHeaders(attempt, asBearer(token)),
    known: () => ({ wait: ['0'] }),
  },
  {
    name: 'OAuth 2.0',
    document: 'docs/oauth',
    has: () => true,
    callerAt: keyWith('introspect', 'revoke'),
    address: (attempt, _, token) => withHeaders(attempt, asBearer(token)),
  },
  {
    name: 'the Dittofi wire',
    document: 'docs/dittofi',
    has: () => true,
    callerAt: freshUsers('dittofi'),
    address: (attempt, { host }, token) => withHeaders(attempt, { host, cookie: `session-key=${token}` }),
  },
  {
    name: 'the Backendless wire',
    document: 'docs/backendless',
    has: () => true,
    callerAt: freshUsers('backendless'),
    address: ({ target, ...attempt }, { id, key }, token) =>
      withHeaders({ ...attempt, target: target.replace(/^\/api(?=\/)/, `/${id}/${key}`) }, { 'user-token': token }),
  },
  {
    name: 'the Rested wire',
    document: 'docs/rested',
    has: () => true,
    callerAt: freshUsers('rested'),
    address: (attempt, _, token) => withHeaders(attempt, { authorization: token }),
    known: ({ key }) => ({ ce: ['examples/auth', 'examples/notes'], key: [key] }),
  },
  {
    name: 'the Elvis wire',
    document: 'docs/elvis',
    has: () => true,
    callerAt: freshUsers('elvis'),
    address: (attempt, { host }, token) => withHeaders(attempt, { host, ...asBearer(token) }),
  },
];
