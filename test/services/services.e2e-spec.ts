import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createCurfewClient,
  CurfewMisconfigured,
  CurfewModule,
  CurfewUnavailable,
  CurfewClient,
  type CurfewModuleOptions,
} from 'curfew/client';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SessionToken } from '../../src/session/session-token.js';
import { DatabaseProxy } from '../database-proxy.js';
import { listen, rawRequest } from '../raw-request.js';
import { bearer, keep, TestServer, type LoggedIn } from '../server.js';
import { NotesService } from './notes-service.js';
import { plainService } from './plain-service.js';

const INTROSPECT = '/api/v1/sessions/introspect';

let server: TestServer;
let url: string;
let serviceKey: string;
let alice: LoggedIn;
let asked: string[];
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
  asked = [];
  server.app.getHttpServer().on('request', (request: IncomingMessage) => void asked.push(request.url!));
  serviceKey = await server.serviceKey(['introspect', 'revoke']);
  keep(serviceKey);
  alice = await server.logIn('alice@example.test');
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});
afterAll(() => server.stop());

/** Another application, on a port of its own, as its team would start it. */
async function startNotes(options: Partial<CurfewModuleOptions> = {}): Promise<string> {
  const module = NotesService.of({ url, serviceKey, log: () => {}, ...options });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  stops.push(() => app.close());
  return `http://127.0.0.1:${await listen(app)}`;
}

async function startPlain(options: Partial<CurfewModuleOptions> = {}): Promise<string> {
  const service: Server = plainService({ url, serviceKey, log: () => {}, ...options });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  stops.push(() => service.close());
  return `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
}

function startClient(options: Partial<CurfewModuleOptions> = {}): CurfewClient {
  const client = createCurfewClient({ url, serviceKey, log: () => {}, ...options });
  stops.push(() => client.close());
  return client;
}

async function ask(
  service: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Response> {
  return fetch(service + path, { method, headers });
}

const withToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const SERVICES: [string, typeof startNotes][] = [
  ['a NestJS service', startNotes],
  ['a plain service', startPlain],
];

describe.each(SERVICES)('%s', (_, start) => {
  it('401, log in, 200 with the identity, log out, 401', async () => {
    const service = await start();
    const stranger = await ask(service, '/whoami');

    const { token } = await server.logIn('bert@example.test');
    const known = await ask(service, '/whoami', withToken(token));
    await server.post('/api/v1/auth/logout', bearer(token));
    const after = await ask(service, '/whoami', withToken(token));

    expect([stranger, known, after].map(({ status }) => status)).toEqual([401, 200, 401]);
    expect([stranger, after].map(({ headers }) => headers.get('www-authenticate'))).toEqual(['Bearer', 'Bearer']);
    expect(await known.json()).toMatchObject({ username: 'bert@example.test' });
  });

  it('503 with Retry-After once Curfew has stopped, never 401 and never 200', async () => {
    const node = (await TestServer.node(server.databaseUrl)).app;
    const service = await start({ url: `http://127.0.0.1:${await listen(node)}` });
    const before = await ask(service, '/whoami', withToken(alice.token));

    await node.close();
    const after = await ask(service, '/whoami', withToken(alice.token));

    expect([before.status, after.status, after.headers.get('retry-after')]).toEqual([200, 503, '1']);
  });

  it.each([
    ['gone', (proxy: DatabaseProxy) => proxy.refuse()],
    ['silent', (proxy: DatabaseProxy) => proxy.swallow()],
  ])('503 with Retry-After while the store is %s, and 200 again afterwards', async (_store, fail) => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const node = (await TestServer.node(proxy.url)).app;
    stops.push(
      () => proxy.stop(),
      () => node.close(),
    );
    const service = await start({ url: `http://127.0.0.1:${await listen(node)}` });

    fail(proxy);
    const away = await ask(service, '/whoami', withToken(alice.token));
    proxy.heal();

    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    await expect
      .poll(async () => (await ask(service, '/whoami', withToken(alice.token))).status, { timeout: 5_000 })
      .toBe(200);
  });

  it('503 for a key that was deleted, since nothing is known about anyone’s session', async () => {
    const key = await server.serviceKey(['introspect']);
    keep(key);
    const told: string[] = [];
    const service = await start({ serviceKey: key, log: (line) => told.push(line) });
    const before = await ask(service, '/whoami', withToken(alice.token));

    await server.sql(
      'delete from service_keys where id = (select id from service_keys order by created_at desc limit 1)',
    );
    const after = await ask(service, '/whoami', withToken(alice.token));

    expect([before.status, after.status]).toEqual([200, 503]);
    expect(told).toEqual([expect.stringContaining('(401)')]);
  });
});

describe('every ending reaches a service with its next request', () => {
  it.each<[string, (user: LoggedIn) => Promise<unknown>]>([
    [
      'a row that was deleted by hand',
      ({ sessionId }) => server.sql('delete from sessions where id = $1', [sessionId]),
    ],
    [
      'a user who was disabled',
      ({ userId }) => server.sql(`update users set status = 'disabled' where id = $1`, [userId]),
    ],
    ['a lifetime that is over', ({ userId }) => server.passTime(userId, '25 hours')],
  ])('401 after %s', async (_, end) => {
    const service = await startNotes();
    const user = await server.logIn(`${randomUUID()}@example.test`);
    const before = await ask(service, '/whoami', withToken(user.token));

    await end(user);

    expect([before.status, (await ask(service, '/whoami', withToken(user.token))).status]).toEqual([200, 401]);
  });

  it('P1 401 to each request that begins after the logout was answered, while others keep asking', async () => {
    const service = await startNotes();
    const crowd = await Promise.all(Array.from({ length: 20 }, () => server.logIn('crowd@example.test')));
    const over = new AbortController();
    const noise = crowd.slice(10).map(async ({ token }) => {
      while (!over.signal.aborted) await ask(service, '/whoami', withToken(token));
    });

    const statuses = await Promise.all(
      crowd.slice(0, 10).map(async ({ token }) => {
        const checks = [1, 2, 3].map(() => ask(service, '/whoami', withToken(token)));
        await server.post('/api/v1/auth/logout', bearer(token));
        const { status } = await ask(service, '/whoami', withToken(token));
        await Promise.all(checks);
        return status;
      }),
    );
    over.abort();
    await Promise.all(noise);

    expect(statuses).toEqual(statuses.map(() => 401));
  });
});

describe('where the token may travel', () => {
  const raw = async (service: string, ...lines: string[]): Promise<number | undefined> => {
    const text = ['GET /whoami HTTP/1.1', 'Host: notes.example', 'Connection: close', ...lines, '', ''].join('\r\n');
    return (await rawRequest(Number(new URL(service).port), text))[0]?.status;
  };
  const authorization = (value: string): string => `Authorization: ${value}`;
  const cookie = (...values: string[]): string => `Cookie: ${values.map((value) => `sid=${value}`).join('; ')}`;

  it('in one Authorization header, as a bearer', async () => {
    const service = await startNotes();
    const { token } = alice;
    const other = await server.logIn('alice@example.test');

    expect(await raw(service, authorization(`Bearer ${token}`))).toBe(200);
    expect(await raw(service, authorization(`bearer  ${token}`))).toBe(200);
    const refused = [
      [authorization(`Bearer ${token}`), authorization(`Bearer ${token}`)],
      [authorization(`Bearer ${token}`), authorization(`Bearer ${other.token}`)],
      [authorization(`Bearer ${token}, Bearer ${other.token}`)],
      [authorization(token)],
      [authorization('Bearer')],
      [authorization(`Basic ${Buffer.from(`${token}:`).toString('base64')}`)],
      [cookie(token)],
    ];
    expect(await Promise.all(refused.map((lines) => raw(service, ...lines)))).toEqual(refused.map(() => 401));
  });

  it('and in the cookie that the service names', async () => {
    const service = await startNotes({ cookie: 'sid' });
    const { token } = alice;
    const other = await server.logIn('alice@example.test');

    expect(await raw(service, cookie(token))).toBe(200);
    expect(await raw(service, cookie(token), authorization(`Bearer ${token}`))).toBe(200);
    expect(await raw(service, `Cookie: a=1; sid2=2; sid=${token}`)).toBe(200);
    const refused = [
      [cookie(token, token)],
      [cookie(token), cookie(other.token)],
      [cookie(token), authorization(`Bearer ${other.token}`)],
      [cookie(token), authorization('Basic eDp5')],
      [`Cookie: SID=${token}`],
      [`Cookie: \u00A0sid=${token}`],
      [`Cookie: sid="${token}"`],
    ];
    expect(await Promise.all(refused.map((lines) => raw(service, ...lines)))).toEqual(refused.map(() => 401));
  });

  it('401 to a change with the cookie that a page of another origin begins; it may lead to a page all the same', async () => {
    const service = await startNotes({ cookie: 'sid' });
    const statusOf = async (method: string, site?: string): Promise<number> => {
      const headers = { cookie: `sid=${alice.token}`, ...(site && { 'sec-fetch-site': site }) };
      return (await ask(service, method === 'GET' ? '/whoami' : '/notes', headers, method)).status;
    };

    expect([await statusOf('POST', 'cross-site'), await statusOf('POST', 'same-site')]).toEqual([401, 401]);
    expect([
      await statusOf('POST', 'same-origin'),
      await statusOf('POST'),
      await statusOf('GET', 'cross-site'),
    ]).toEqual([201, 201, 200]);
  });
});

describe('what a route says of itself', () => {
  it('strangers pass at @Public() routes alone; a role that is asked for beats an open class', async () => {
    const service = await startNotes();
    const admin = await server.logInAdmin();
    const paths = ['/about', '/whoami', '/everything', '/board', '/board/drafts', '/office', '/office/hours'];
    const statusesFor = (headers: Record<string, string>): Promise<number[]> =>
      Promise.all(paths.map(async (path) => (await ask(service, path, headers)).status));

    expect(await statusesFor({})).toEqual([200, 401, 401, 200, 401, 401, 200]);
    expect(await statusesFor(withToken(alice.token))).toEqual([200, 200, 403, 200, 403, 403, 200]);
    expect(await statusesFor(withToken(admin.token))).toEqual([200, 200, 200, 200, 200, 200, 200]);
  });

  it('open routes ask nothing, also while Curfew is away', async () => {
    const service = await startNotes({ url: 'http://127.0.0.1:1' });

    const answers = await Promise.all(['/about', '/whoami'].map((path) => ask(service, path, withToken(alice.token))));

    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
    expect(await answers[0]!.json()).toEqual({ isKnown: false });
    expect(await answers[1]!.json()).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
  });
});

describe('gathered', () => {
  async function startSessions(count: number): Promise<{ token: string; sessionId: string }[]> {
    const minted = Array.from({ length: count }, () => SessionToken.mint(alice.userId, randomUUID()));
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
       select $1, id, (select application_id from users where id = $1), 'native', hash, now() + interval '1 hour', now() + interval '1 day'
       from unnest($2::uuid[], $3::bytea[]) as fresh (id, hash)`,
      [alice.userId, minted.map(({ sessionId }) => sessionId), minted.map(({ secretHash }) => secretHash)],
    );
    const sessions = minted.map((each) => ({ token: each.reveal(), sessionId: each.sessionId }));
    keep(...sessions.map(({ token }) => token));
    return sessions;
  }

  it('1,000 parallel checks of as many sessions take few calls, and each hears its own answer', async () => {
    const client = startClient();
    const sessions = await startSessions(1_000);
    const dead = sessions.filter((_, place) => place % 10 === 0).map(({ sessionId }) => sessionId);
    await server.sql('delete from sessions where id = any($1)', [dead]);
    asked = [];

    const principals = await Promise.all(sessions.map(({ token }) => client.check(token)));

    const plain = (id: string | undefined): string | undefined => id?.replaceAll('-', '');
    expect(principals.map((principal) => plain(principal?.sessionId))).toEqual(
      sessions.map(({ sessionId }) => (dead.includes(sessionId) ? undefined : plain(sessionId))),
    );
    expect(asked).toEqual([INTROSPECT, INTROSPECT]);
  });

  it('through a service too: requests that come while calls are under way share the next', async () => {
    const proxy = await DatabaseProxy.start(server.databaseUrl);
    const node = (await TestServer.node(proxy.url)).app;
    stops.push(
      () => proxy.stop(),
      () => node.close(),
    );
    const service = await startNotes({ url: `http://127.0.0.1:${await listen(node)}` });
    await ask(service, '/whoami', withToken(alice.token));
    const calls: string[] = [];
    node.getHttpServer().on('request', (request: IncomingMessage) => void calls.push(request.url!));
    proxy.holdBack(() => 100);

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => ask(service, '/whoami', withToken(alice.token))),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(calls.length).toBeLessThan(25);
  });
});

describe('the rest of the client', () => {
  it('end: the session is dead everywhere, and to end it again is success', async () => {
    const client = startClient();
    const { token } = await server.logIn('carla@example.test');

    await client.end(token);

    expect([await client.check(token), await server.statusOfSession(token)]).toEqual([undefined, 401]);
    await expect(client.end(token)).resolves.toBeUndefined();
  });

  it('CurfewMisconfigured for a key without the scope', async () => {
    const key = await server.serviceKey(['events']);
    keep(key);

    await expect(startClient({ serviceKey: key }).check(alice.token)).rejects.toBeInstanceOf(CurfewMisconfigured);
    await expect(startClient({ serviceKey: key }).end(alice.token)).rejects.toBeInstanceOf(CurfewUnavailable);
  });

  it('acceptLogoutDelayMs: a logout shows here after that time at the latest, and elsewhere at once', async () => {
    const client = startClient({ acceptLogoutDelayMs: 2_000 });
    const { token, sessionId } = await server.logIn('dora@example.test');
    await client.check(token);

    await server.post('/api/v1/auth/logout', bearer(token));

    expect([(await client.check(token))?.sessionId, await startClient().check(token)]).toEqual([sessionId, undefined]);
    await expect.poll(() => client.check(token), { timeout: 5_000 }).toBeUndefined();
  });

  it('forRootAsync takes its options from other providers', async () => {
    @Module({ providers: [{ provide: 'KEY', useValue: serviceKey }], exports: ['KEY'] })
    class KeyModule {}
    const useFactory = async (key: string): Promise<CurfewModuleOptions> => ({ url, serviceKey: key });
    const module = CurfewModule.forRootAsync({ imports: [KeyModule], inject: ['KEY'], useFactory });

    const context = await NestFactory.createApplicationContext(module, { logger: false });
    stops.push(() => context.close());

    expect(await context.get(CurfewClient).check(alice.token)).toMatchObject({ userId: alice.userId });
  });

  it('a wrong option stops the start of a service', async () => {
    const start = NestFactory.createApplicationContext(NotesService.of({ url, serviceKey: 'cfk_oops' }), {
      logger: false,
      abortOnError: false,
    });

    await expect(start).rejects.toThrow(/^serviceKey: /);
  });
});
