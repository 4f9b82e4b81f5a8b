import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RouteActs } from '../../src/auth/route-acts.js';
import { bearer, both, json, PASSWORD, TestServer, type Answer, type LoggedIn } from '../server.js';

let server: TestServer;
let root: LoggedIn;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  root = await server.logInAdmin();
  admin = bearer(root.token);
});
afterAll(() => server.stop());

const AUDIT = '/api/v1/admin/audit';

interface Entry extends Record<string, unknown> {
  number: string;
  act: string;
  userId: string | null;
  details: Record<string, unknown>;
}

const idOf = (answer: Answer): string => String(answer.headers['x-request-id']);

async function listed(query: string, as = admin): Promise<Entry[]> {
  const answer = await server.get(`${AUDIT}?${query}`, as);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<{ entries: Entry[] }>().entries;
}

/** The row of what a request did, once it is written. */
async function rowOf(answer: Answer): Promise<Entry> {
  return vi.waitFor(
    async () => {
      const [entry] = await listed(`requestId=${idOf(answer)}`);
      expect(entry).toBeDefined();
      return entry!;
    },
    { timeout: 10_000, interval: 100 },
  );
}

describe('what stands in a row', () => {
  it('asvs 16.2.1 who, what, to what, from where, when, and how it ended', async () => {
    const userId = await server.signUp('target@example.test');

    const answer = await server.patch(
      `/api/v1/admin/users/${userId}`,
      both(admin, json({ roles: ['editor'], displayName: 'Target' }), { headers: { 'user-agent': 'Tests/1' } }),
    );
    const entry = await rowOf(answer);

    expect(answer.statusCode).toBe(200);
    expect(entry).toEqual({
      number: expect.stringMatching(/^\d+$/),
      occurredAt: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      recordedAt: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      act: 'users.change',
      outcome: 'ok',
      code: null,
      userId: root.userId,
      sessionId: root.sessionId,
      keyId: null,
      login: null,
      targetType: 'user',
      targetId: userId,
      applicationId: expect.any(String),
      contract: 'native',
      address: '127.0.0.1',
      userAgent: 'Tests/1',
      requestId: idOf(answer),
      details: { fields: ['roles', 'displayName'] },
      hash: expect.stringMatching(/^[\da-f]{64}$/),
    });
  });

  it('what was made is named by its id, and a service by its key', async () => {
    const key = await server.serviceKey(['users']);

    const answer = await server.post(
      '/api/v1/admin/users',
      both(bearer(key), json({ username: 'made@example.test', password: PASSWORD })),
    );

    expect(await rowOf(answer)).toMatchObject({
      act: 'users.create',
      userId: null,
      keyId: expect.any(String),
      targetType: 'user',
      targetId: answer.json<{ id: string }>().id,
      details: { fields: ['username', 'password'] },
    });
  });

  it('asvs 16.3.1 a refused login names the name that was given, and no password', async () => {
    const password = `wrong ${randomUUID()}`;

    const answer = await server.post('/api/v1/auth/login', json({ login: 'Nobody@example.test', password }));

    expect(await rowOf(answer)).toMatchObject({
      act: 'login',
      outcome: 'refused',
      code: 'CREDENTIALS_REJECTED',
      login: 'Nobody@example.test',
    });
    expect(await server.sql('select from audit_log where audit_log::text like $1', [`%${password}%`])).toEqual([]);
  });

  it('asvs 16.3.2 16.3.3 a door that is not theirs is noted, also where it would only have been looked through', async () => {
    const alice = await server.logIn('alice@example.test');
    const key = await server.serviceKey(['introspect']);
    const cookie = { headers: { cookie: `__Host-curfew=${alice.token}`, origin: 'https://evil.test' } };

    const answers = [
      await server.get('/api/v1/admin/users', bearer(alice.token)),
      await server.get('/api/v1/admin/audit', bearer(key)),
      await server.post('/api/v1/auth/logout', cookie),
    ];

    expect(await Promise.all(answers.map(rowOf))).toMatchObject([
      { act: 'users.list', outcome: 'refused', code: 'FORBIDDEN', userId: alice.userId },
      { act: 'audit.list', outcome: 'refused', code: 'SCOPE_MISSING', keyId: expect.any(String) },
      { act: 'logout', outcome: 'refused', code: 'ORIGIN_REFUSED' },
    ]);
  });

  it('a refused login stands in the log of the application where it was tried, whatever its query says', async () => {
    const other = await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Elsewhere' })));
    const { id } = other.json<{ id: string }>();
    const [home] = await server.sql<{ id: string }>('select application_id as id from users where id = $1', [
      root.userId,
    ]);

    const answers = [
      await server.post(
        `/api/v1/auth/login?applicationId=${id}`,
        json({ login: 'nobody@example.test', password: 'wrong wrong wrong' }),
      ),
      await server.patch(`/api/v1/profile?applicationId=${id}`, both(admin, json({ displayName: 'Root' }))),
    ];

    expect(await Promise.all(answers.map(rowOf))).toMatchObject([
      { act: 'login', code: 'CREDENTIALS_REJECTED', applicationId: home!.id },
      { act: 'profile.change', applicationId: home!.id },
    ]);
  });

  it('for whom a link was made, and whose password was set by it', async () => {
    const userId = await server.signUp('by-link@example.test');

    const made = await server.post(`/api/v1/admin/users/${userId}/links`, both(admin, json({ kind: 'reset' })));
    const { code } = made.json<{ code: string }>();
    const used = await server.post('/api/v1/auth/password/link', json({ code, newPassword: PASSWORD }));

    expect(await rowOf(made)).toMatchObject({ act: 'userLinks.make', targetType: 'user', targetId: userId });
    expect(await rowOf(used)).toMatchObject({
      act: 'password.redeem',
      outcome: 'ok',
      userId,
      applicationId: expect.any(String),
    });
  });

  it('which key of which application was added, and removed', async () => {
    const application = await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Keyed' })));
    const keys = `/api/v1/admin/applications/${application.json<{ id: string }>().id}/keys`;

    const added = await server.post(keys, both(admin, json({ kind: 'js' })));
    const { id } = added.json<{ id: string }>();
    const removed = await server.delete(`${keys}/${id}`, admin);

    const about = { targetType: 'key', targetId: id, applicationId: application.json<{ id: string }>().id };
    expect(await Promise.all([added, removed].map(rowOf))).toMatchObject([
      { act: 'applications.addKey', outcome: 'ok', ...about },
      { act: 'applications.removeKey', outcome: 'ok', ...about },
    ]);
  });

  it('how many users an import brought along', async () => {
    const send = (accept: string, body: string) =>
      server.post(
        '/api/v1/admin/users/import',
        both(admin, { headers: { accept, 'content-type': 'application/x-ndjson' }, payload: body }),
      );

    const answers = [
      await send('application/json', '{"username":"brought-1@example.test"}\n{"username":7}\n'),
      await send('application/x-ndjson', '{"username":"brought-2@example.test"}\n'),
    ];

    expect(await Promise.all(answers.map(rowOf))).toMatchObject([
      { act: 'userImport.run', outcome: 'ok', details: { imported: 1, refused: 1 } },
      { act: 'userImport.run', outcome: 'ok', details: { imported: 1, refused: 0 } },
    ]);
  });

  it('a neighbour on the link stands with their address, and can log in', async () => {
    await server.logIn('neighbour@example.test');

    const answer = await server.post(
      '/api/v1/auth/login',
      both(json({ login: 'neighbour@example.test', password: PASSWORD }), { remoteAddress: 'fe80::1%eth0' }),
    );

    expect(answer.statusCode).toBe(200);
    expect(await rowOf(answer)).toMatchObject({ act: 'login', outcome: 'ok', address: 'fe80::1' });
  });

  it('what was refused before it was done stands once', async () => {
    const answer = await server.post('/api/v1/admin/users', both(admin, json({ username: 'x', surplus: 1 })));

    await rowOf(answer);

    expect(await listed(`requestId=${idOf(answer)}`)).toMatchObject([
      { act: 'users.create', outcome: 'refused', code: 'VALIDATION_FAILED' },
    ]);
  });

  it('a reason that was given stands with what was done for it', async () => {
    const { id } = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Doomed' })))).json<{
      id: string;
    }>();

    const answer = await server.post(
      `/api/v1/admin/applications/${id}/sessions/end`,
      both(admin, json({ reason: 'a stolen laptop' })),
    );

    expect(await rowOf(answer)).toMatchObject({
      act: 'applications.endSessions',
      targetType: 'application',
      targetId: id,
      applicationId: id,
      details: { reason: 'a stolen laptop' },
    });
  });

  it('starts and endings stand beside the requests, with their cause', async () => {
    const bob = await server.logIn('bob@example.test');
    await server.post('/api/v1/auth/logout', bearer(bob.token));

    await vi.waitFor(async () => expect(await listed(`sessionId=${bob.sessionId}`)).toHaveLength(4), 10_000);

    const entries = await listed(`sessionId=${bob.sessionId}`);
    expect(entries.map(({ act, details }) => `${act} ${String(details['cause'])}`).toSorted()).toEqual([
      'login undefined',
      'logout undefined',
      'session.ended logout',
      'session.started undefined',
    ]);
  });

  it('questions leave no row', async () => {
    const answers = [
      await server.get('/api/v1/auth/session', admin),
      await server.get('/api/v1/admin/users', admin),
      await server.post(
        '/api/v1/sessions/introspect',
        both(bearer(await server.serviceKey(['introspect'])), json({ tokens: [root.token] })),
      ),
    ];
    await pause(1_500);

    const rows = await server.sql('select from audit_log where request_id = any ($1)', [answers.map(idOf)]);

    expect([answers.map(({ statusCode }) => statusCode), rows]).toEqual([[200, 200, 200], []]);
  });
});

describe('GET /admin/audit', () => {
  it.each([
    ['act', (entry: Entry) => `act=${entry.act}`],
    ['outcome and code', () => 'outcome=refused&code=CREDENTIALS_REJECTED'],
    ['user', () => `userId=${root.userId}`],
    ['address', () => 'address=127.0.0.0/8'],
    ['target', (entry: Entry) => `targetType=user&targetId=${String(entry['targetId'])}`],
    ['session', () => `sessionId=${root.sessionId}`],
    ['application', (entry: Entry) => `applicationId=${String(entry['applicationId'])}`],
    ['time', (entry: Entry) => `from=${String(entry['occurredAt'])}&to=2999-01-01T00:00:00Z`],
  ])('200 with the rows of a filter by %s, newest first, each once over its pages', async (_, filterBy) => {
    const [known] = await listed('act=users.create&outcome=ok&limit=1');
    const filter = filterBy(known!);
    const whole = await listed(`${filter}&limit=200`);
    const paged: Entry[] = [];
    let next: string | null = '';
    while (next !== null && paged.length < whole.length) {
      const answer: Answer = await server.get(`${AUDIT}?${filter}&limit=2${next && `&after=${next}`}`, admin);
      const page = answer.json<{ entries: Entry[]; next: string | null }>();
      paged.push(...page.entries);
      next = page.next;
    }

    const instants = whole.map((entry) => String(entry['occurredAt']));
    expect(whole.length).toBeGreaterThan(0);
    expect(instants).toEqual(instants.toSorted().toReversed());
    expect(paged.slice(0, whole.length).map(({ number }) => number)).toEqual(whole.map(({ number }) => number));
  });

  it('200 with nothing for what there is not', async () => {
    expect(await listed(`targetId=${randomUUID()}`)).toEqual([]);
    expect(await listed('address=198.51.100.0/24')).toEqual([]);
    expect(await listed('to=2001-01-01T00:00:00Z')).toEqual([]);
  });

  it.each([
    'act=a%20b',
    'outcome=good',
    'userId=x',
    'address=10.0.0.1/8',
    'from=yesterday',
    'after=1',
    'limit=0',
    'x=1',
  ])('400 for %s', async (query) => {
    expect((await server.get(`${AUDIT}?${query}`, admin)).json()).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
  });

  it('asvs 16.4.1 one line a row, whatever the name that was given is made of', async () => {
    const login = 'a\r\n{"act":"forged"}\u001B[2J\u2028b\u0085c\u2029"=1+1';
    const refused = await server.post('/api/v1/auth/login', json({ login, password: PASSWORD }));
    const entry = await rowOf(refused);

    const [ndjson, csv] = await Promise.all(
      ['application/x-ndjson', 'text/csv'].map((accept) =>
        server.get(`${AUDIT}?requestId=${idOf(refused)}`, both(admin, { headers: { accept } })),
      ),
    );

    expect(entry['login']).toBe(String.raw`a\u000d\u000a{"act":"forged"}\u001b[2J\u2028b\u0085c\u2029"=1+1`);
    const ofNdjson = ndjson!.body.split(/[\r\n\u0085\u2028\u2029]+/).filter(Boolean);
    expect(ofNdjson.map((line) => JSON.parse(line) as unknown)).toEqual([entry]);
    expect(csv!.body.split(/[\r\n\u0085\u2028\u2029]+/).filter(Boolean)).toHaveLength(2);
    expect(csv!.body).not.toMatch(/[^\P{Cc}\r\n]/u);
  });

  it('200 to auditors and keys with the scope, 403 to the others', async () => {
    await server.signUp('auditor@example.test', { roles: ['auditor'] });
    const auditor = await server.logInAs({ login: 'auditor@example.test', password: PASSWORD });
    const keys = [await server.serviceKey(['audit']), await server.serviceKey(['users'])];
    const bob = await server.logIn('bob@example.test');

    const answers = await Promise.all(
      [auditor.token, ...keys, bob.token].flatMap((token) =>
        [AUDIT, `${AUDIT}/head`].map((url) => server.get(url, bearer(token))),
      ),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 403, 403, 403, 403]);
  });

  it('what was done in another application is shown to none who administer one', async () => {
    const { id } = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Other' })))).json<{
      id: string;
    }>();
    const key = bearer(await server.serviceKey(['audit'], id));
    const made = await server.post(
      `/api/v1/admin/users?applicationId=${id}`,
      both(admin, json({ username: 'their@example.test', password: PASSWORD })),
    );
    await rowOf(made);

    const entries = await listed('limit=200', key);
    const other = await server.get(
      `${AUDIT}?applicationId=${String((await listed('act=login&limit=1'))[0]!['applicationId'])}`,
      key,
    );

    expect(new Set(entries.map((entry) => entry['applicationId']))).toEqual(new Set([id]));
    expect(entries.map(({ act }) => act)).toContain('users.create');
    expect(other.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

it('GET /admin/audit/head: the hash that the newest row has', async () => {
  const { number, hash } = (await server.get(`${AUDIT}/head`, admin)).json<{ number: string; hash: string }>();

  expect(await server.sql("select encode(hash, 'hex') as hash from audit_log where number = $1", [number])).toEqual([
    { hash },
  ]);
});

it('every act stands in the table of docs/audit.md, and nothing else does', () => {
  const page = readFileSync('docs/audit.md', 'utf8');
  const table = page.slice(page.indexOf('## The acts'), page.indexOf('## ', page.indexOf('## The acts') + 5));
  const named = [...table.matchAll(/^\| `([\w.]+)`/gm)].map(([, act]) => act!);
  const own = [
    'session.started',
    'session.rotated',
    'session.ended',
    'application.sessions_ended',
    'audit.gap',
    'audit.pruned',
    'unrouted',
  ];

  const acts = server.app.get(RouteActs).names();

  expect(named.toSorted()).toEqual([...new Set([...acts, ...own])].toSorted());
});
