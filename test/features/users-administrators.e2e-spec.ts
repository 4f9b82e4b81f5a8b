import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from '../server.js';

const USERS = '/api/v1/admin/users';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
let other: string;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());
// Of an application of their own: the first administrator administers all, and is none of these.
beforeEach(async () => {
  other = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Other' })))).json<{ id: string }>()
    .id;
});

const at = (id: string) => `${USERS}/${id}?applicationId=${other}`;
const makeAdmin = async (username: string): Promise<string> =>
  (
    await server.post(
      `${USERS}?applicationId=${other}`,
      both(admin, json({ username, password: PASSWORD, roles: ['admin', 'editor'] })),
    )
  ).json<{ id: string }>().id;
const logIn = async (login: string) =>
  bearer((await server.logInAs({ login, password: PASSWORD, applicationId: other })).token);
const activeOf = async (application: string) =>
  (
    await server.sql<{ username: string }>(
      `select username from users where application_id = $1 and roles @> '{admin}' and status = 'active' order by 1`,
      [application],
    )
  ).map(({ username }) => username);

describe('the last active administrator of an application', () => {
  it.each([
    ['disabled', (id: string) => server.patch(at(id), both(admin, json({ status: 'disabled' })))],
    ['made an editor', (id: string) => server.patch(at(id), both(admin, json({ roles: ['editor'] })))],
    ['deleted', (id: string) => server.delete(at(id), admin)],
  ])('403 where they would be %s, in clear words, and nothing changes', async (_, leave) => {
    const id = await makeAdmin('only');

    const answer = await leave(id);

    expect(answer.json()).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      detail: expect.stringContaining('last active administrator') as string,
    });
    expect(await activeOf(other)).toEqual(['only']);
    await logIn('only');
  });

  it('also for a service key', async () => {
    const id = await makeAdmin('only');
    const key = bearer(await server.serviceKey(['admin'], other));

    const answers = await Promise.all([
      server.patch(at(id), both(key, json({ status: 'disabled' }))),
      server.delete(at(id), key),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
    expect(await activeOf(other)).toEqual(['only']);
  });

  it('does not count those who are disabled', async () => {
    const [one, two] = [await makeAdmin('one'), await makeAdmin('two')];

    const answers = [
      await server.patch(at(one), both(admin, json({ status: 'disabled' }))),
      await server.delete(at(two), admin),
      await server.delete(at(one), admin),
      await server.patch(at(two), both(admin, json({ displayName: 'Two', roles: ['admin'] }))),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 403, 204, 200]);
  });

  it('is one of two who turn each other out at once, whichever way, twenty times', async () => {
    const [one, two] = [await makeAdmin('one'), await makeAdmin('two')];
    const [asOne, asTwo] = [await logIn('one'), await logIn('two')];
    const ways = [
      (id: string, caller: typeof admin) => server.patch(at(id), both(caller, json({ status: 'disabled' }))),
      (id: string, caller: typeof admin) => server.patch(at(id), both(caller, json({ roles: [] }))),
    ];

    for (let turn = 0; turn < 20; turn++) {
      const way = ways[turn % 2]!;
      const answers = await Promise.all([way(two, asOne), way(one, asTwo)]);

      expect(answers.map(({ statusCode }) => statusCode).filter((status) => status === 200)).toHaveLength(1);
      expect(await activeOf(other)).toHaveLength(1);
      await server.sql(`update users set roles = '{admin}', status = 'active' where application_id = $1`, [other]);
      if ((await server.get(USERS, asOne)).statusCode === 401) Object.assign(asOne, await logIn('one'));
      if ((await server.get(USERS, asTwo)).statusCode === 401) Object.assign(asTwo, await logIn('two'));
    }
  });

  it('is left where two delete each other at once', async () => {
    const [one, two] = [await makeAdmin('one'), await makeAdmin('two')];
    const [asOne, asTwo] = [await logIn('one'), await logIn('two')];

    const answers = await Promise.all([server.delete(at(two), asOne), server.delete(at(one), asTwo)]);

    expect(answers.filter(({ statusCode }) => statusCode === 204)).toHaveLength(1);
    expect(await activeOf(other)).toHaveLength(1);
  });
});

describe('administrators, and a key with the scope users alone', () => {
  it.each(['auditor', 'support'])(
    '403 SCOPE_MISSING for whatever it would do to somebody with the role %s',
    async (role) => {
      const body = { username: role, password: PASSWORD, roles: [role, 'editor'] };
      const { id } = (await server.post(`${USERS}?applicationId=${other}`, both(admin, json(body)))).json<{
        id: string;
      }>();
      const key = bearer(await server.serviceKey(['users'], other));

      const answers = await Promise.all([
        server.patch(at(id), both(key, json({ status: 'disabled' }))),
        server.patch(at(id), both(key, json({ roles: [] }))),
        server.patch(at(id), both(key, json({ displayName: 'One' }))),
        server.delete(at(id), key),
      ]);

      expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual(answers.map(() => 'SCOPE_MISSING'));
      expect((await server.get(at(id), admin)).json()).toMatchObject({ roles: [role, 'editor'], status: 'active' });
      expect((await server.delete(at(id), bearer(await server.serviceKey(['admin'], other)))).statusCode).toBe(204);
    },
  );

  it('403 SCOPE_MISSING for whatever it would do to them; others it may change', async () => {
    const [one, two] = [await makeAdmin('one'), await makeAdmin('two')];
    const plain = (
      await server.post(`${USERS}?applicationId=${other}`, both(admin, json({ username: 'plain', password: PASSWORD })))
    ).json<{ id: string }>().id;
    const key = bearer(await server.serviceKey(['users'], other));

    const answers = await Promise.all([
      server.patch(at(one), both(key, json({ status: 'disabled' }))),
      server.patch(at(one), both(key, json({ roles: [] }))),
      server.patch(at(one), both(key, json({ displayName: 'One' }))),
      server.delete(at(two), key),
      server.post(`${USERS}/${one}/links?applicationId=${other}`, both(key, json({ kind: 'reset' }))),
    ]);

    expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual(answers.map(() => 'SCOPE_MISSING'));
    expect(await activeOf(other)).toEqual(['one', 'two']);
    expect((await server.patch(at(plain), both(key, json({ displayName: 'Plain' })))).statusCode).toBe(200);
    expect((await server.delete(at(plain), key)).statusCode).toBe(204);
  });
});

it.each([
  [
    'disabled',
    'user_disabled',
    (id: string, who: typeof admin) => server.patch(`${USERS}/${id}`, both(who, json({ status: 'disabled' }))),
  ],
  ['deleted', 'user_deleted', (id: string, who: typeof admin) => server.delete(`${USERS}/${id}`, who)],
])(
  'the event of each session of a user who is %s names who did it, an administrator or a key',
  async (_, cause, act) => {
    const me = await server.logInAdmin();
    const [one, two] = [await server.logIn(`${cause}-1@example.test`), await server.logIn(`${cause}-2@example.test`)];
    const key = await server.serviceKey(['users']);
    const [{ id: keyId }] = (await server.sql('select id from service_keys order by id desc limit 1')) as [
      { id: string },
    ];

    await act(one.userId, bearer(me.token));
    await act(two.userId, bearer(key));

    const named = await server.sql(
      `select cause, ended_by_user_id, ended_by_session_id, ended_by_key_id from session_events
     where session_id = any ($1::uuid[]) and type = 'session.ended' order by id`,
      [[one.sessionId, two.sessionId]],
    );
    expect(named).toEqual([
      { cause, ended_by_user_id: me.userId, ended_by_session_id: me.sessionId, ended_by_key_id: null },
      { cause, ended_by_user_id: null, ended_by_session_id: null, ended_by_key_id: keyId },
    ]);
  },
);

describe('DELETE /admin/users/{id}', () => {
  const browser = { headers: { 'user-agent': 'Mozilla/5.0 Firefox/150.0' }, remoteAddress: '203.0.113.9' };
  const tracesOf = (userId: string) =>
    server.sql<{ type: string; traces: number }>(
      `select type, num_nonnulls(ip, user_agent, label) as traces from session_events where user_id = $1 order by id`,
      [userId],
    );
  const logInFrom = (login: string) =>
    server.post('/api/v1/auth/login', both(json({ login, password: PASSWORD, label: 'Laptop' }), browser));

  it('asvs 14.2.4 erases what events tell of the person, and keeps the events with who did it', async () => {
    const userId = await server.signUp('erased@example.test');
    await logInFrom('erased@example.test');
    expect((await tracesOf(userId)).map(({ traces }) => traces)).toEqual([3]);

    await server.delete(`${USERS}/${userId}`, admin);

    expect(await tracesOf(userId)).toEqual([
      { type: 'session.started', traces: 0 },
      { type: 'session.ended', traces: 0 },
    ]);
    expect(
      await server.sql(
        'select cause, ended_by_user_id is not null as named from session_events where user_id = $1 and cause is not null',
        [userId],
      ),
    ).toEqual([{ cause: 'user_deleted', named: true }]);
  });

  it('erases very many, in batches', { timeout: 60_000 }, async () => {
    const userId = await server.signUp('many@example.test');
    await server.sql(
      `insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at, ip)
       select $1, 'session.ended', 'logout', gen_random_uuid(), gen_random_uuid(), 'native', now(), now(), '203.0.113.9'
       from generate_series(1, 12000)`,
      [userId],
    );

    const answer = await server.delete(`${USERS}/${userId}`, admin);

    expect(answer.statusCode).toBe(204);
    expect((await tracesOf(userId)).filter(({ traces }) => traces > 0)).toEqual([]);
  });

  it('erases nothing where the deletion is refused, and nothing of others', async () => {
    const { userId } = await server.logInAdmin();
    const neighbour = await server.signUp('neighbour@example.test');
    await logInFrom('neighbour@example.test');

    await server.delete(`${USERS}/${userId}`, bearer(await server.serviceKey(['users'])));
    await server.delete(`${USERS}/${await server.signUp('leaves@example.test')}`, admin);

    expect((await tracesOf(neighbour)).map(({ traces }) => traces)).toEqual([3]);
    expect((await tracesOf(userId)).every(({ traces }) => traces > 0)).toBe(true);
  });

  it('keeps it all with ERASE_DELETED_USERS=off', async () => {
    const { app } = await TestServer.node(server.databaseUrl, { ERASE_DELETED_USERS: 'off' });
    const userId = await server.signUp('kept@example.test');
    await logInFrom('kept@example.test');

    const answer = await app.inject({ method: 'DELETE', url: `${USERS}/${userId}`, ...admin });

    expect(answer.statusCode).toBe(204);
    expect((await tracesOf(userId)).map(({ traces }) => traces)).toEqual([3, 3]);
    await app.close();
  });
});
