import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, rawRequest } from '../raw-request.js';
import { bearer, both, json, PASSWORD, TestServer, type Answer, type LoggedIn } from '../server.js';
import { BODIES, type BodyRow } from './bodies.js';

let server: TestServer;
let port: number | undefined;
let admin: LoggedIn;
let alice: LoggedIn;
let bystander: LoggedIn;
beforeAll(async () => {
  server = await TestServer.start();
  [admin, alice, bystander] = [
    await server.logInAdmin(),
    await server.logIn('bodies@example.test'),
    await server.logIn('bystander@example.test'),
  ];
});
afterAll(() => server.stop());
// The rows that are well-formed logins after all would use up the budget of this address.
beforeEach(() => server.sql('delete from login_attempts'));

interface BodySurface {
  name: string;
  method: 'POST' | 'PATCH';
  url: string;
  wire: 'native' | 'dittofi';
  good: Record<string, string>;
  caller?: () => LoggedIn;
  /** What answers a body that this wire accepts. */
  accepted?: number;
}

const CREDENTIALS = { email: 'bodies@example.test', password: PASSWORD };
const SURFACES: BodySurface[] = [
  {
    name: 'login',
    method: 'POST',
    url: '/api/v1/auth/login',
    wire: 'native',
    good: { login: 'bodies@example.test', password: PASSWORD },
  },
  {
    name: 'logout',
    method: 'POST',
    url: '/api/v1/auth/logout',
    wire: 'native',
    good: { scope: 'all' },
    caller: () => alice,
  },
  {
    name: 'profile',
    method: 'PATCH',
    url: '/api/v1/profile',
    wire: 'native',
    good: { displayName: 'Alice' },
    caller: () => alice,
  },
  {
    name: 'change of password',
    method: 'POST',
    url: '/api/v1/auth/password',
    wire: 'native',
    good: { currentPassword: PASSWORD, newPassword: 'seven silent owls at midnight' },
    caller: () => alice,
  },
  {
    name: 'administration',
    method: 'POST',
    url: '/api/v1/admin/users',
    wire: 'native',
    good: { username: 'made@example.test', password: PASSWORD },
    caller: () => admin,
  },
  { name: 'Dittofi login', method: 'POST', url: '/v1/login', wire: 'dittofi', good: CREDENTIALS, accepted: 200 },
  {
    name: 'Dittofi login under /iapi',
    method: 'POST',
    url: '/iapi/v1/login',
    wire: 'dittofi',
    good: CREDENTIALS,
    accepted: 200,
  },
  {
    name: 'Dittofi signup, closed',
    method: 'POST',
    url: '/v1/signup',
    wire: 'dittofi',
    good: { ...CREDENTIALS, confirm_password: PASSWORD },
    accepted: 403,
  },
];

function send(
  { method, url, good, caller }: BodySurface,
  row: Pick<BodyRow, 'type' | 'headers' | 'make'>,
): Promise<Answer> {
  const headers = {
    ...(row.type !== '' && { 'content-type': row.type ?? 'application/json' }),
    ...row.headers,
    ...(caller && bearer(caller().token).headers),
  };
  return server.request({ method, url, headers, payload: row.make(good) });
}

describe.each(SURFACES)('$name', (surface) => {
  const rows = BODIES.map((row) => ({ ...row, [surface.wire]: undefined, status: statusOf(row, surface) }));

  it.each(rows)('$title: $status', async (row) => {
    const answer = await send(surface, row);

    expect(answer.statusCode).toBe(row.status);
    expect(answer.headers['content-type']).toMatch(/^application\/(problem\+)?json; charset=utf-8$/);
  });

  it('nobody else felt any of it', async () => {
    expect(await server.statusOfSession(bystander.token)).toBe(200);
  });
});

function statusOf(row: BodyRow, { wire, accepted }: BodySurface): number {
  const status = row[wire];
  return status === 'accepted' ? accepted! : status;
}

describe('what a body adds beside its fields', () => {
  it('bad B8 changes neither the user nor the session that a Dittofi login starts', async () => {
    await server.signUp('extra@example.test');

    await server.post(
      '/v1/login',
      json({ email: 'extra@example.test', password: PASSWORD, role: 'admin', roles: ['admin'], expiresAt: null }),
    );

    expect(
      await server.sql(
        `select roles, round(extract(epoch from expires_at - now()) / 86400) as days
         from users join sessions on sessions.user_id = users.id where username = 'extra@example.test'`,
      ),
    ).toEqual([{ roles: [], days: '30' }]);
  });

  it.each([{ email: { $ne: null } }, { email: 5 }, { email: null }, { email: ['x'] }])(
    'bad B25 400 for %o beside a username on the Dittofi wire',
    async (spoilt) => {
      const answer = await server.post(
        '/v1/login',
        json({ username: 'bodies@example.test', password: PASSWORD, ...spoilt }),
      );

      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ error: { code: 'invalid_json', param: 'email' } });
    },
  );

  it('bad B25 400 for a username that is null on the Dittofi wire', async () => {
    const answer = await server.post('/v1/login', json({ username: null, password: PASSWORD }));

    expect(answer.statusCode).toBe(400);
  });

  it.each(SURFACES.filter(({ name }) => name !== 'profile'))(
    'bad B22 400 for null in every field: $name',
    async (surface) => {
      const make = (good: object): string =>
        JSON.stringify(Object.fromEntries(Object.keys(good).map((key) => [key, null])));

      expect((await send(surface, { make })).statusCode).toBe(400);
    },
  );

  it('bad B22 400 for roles that are null', async () => {
    const answer = await server.post(
      '/api/v1/admin/users',
      both(bearer(admin.token), json({ username: 'null@example.test', password: PASSWORD, roles: null })),
    );

    expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field: 'roles' }] });
  });

  it('bad B22 a scope that is null ends nothing', async () => {
    const answer = await server.post('/api/v1/auth/logout', both(bearer(bystander.token), json({ scope: null })));

    expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(await server.statusOfSession(bystander.token)).toBe(200);
  });
});

describe('a body that never ends', () => {
  const chunk = `2000\r\n${'x'.repeat(8_192)}\r\n`;
  function* endless(url: string): Generator<string> {
    yield `POST ${url} HTTP/1.1\r\nHost: sessions.example\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    for (let count = 0; count < 1_000; count++) yield chunk;
  }

  it.each(['/api/v1/auth/login', '/api/v1/auth/logout', '/v1/login', '/iapi/v1/signup'])(
    'bad B10 chunked endless to %s: 413 before 8 MiB are sent, and the connection closes',
    async (url) => {
      port ??= await listen(server.app);

      const answers = await rawRequest(port, endless(url));

      expect(answers.map(({ status }) => status)).toEqual([413]);
      expect(answers[0]!.head).toMatch(/^connection: close$/im);
    },
  );
});
