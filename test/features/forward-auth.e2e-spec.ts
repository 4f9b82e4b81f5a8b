import type { InjectOptions } from 'light-my-request';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksDuring } from '../check-lanes.js';
import { bearer, both, holdSweepers, json, TestServer, type Answer, type LoggedIn } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from '../wires.js';

const PATH = '/api/v1/forward-auth';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const NAMES = ['x-auth-user', 'x-auth-user-id', 'x-auth-session', 'x-auth-roles', 'x-auth-application'];
const UNKNOWN = '00000000-0000-7000-8000-000000000000';

let server: TestServer;
let alice: LoggedIn;
let tenant: Tenant;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  alice = await server.logIn('alice@example.test');
  tenant = await makeTenant(server, 'forwarded', { parallelSessions: { policy: 'unlimited' } });
  await makeUser(server, tenant, 'wires@example.test');
});
afterAll(() => server.stop());

const ask = (headers: Record<string, string> = {}, options: InjectOptions = {}): Promise<Answer> =>
  server.request({ method: 'GET', url: PATH, ...options, headers });
const asAlice = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${alice.token}`, ...headers });
const identityIn = ({ headers }: Answer) => NAMES.map((name) => headers[name]);
const applicationId = async () => (await server.sql<{ id: string }>('select id from applications order by id'))[0]!.id;

describe('the answer', () => {
  it('200 without a body, and who is there', async () => {
    const answer = await ask(asAlice());

    expect([answer.statusCode, answer.body, ...identityIn(answer)]).toEqual([
      200,
      '',
      'alice@example.test',
      alice.userId,
      alice.sessionId,
      '',
      await applicationId(),
    ]);
  });

  it('401 with WWW-Authenticate and without a name for a stranger', async () => {
    const answer = await ask();

    expect([answer.statusCode, answer.headers['www-authenticate'], ...identityIn(answer)]).toEqual([
      401,
      'Bearer',
      ...NAMES.map(() => undefined),
    ]);
  });

  it.each(METHODS)('%s: 200 with a token, 401 without', async (method) => {
    const answers = await Promise.all([ask(asAlice(), { method }), ask({}, { method })]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 401]);
    expect(identityIn(answers[0])[1]).toBe(alice.userId);
  });

  it('names roles, and whatever no header can hold percent-encoded', async () => {
    const userId = await server.signUp('Zoë, 100% 日本', { roles: ['editor', 'admin'] });
    const { token } = await server.logIn('Zoë, 100% 日本');

    const answer = await ask(bearer(token).headers as Record<string, string>);

    const [user, id, , roles] = identityIn(answer) as string[];
    expect([user, id, roles]).toEqual(['Zo%C3%AB%2C 100%25 %E6%97%A5%E6%9C%AC', userId, 'editor,admin']);
    expect(decodeURIComponent(user!)).toBe('Zoë, 100% 日本');
  });

  it('counts as use: the idle limit moves', async () => {
    const { token, userId, sessionId } = await server.logIn('seen@example.test');
    await server.passTime(userId, '50 minutes');

    const { statusCode } = await ask(bearer(token).headers as Record<string, string>);

    const moved = () =>
      server.sql(`select from sessions where id = $1 and idle_until > now() + interval '59 minutes'`, [sessionId]);
    await expect.poll(async () => (await moved()).length, { timeout: 3_000 }).toBe(1);
    expect(statusCode).toBe(200);
  });

  it('bad I14 no conditional request gives 304', async () => {
    const { headers } = await ask(asAlice());
    const conditions = {
      'if-none-match': '*',
      'if-modified-since': new Date(Date.now() + 60_000).toUTCString(),
    };

    const answers = await Promise.all([ask(asAlice(conditions)), ask(conditions)]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 401]);
    expect([headers['etag'], headers['last-modified'], headers['cache-control']]).toEqual([
      undefined,
      undefined,
      'no-store',
    ]);
  });

  it('bad I11 asvs 4.1.3 what a client says of itself changes nothing', async () => {
    const forged = { 'x-auth-user': 'root', 'x-auth-user-id': UNKNOWN, 'x-auth-roles': 'admin', 'x-user-id': '1' };

    const [known, stranger] = await Promise.all([ask(asAlice(forged)), ask(forged)]);

    expect(identityIn(known)).toEqual(identityIn(await ask(asAlice())));
    expect([stranger.statusCode, ...identityIn(stranger)]).toEqual([401, ...NAMES.map(() => undefined)]);
  });
});

describe('what came along with the request that a proxy asks about', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'a=b'],
    ['broken JSON', 'application/json', '{'],
    ['no type', '', 'x'],
    ['a file of 60 KB', 'application/octet-stream', Buffer.alloc(60_000)],
    ['multipart without boundary', 'multipart/form-data', 'x'],
  ])('a body is dropped: %s', async (_, type, payload) => {
    const headers = asAlice({ 'content-encoding': 'gzip', ...(type && { 'content-type': type }) });

    const answers = await Promise.all(
      (['POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => ask(headers, { method, payload })),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  });

  it('bad B9 413 for a body that is larger than any that is read', async () => {
    const answer = await ask(asAlice({ 'content-type': 'text/plain' }), {
      method: 'POST',
      payload: Buffer.alloc(70_000),
    });

    expect(answer.statusCode).toBe(413);
  });

  it.each(['POST', 'DELETE', 'GET'] as const)(
    '%s from a page of another site is its upstream’s affair',
    async (method) => {
      const cookie = `__Host-curfew=${alice.token}`;
      const origin = { origin: 'https://e.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' };

      const answer = await ask({ cookie, ...origin }, { method });

      expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    },
  );

  it('a preflight is no way in, also from a listed origin', async () => {
    await server.sql(`update applications set allowed_origins = '{https://app.example}' where id = $1`, [
      await applicationId(),
    ]);
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' };

    const answers = await Promise.all([
      ask(preflight, { method: 'OPTIONS' }),
      ask(asAlice(preflight), { method: 'OPTIONS' }),
    ]);

    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['access-control-allow-origin']])).toEqual([
      [401, undefined],
      [200, undefined],
    ]);
  });
});

/** How the clients of each contract carry their token. */
const CARRIED = {
  native: [(token: string) => ({ authorization: `Bearer ${token}` }), inCookie('__Host-curfew')],
  dittofi: [inCookie('session-key')],
  backendless: [(token: string) => ({ 'user-token': token })],
  rested: [(token: string) => ({ authorization: token }), inCookie('__Secure-rested-access-token')],
  elvis: [inCookie('authToken'), inCookie('JSESSIONID')],
} as Record<string, ((token: string) => Record<string, string>)[]>;

function inCookie(name: string) {
  return (token: string) => ({ cookie: `a=b; ${name}=${token}` });
}

describe.each(WIRE_CLIENTS)('a token of the contract $contract', (client) => {
  it('P1 200 as bearer and where its clients carry it, 401 from the answer of their logout on', async () => {
    const token = await tokenFrom(client, server, tenant, 'wires@example.test');
    const places = [...CARRIED[client.contract]!, (text: string) => ({ authorization: `Bearer ${text}` })];
    const askAll = async () =>
      (await Promise.all(places.map((carry) => ask(carry(token))))).map(({ statusCode }) => statusCode);

    const before = await askAll();
    await client.logOut(server, tenant, token);

    expect([before, await askAll()]).toEqual([places.map(() => 200), places.map(() => 401)]);
  });
});

describe('places', () => {
  it('bad K2 401 where they disagree', async () => {
    const bob = await server.logIn('bob@example.test');
    const other = `session-key=${bob.token}`;

    const answers = await Promise.all([
      ask(asAlice({ cookie: `__Host-curfew=${bob.token}` })),
      ask(asAlice({ cookie: other })),
      ask(asAlice({ 'user-token': bob.token })),
      ask({ cookie: `__Host-curfew=${alice.token}; ${other}` }),
      ask(asAlice({ cookie: '__Host-curfew=bad' })),
      ask({ authorization: 'Bearer bad', cookie: `__Host-curfew=${alice.token}` }),
      ask({ authorization: 'Basic YTpi', cookie: `__Host-curfew=${alice.token}` }),
      ask({ cookie: `session-key=${alice.token}; session-key=x` }),
      ask({ cookie: `__Host-curfew=${alice.token}; __Host-curfew=${alice.token}` }),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 401));
  });

  it('200 where they agree, and beside what other programs keep in cookies of the same names', async () => {
    const answers = await Promise.all([
      ask(asAlice({ cookie: `__Host-curfew=${alice.token}; authToken=${alice.token}` })),
      ask(asAlice({ cookie: 'JSESSIONID=1A2B3C; session-key=abc; JSESSIONID=4D5E6F' })),
      ask(asAlice({ 'user-token': 'theirs' })),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  });

  it('bad K16 401 for a token in the URL that a proxy tells', async () => {
    const path = `/services/profile;jsessionid=${alice.token}?user-token=${alice.token}`;

    const answer = await ask({ 'x-forwarded-uri': path, 'x-original-url': `https://us.example${path}` });

    expect(answer.statusCode).toBe(401);
  });

  it('those of a wire that is off are none', async () => {
    const { app } = await TestServer.node(server.databaseUrl, { CONTRACTS: 'none' });
    const statusOf = async (headers: Record<string, string>) => (await app.inject({ url: PATH, headers })).statusCode;

    const statuses = await Promise.all([
      statusOf(asAlice()),
      statusOf({ cookie: `__Host-curfew=${alice.token}` }),
      statusOf({ cookie: `session-key=${alice.token}` }),
      statusOf({ authorization: alice.token }),
      statusOf({ 'user-token': alice.token }),
    ]);
    await app.close();

    expect(statuses).toEqual([200, 200, 401, 401, 401]);
  });
});

describe('what a proxy asks for beside', () => {
  it('403 that names the role without it, 200 with it', async () => {
    const editor = await server.signUp('editor@example.test', { roles: ['editor'] });
    const { token } = await server.logIn('editor@example.test');
    const [without, having] = await Promise.all(
      [alice.token, token].map((each) => server.get(`${PATH}?role=editor`, bearer(each))),
    );

    expect([without!.statusCode, without!.json(), ...identityIn(without!)]).toEqual([
      403,
      expect.objectContaining({ code: 'FORBIDDEN', detail: 'This needs the role editor.' }),
      ...NAMES.map(() => undefined),
    ]);
    expect([having!.statusCode, identityIn(having!)[1]]).toEqual([200, editor]);
  });

  it('403 for the users of another application', async () => {
    const own = await applicationId();
    const answers = await Promise.all(
      [own, own.toUpperCase(), tenant.id].map((id) => server.get(`${PATH}?application=${id}`, bearer(alice.token))),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 403]);
    expect(answers[2]!.json()).toMatchObject({
      code: 'FORBIDDEN',
      detail: 'This is for the users of another application.',
    });
  });

  it('a role that was taken away is missed by the next question', async () => {
    const id = await server.signUp('demoted@example.test', { roles: ['editor'] });
    const { token } = await server.logIn('demoted@example.test');
    const admin = await server.logInAdmin();
    const statusOf = async () => (await server.get(`${PATH}?role=editor`, bearer(token))).statusCode;

    const before = await statusOf();
    await server.patch(`/api/v1/admin/users/${id}`, both(bearer(admin.token), json({ roles: [] })));

    expect([before, await statusOf()]).toEqual([200, 403]);
  });

  it.each(['rol=editor', 'role=', 'role=a&role=b', 'application=x', 'login=yes', 'role[]=editor', 'token=x'])(
    '400 for %s: a slip in a proxy’s configuration lets nobody in',
    async (query) => {
      expect((await server.get(`${PATH}?${query}`, bearer(alice.token))).statusCode).toBe(400);
    },
  );
});

it('asks the store once a request, whatever page sent that one, and never for what was no token', async () => {
  const headers = asAlice({ origin: 'https://e.example', host: 'app.example' });
  const statuses: number[] = [];

  const checks = await checksDuring(async () => {
    for (const authorization of [headers.authorization, 'Bearer x', headers.authorization])
      statuses.push((await ask({ ...headers, authorization })).statusCode);
  });

  expect([statuses, checks]).toEqual([[200, 401, 200], 2]);
});
