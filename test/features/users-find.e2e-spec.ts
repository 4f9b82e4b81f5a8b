import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from '../server.js';

const USERS = '/api/v1/admin/users';
const LOGGED_IN = '2026-05-01T12:00:00.000Z';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
  for (const [username, fields] of Object.entries({
    'anna@example.test': { roles: ['editor'] },
    'ANNIKA@example.test': {},
    'an%a@example.test': {},
    'an_a@example.test': {},
    Σίσυφος: {},
    bob: { email: 'anton@example.test', roles: ['editor', 'reader'] },
    'carol@example.test': {},
  }))
    await server.post(USERS, both(admin, json({ username, password: PASSWORD, ...fields })));
});
afterAll(() => server.stop());

interface Page {
  users: { id: string; username: string; lastLoginAt: string | null }[];
  next: string | null;
  total: { count: number; isExact: boolean } | null;
}
const find = async (query: string, caller = admin): Promise<Page> =>
  (await server.get(`${USERS}?${query}`, caller)).json<Page>();
const namesOf = async (query: string): Promise<string[]> => (await find(query)).users.map(({ username }) => username);
const encoded = encodeURIComponent;

describe('GET /admin/users?loginPrefix=', () => {
  it.each([
    ['ann', ['ANNIKA@example.test', 'anna@example.test']],
    ['AN', ['bob', 'an_a@example.test', 'an%a@example.test', 'ANNIKA@example.test', 'anna@example.test']],
    ['an%', ['an%a@example.test']],
    ['an_', ['an_a@example.test']],
    ['%', []],
    ['\\', []],
    ['ΣΊΣ', ['Σίσυφος']],
    ['ΣΊΣΥΦΟΣ', ['Σίσυφος']],
    ['nobody', []],
    ['anton@example.test', ['bob']],
  ])('%s finds %j', async (prefix, names) => {
    expect(await namesOf(`loginPrefix=${encoded(prefix)}`)).toEqual(names);
  });

  it('is a range of an index among many, for one letter and for many', { timeout: 60_000 }, async () => {
    const other = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Many' })))).json<{
      id: string;
    }>().id;
    await server.sql(
      `with made as (
        insert into users (id, application_id, username)
        select gen_random_uuid(), $1, 'user' || place from generate_series(1, 20000) as place returning id, username
      ) insert into identities (application_id, name, user_id) select $1, username, id from made`,
      [other],
    );
    await server.sql('analyze users, identities');

    const plans = await Promise.all(
      ['q', 'user1999'].map(async (prefix) =>
        JSON.stringify(
          await server.sql(
            `explain select from identities where application_id = '${other}' and name like '${prefix}%'`,
          ),
        ),
      ),
    );

    expect(plans.map((plan) => /identities_prefix_idx|identities_pkey/.test(plan))).toEqual([true, true]);
    expect(await namesOf(`loginPrefix=USER19999&applicationId=${other}`)).toEqual(['user19999']);
  });

  it.each([
    ['loginPrefix=', 'loginPrefix'],
    [`loginPrefix=${'x'.repeat(255)}`, 'loginPrefix'],
    ['status=locked', 'status'],
    ['role=a,b', 'role'],
    ['lastLoginBefore=yesterday', 'lastLoginBefore'],
    ['lastLogin=always', 'lastLogin'],
    ['total=some', 'total'],
    ['limit=0', 'limit'],
    ['colour=red', 'colour'],
  ])('400 for %s', async (query, field) => {
    expect((await server.get(`${USERS}?${query}`, admin)).json()).toMatchObject({ status: 400, errors: [{ field }] });
  });
});

describe('GET /admin/users by last login', () => {
  it('an instant for whoever logged in over whatever contract, null for whoever never did', async () => {
    const { userId } = await server.logInAs({ login: 'carol@example.test', password: PASSWORD });
    const [{ at } = { at: new Date(0) }] = await server.sql<{ at: Date }>(
      'select max(created_at) as at from sessions where user_id = $1',
      [userId],
    );

    const [carol] = (await find('login=carol@example.test')).users;
    const [anna] = (await find('login=anna@example.test')).users;

    expect([carol!.lastLoginAt, anna!.lastLoginAt]).toEqual([at.toISOString(), null]);
    expect((await server.get(`${USERS}/${userId}`, admin)).json()).toEqual(carol);
  });

  it('before, after, and never', async () => {
    await server.logInAs({ login: 'bob', password: PASSWORD });
    await server.sql(
      `update last_logins set at = $1 where user_id = (select user_id from identities where name = 'bob')`,
      [LOGGED_IN],
    );

    const [before, after, at, never, neither] = await Promise.all([
      namesOf(`lastLoginBefore=2026-05-01T12:00:00.001Z`),
      namesOf('lastLoginAfter=2026-05-01T12:00:00.001Z'),
      namesOf(`lastLoginAfter=${LOGGED_IN}&lastLoginBefore=2026-05-02T00:00:00%2B02:00`),
      namesOf('lastLogin=never&loginPrefix=an'),
      namesOf(`lastLogin=never&lastLoginAfter=${LOGGED_IN}`),
    ]);

    expect(before).toEqual(['bob']);
    expect(after).not.toContain('bob');
    expect(at).toEqual(['bob']);
    expect(never).toEqual(['an_a@example.test', 'an%a@example.test', 'ANNIKA@example.test', 'anna@example.test']);
    expect(neither).toEqual([]);
  });

  it('is found by its key, however few had logged in when a connection planned it', async () => {
    await server.sql('analyze last_logins');

    await server.sql('begin');
    await server.sql(`do $$ begin for turn in 1..20 loop
      insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
      select id, gen_random_uuid(), application_id, 'native', sha256('x'), now(), now() from users where username = 'carol@example.test';
      end loop; end $$`);
    const [{ scans } = {}] = await server.sql(
      `select seq_scan::integer as scans from pg_stat_xact_user_tables where relname = 'last_logins'`,
    );
    await server.sql('rollback');

    expect(scans).toBe(0);
  });

  it('the latest of many logins at once', async () => {
    const logins = await Promise.all(
      Array.from({ length: 8 }, () => server.logInAs({ login: 'annika@example.test', password: PASSWORD })),
    );

    const [{ isLatest } = {}] = await server.sql<{ isLatest: boolean }>(
      `select at = (select max(created_at) from sessions where user_id = $1) as "isLatest" from last_logins where user_id = $1`,
      [logins[0]!.userId],
    );

    expect(isLatest).toBe(true);
  });

  it('goes with its user', async () => {
    const { userId } = await server.logIn('goes@example.test');

    await server.delete(`${USERS}/${userId}`, admin);

    expect(await server.sql('select from last_logins where user_id = $1', [userId])).toEqual([]);
  });
});

describe('GET /admin/users', () => {
  it('by status and role, and all of them together', async () => {
    const [{ id } = { id: '' }] = (await find('login=an_a@example.test')).users;
    await server.patch(`${USERS}/${id}`, both(admin, json({ status: 'disabled' })));

    expect(await namesOf('status=disabled')).toEqual(['an_a@example.test']);
    expect(await namesOf('role=editor')).toEqual(['bob', 'anna@example.test']);
    expect(await namesOf('role=editor&status=active&loginPrefix=anna')).toEqual(['anna@example.test']);
  });

  it('page by page, newest first, each once, with how many there are', async () => {
    const all = await find('limit=200&total=exact');
    const pages: string[] = [];
    for (let after = ''; ;) {
      const page = await find(`limit=2&total=none${after}`);
      pages.push(...page.users.map(({ id }) => id));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }

    expect(pages).toEqual(all.users.map(({ id }) => id));
    expect(pages).toEqual(pages.toSorted().toReversed());
    expect(all.total).toEqual({ count: pages.length, isExact: true });
    expect((await find('limit=1')).total).toMatchObject({ isExact: false });
    expect((await find('limit=1&total=none')).total).toBeNull();
  });

  it('all of them as NDJSON and as CSV, in which no name is a formula', async () => {
    await server.signUp('=cmd|calc');
    const { users } = await find('limit=200');
    const list = (accept: string) => server.get(USERS, both(admin, { headers: { accept } }));

    const [lines, table] = await Promise.all([list('application/x-ndjson'), list('text/csv')]);

    expect(
      lines.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual(users);
    expect(table.body.split('\r\n')[0]).toBe(
      'id,applicationId,username,email,displayName,status,roles,createdAt,updatedAt,lastLoginAt',
    );
    expect(table.body).toContain(",'=cmd|calc,");
  });

  it.each([
    ['auditor', [200, 200, 403, 403, 403, 403, 403]],
    ['support', [200, 200, 403, 403, 403, 403, 403]],
    ['editor', [403, 403, 403, 403, 403, 403, 403]],
  ])('the role %s finds at most', async (role, statuses) => {
    const { token, userId } = await server.logIn(`${role}@example.test`);
    await server.patch(`${USERS}/${userId}`, both(admin, json({ roles: [role] })));
    const caller = bearer(token);

    const answers = await Promise.all([
      server.get(USERS, caller),
      server.get(`${USERS}/${userId}`, caller),
      server.post(USERS, both(caller, json({ username: 'new', password: PASSWORD }))),
      server.patch(`${USERS}/${userId}`, both(caller, json({ roles: ['admin'] }))),
      server.delete(`${USERS}/${userId}`, caller),
      server.post(`${USERS}/${userId}/links`, both(caller, json({ kind: 'reset' }))),
      server.post(
        `${USERS}/import`,
        both(caller, { payload: '{}', headers: { 'content-type': 'application/x-ndjson' } }),
      ),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(statuses);
  });

  it('tenants: a key of one application finds nobody of another', async () => {
    const other = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Other' })))).json<{
      id: string;
    }>().id;
    const key = bearer(await server.serviceKey(['users'], other));
    const [{ id } = { id: '' }] = (await find('login=anna@example.test')).users;

    const [own, foreign] = [await find('loginPrefix=an', key), await server.get(`${USERS}/${id}`, key)];

    expect([own.users, foreign.statusCode]).toEqual([[], 404]);
  });
});
