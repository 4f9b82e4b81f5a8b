import { randomBytes } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, PASSWORD, TestServer, type Answer } from '../server.js';
import { makeTenant, makeUser, type Tenant } from '../wires.js';
import { forged } from './surfaces.js';

let server: TestServer;
let tenant: Tenant;
beforeAll(async () => {
  server = await TestServer.start();
  tenant = await makeTenant(server, 'defended', { isRegistrationOpen: true });
});
afterAll(() => server.stop());

describe('Rested without a list of origins', () => {
  const url = (query = ''): string => `/api/1/ce/examples/auth?key=${tenant.key}${query}`;
  const sibling = { origin: 'https://blog.example.test', 'sec-fetch-site': 'same-site' };
  const logIn = async (email: string): Promise<{ cookie: string; id: string }> => {
    await makeUser(server, tenant, email);
    const answer = await server.post(url('&login=true'), json({ email, password: PASSWORD }));
    return {
      cookie: String(answer.headers['set-cookie']).split(';')[0]!,
      id: answer.json<{ uniqueId: string }>().uniqueId,
    };
  };

  it('P12 asvs 3.5.2 a page of the same site cannot read, change, log out or delete with the cookie of a user', async () => {
    const { cookie, id } = await logIn('victim@example.test');
    const headers = { ...sibling, cookie };

    const answers = [
      await server.get(url(), { headers }),
      await server.request({
        method: 'PUT',
        url: url(`&uniqueId=${id}&strategy=merge`),
        headers,
        ...json({ password: 'a password of the attacker' }),
      }),
      await server.post(url('&logout=true'), { headers: { ...headers, 'content-type': 'text/plain' }, payload: 'x' }),
      await server.delete(url(`&uniqueId=${id}`), { headers }),
      await server.get(url(), { headers: { cookie, origin: 'null' } }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403]);
    expect((await server.get(url(), { headers: { cookie } })).statusCode).toBe(200);
  });

  it('200 for any page that sends the token in the header, and for our own pages with the cookie', async () => {
    const { cookie } = await logIn('header@example.test');
    const authorization = cookie.slice(cookie.indexOf('=') + 1);

    const answers = [
      await server.get(url(), { headers: { ...sibling, authorization } }),
      await server.get(url(), { headers: { cookie, 'sec-fetch-site': 'same-origin' } }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });
});

describe('Backendless', () => {
  const roles = (token: string): Promise<Answer> =>
    server.get(`/${tenant.id}/${tenant.key}/users/userroles`, { headers: { 'user-token': token } });

  it('L3 a token that was never issued does not tell whether its user is disabled', async () => {
    const id = await makeUser(server, tenant, 'gone@example.test');
    await server.sql(`update users set status = 'disabled' where id = $1`, [id]);

    const answer = await roles(forged(id, freshId(), randomBytes(32)));

    expect(answer.json()).toMatchObject({ code: 3064 });
  });
});

describe('names at registration', () => {
  it.each(['admin\u202E@localhost', '\u200B', ' ', 'ad\u200Bmin', '\uFEFF'])(
    'L13 400 for %j: nothing to be seen, or not what it looks like',
    async (username) => {
      const answers = [
        await server.post(`/api/1/ce/examples/auth?key=${tenant.key}`, json({ username, password: PASSWORD })),
        await server.post(
          `/${tenant.id}/${tenant.key}/users/register`,
          json({ username, password: 'correct horse battery' }),
        ),
      ];

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400]);
    },
  );

  it('B22 400 for a number that nothing can hold', async () => {
    const answer = await server.post(`/${tenant.id}/${tenant.key}/users/register`, {
      headers: { 'content-type': 'application/json' },
      payload: '{"email":"huge@example.test","password":"correct horse battery","x":1e400}',
    });

    expect(answer.statusCode).toBe(400);
    expect(await server.sql(`select from identities where name = 'huge@example.test'`)).toEqual([]);
  });
});

describe('an application that requires an origin', () => {
  let strict: Tenant;
  beforeAll(async () => {
    strict = await makeTenant(server, 'strict', {
      requiresOrigin: true,
      allowedOrigins: ['https://app.example.test'],
    });
    await makeUser(server, strict, 'strict@example.test');
  });

  it.each([
    ['Dittofi', '/v1/login'],
    ['Elvis', '/services/login'],
  ])('403 for a login on the %s wire that names none; 200 for a listed one and for our own pages', async (_, url) => {
    const credentials = json({ username: 'strict@example.test', password: PASSWORD });
    const from = (headers: Record<string, string>): Promise<Answer> =>
      server.post(url, { headers: { host: strict.host, ...headers }, ...credentials });

    const answers = [
      await from({}),
      await from({ origin: 'https://other.example.test' }),
      await from({ origin: 'https://app.example.test' }),
      await from({ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 200, 200]);
  });
});
