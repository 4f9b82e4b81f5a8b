import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, TestServer } from '../server.js';

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
});
afterAll(() => server.stop());

interface Key {
  id: string;
  key: string;
  lastUsedAt: string | null;
}

const create = (body: object, token = admin) =>
  server.post('/api/v1/admin/service-keys', both(bearer(token), json(body)));
const created = async (body: object): Promise<Key> => (await create({ name: 'Gateway', ...body })).json<Key>();
const basic = (id: string, key: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}` },
});
const metricsBy = async (options: object) => (await server.get('/metrics', options)).statusCode;
const anotherApplication = async () =>
  (await server.post('/api/v1/admin/applications', both(bearer(admin), json({ name: 'Another' })))).json<{
    id: string;
  }>().id;

describe('a service key', () => {
  it('asvs 13.2.1 is shown once, and stored as a hash alone', async () => {
    const answer = await create({ name: 'Gateway', scopes: ['introspect'], applicationId: null });

    expect(answer.statusCode).toBe(201);
    const { id, key, ...shown } = answer.json<Key>();
    expect(key).toMatch(/^cfk_[\w-]{64}$/);
    expect(shown).toEqual({
      name: 'Gateway',
      scopes: ['introspect'],
      applicationId: null,
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
      previousUntil: null,
    });
    const [row] = await server.sql('select encode(secret_hash, $2) as hash from service_keys where id = $1', [
      id,
      'hex',
    ]);
    expect(row!['hash']).toMatch(/^[\da-f]{64}$/);
    const read = await server.get(`/api/v1/admin/service-keys/${id}`, bearer(admin));
    expect(read.json()).toEqual({ id, ...shown });
    expect(read.body).not.toContain('cfk_');
  });

  it('opens by bearer and by Basic, and what it opens is said by its scopes', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null });
    const other = await created({ scopes: ['introspect'], applicationId: null });

    expect(await metricsBy(bearer(key))).toBe(200);
    expect(await metricsBy(basic(id, key))).toBe(200);
    const refused = await server.get('/metrics', bearer(other.key));
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({
      code: 'SCOPE_MISSING',
      detail: 'This needs a service key with the scope metrics.',
    });
  });

  it.each([
    ['the id of another key', async (mine: Key, other: Key) => basic(other.id, mine.key)],
    ['no id', async (mine: Key) => basic('', mine.key)],
    [
      'one letter altered',
      async (mine: Key) => bearer(`${mine.key.slice(0, -1)}${mine.key.endsWith('A') ? 'B' : 'A'}`),
    ],
    ['one letter less', async (mine: Key) => bearer(mine.key.slice(0, -1))],
    [
      'the stored hash',
      async (mine: Key) => {
        const sql = 'select secret_hash as hash from service_keys where id = $1';
        const [row] = await server.sql<{ hash: Buffer }>(sql, [mine.id]);
        const id = Buffer.from(mine.id.replaceAll('-', ''), 'hex');
        return bearer(`cfk_${Buffer.concat([id, row!.hash]).toString('base64url')}`);
      },
    ],
    ['a colon behind', async (mine: Key) => basic(mine.id, `${mine.key}:`)],
    ['base64 that is none', async () => ({ headers: { authorization: 'Basic %%%' } })],
    ['two keys in one header', async (mine: Key) => bearer(`${mine.key},${mine.key}`)],
  ])('bad I2 401 with %s', async (_, options) => {
    const mine = await created({ scopes: ['metrics'], applicationId: null });
    const other = await created({ scopes: ['metrics'], applicationId: null });

    expect(await metricsBy(await options(mine, other))).toBe(401);
  });

  it('asvs 7.2.2 is no session: it opens nothing of a user', async () => {
    const { key } = await created({ scopes: ['admin', 'users', 'introspect'], applicationId: null });

    for (const path of ['/api/v1/auth/session', '/api/v1/profile', '/api/v1/sessions'])
      expect((await server.get(path, bearer(key))).statusCode).toBe(401);
  });

  it('ends with the answer of the delete', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null });
    expect(await metricsBy(bearer(key))).toBe(200);

    expect((await server.delete(`/api/v1/admin/service-keys/${id}`, bearer(admin))).statusCode).toBe(204);

    expect(await metricsBy(bearer(key))).toBe(401);
    expect((await server.delete(`/api/v1/admin/service-keys/${id}`, bearer(admin))).statusCode).toBe(404);
  });

  it('asvs 13.3.4 expires by the clock of the database', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null, expiresAt: '2999-01-01T00:00:00Z' });
    expect(await metricsBy(bearer(key))).toBe(200);

    await server.sql(`update service_keys set expires_at = now() - interval '1 ms' where id = $1`, [id]);

    expect(await metricsBy(bearer(key))).toBe(401);
  });

  it('asvs 13.3.4 after a rotation the old secret opens for the overlap, and not a moment longer', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null });
    const rotate = (body: object) =>
      server.post(`/api/v1/admin/service-keys/${id}/rotate`, both(bearer(admin), json(body)));

    const fresh = (await rotate({ overlapSeconds: 60 })).json<Key>().key;
    expect([await metricsBy(bearer(key)), await metricsBy(bearer(fresh))]).toEqual([200, 200]);
    await server.sql(`update service_keys set previous_until = now() where id = $1`, [id]);
    expect([await metricsBy(bearer(key)), await metricsBy(bearer(fresh))]).toEqual([401, 200]);

    const last = (await rotate({})).json<Key>().key;
    expect([await metricsBy(bearer(fresh)), await metricsBy(bearer(last))]).toEqual([401, 200]);
  });

  it('remembers to the minute when it was used', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null });

    await metricsBy(bearer(key));

    await expect
      .poll(async () => (await server.get(`/api/v1/admin/service-keys/${id}`, bearer(admin))).json<Key>().lastUsedAt)
      .not.toBeNull();
  });

  it('sleeps while its application is disabled, and goes with it', async () => {
    const application = await anotherApplication();
    const { id, key } = await created({ scopes: ['users'], applicationId: application });
    const users = async () => (await server.get('/api/v1/admin/users', bearer(key))).statusCode;
    expect(await users()).toBe(200);

    await server.sql(`update applications set status = 'disabled' where id = $1`, [application]);
    expect(await users()).toBe(401);

    await server.sql('delete from applications where id = $1', [application]);
    expect(await server.sql('select from service_keys where id = $1', [id])).toEqual([]);
  });
});

describe('administration by a service key', () => {
  it('users by the scope users, in its application alone', async () => {
    const application = await anotherApplication();
    const { key } = await created({ scopes: ['users'], applicationId: application });
    const home = (await server.sql<{ id: string }>('select id from applications order by created_at limit 1'))[0]!.id;

    const made = await server.post(
      '/api/v1/admin/users',
      both(bearer(key), json({ username: 'by-a-key', password: 'correct horse battery staple' })),
    );
    const foreign = await server.get(`/api/v1/admin/users?applicationId=${home}`, bearer(key));

    expect([made.statusCode, made.json<{ applicationId: string }>().applicationId]).toEqual([201, application]);
    expect(foreign.statusCode).toBe(403);
  });

  it.each(['users', 'admin'])(
    'a key with the scope %s makes no administrator who reaches further than itself',
    async (scope) => {
      const application = await anotherApplication();
      const home = (await server.sql<{ id: string }>('select id from applications order by created_at limit 1'))[0]!.id;
      const wide = await server.serviceKey([scope]);
      const athome = (await created({ scopes: [scope], applicationId: home })).key;
      const bound = (await created({ scopes: [scope], applicationId: application })).key;
      const outcomes: Record<string, number[]> = {};

      for (const [name, key, id] of [
        ['wide', wide, home],
        ['athome', athome, home],
        ['bound', bound, application],
      ] as const) {
        const at = `?applicationId=${id}`;
        const user = { username: `${scope}-${name}`, password: 'correct horse battery staple' };
        const boss = { ...user, username: `${scope}-${name}-boss`, roles: ['admin'] };
        const plain = await server.post(
          `/api/v1/admin/users${at}`,
          both(bearer(key), json({ ...user, roles: ['editor'] })),
        );
        const made = await server.post(`/api/v1/admin/users${at}`, both(bearer(key), json(boss)));
        const path = `/api/v1/admin/users/${plain.json<{ id: string }>().id}${at}`;
        const raised = await server.patch(path, both(bearer(key), json({ roles: ['editor', 'admin'] })));
        outcomes[name] = [plain, made, raised].map(({ statusCode }) => statusCode);
      }

      const [refused, done] = [
        [201, 403, 403],
        [201, 201, 200],
      ];
      expect(outcomes).toEqual(
        scope === 'users'
          ? { wide: refused, athome: refused, bound: refused }
          : { wide: done, athome: refused, bound: done },
      );
    },
  );

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', origin: 'https://e.example' }],
    ['another site, in an older browser', { origin: 'https://e.example' }],
  ])('P12 a password that a browser keeps for Basic is of no use to a page of %s', async (_, headers) => {
    const { id } = await created({ scopes: ['metrics'], applicationId: null });
    const boss = await created({ scopes: ['admin'], applicationId: null });
    const { authorization } = basic(boss.id, boss.key).headers;
    const ask = (more: object) =>
      server.post(`/api/v1/admin/service-keys/${id}/rotate`, { headers: { authorization, ...more } });

    const forged = await ask(headers);

    expect([forged.statusCode, forged.json()]).toEqual([403, expect.objectContaining({ code: 'ORIGIN_REFUSED' })]);
    expect((await ask({})).statusCode).toBe(200);
  });

  it('a key with the scope admin makes no key that reaches further than itself', async () => {
    const application = await anotherApplication();
    const bound = (await created({ scopes: ['admin'], applicationId: application })).key;
    const wide = await created({ scopes: ['metrics'], applicationId: null });

    expect((await create({ name: 'x', scopes: ['users'], applicationId: null }, bound)).statusCode).toBe(403);
    const own = await create({ name: 'x', scopes: ['users'] }, bound);
    expect(own.json()).toMatchObject({ applicationId: application });
    expect((await server.delete(`/api/v1/admin/service-keys/${wide.id}`, bearer(bound))).statusCode).toBe(404);
    const listed = (await server.get('/api/v1/admin/service-keys', bearer(bound))).json<{
      serviceKeys: { applicationId: string }[];
    }>();
    expect(new Set(listed.serviceKeys.map(({ applicationId }) => applicationId))).toEqual(new Set([application]));
  });

  it('is renamed, opens more or less, and lives longer or shorter, from the next request on', async () => {
    const { id, key } = await created({ scopes: ['metrics'], applicationId: null });
    const change = (body: object) => server.patch(`/api/v1/admin/service-keys/${id}`, both(bearer(admin), json(body)));

    const changed = await change({ name: 'Scraper', scopes: ['users'], expiresAt: '2100-01-01T00:00:00Z' });

    expect(changed.json()).toMatchObject({
      id,
      name: 'Scraper',
      scopes: ['users'],
      expiresAt: '2100-01-01T00:00:00.000Z',
    });
    expect(changed.body).not.toContain('cfk_');
    expect(await metricsBy(bearer(key))).toBe(403);
    expect((await change({ scopes: ['metrics'], expiresAt: null })).json()).toMatchObject({ expiresAt: null });
    expect(await metricsBy(bearer(key))).toBe(200);
    expect((await change({})).json()).toMatchObject({ name: 'Scraper', scopes: ['metrics'] });
    for (const [body, field] of [
      [{ name: '' }, 'name'],
      [{ name: null }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
      [{ applicationId: null }, 'applicationId'],
    ] as const)
      expect((await change(body)).json()).toMatchObject({ status: 400, errors: [{ field }] });
    const nowhere = '/api/v1/admin/service-keys/00000000-0000-7000-8000-000000000000';
    expect((await server.patch(nowhere, both(bearer(admin), json({ name: 'x' })))).statusCode).toBe(404);
  });

  it('logs everyone of an application out, and the event names the key', async () => {
    const application = await anotherApplication();
    const { id, key } = await created({ scopes: ['admin'], applicationId: null });

    const answer = await server.post(
      `/api/v1/admin/applications/${application}/sessions/end`,
      both(bearer(key), json({ reason: 'maintenance' })),
    );

    expect(answer.statusCode).toBe(200);
    const events = await server.sql(
      'select ended_by_key_id as key, ended_by_user_id as user from application_events where application_id = $1',
      [application],
    );
    expect(events).toEqual([{ key: id, user: null }]);
  });

  it('asvs 13.2.2 each scope opens its own routes and no other', async () => {
    const routes: [string, string[]][] = [
      ['/api/v1/admin/users', ['users', 'admin']],
      ['/api/v1/admin/applications', ['admin']],
      ['/api/v1/admin/service-keys', ['admin']],
      ['/metrics', ['metrics', 'admin']],
    ];
    const scopes = ['introspect', 'revoke', 'events', 'users', 'sessions', 'admin', 'metrics'];

    for (const scope of scopes) {
      const key = await server.serviceKey([scope]);
      for (const [path, openedBy] of routes)
        expect([scope, path, (await server.get(path, bearer(key))).statusCode]).toEqual([
          scope,
          path,
          openedBy.includes(scope) ? 200 : 403,
        ]);
    }
  });
});

describe('bad input', () => {
  it.each([
    [{ name: '', scopes: ['events'] }, 'name'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['everything'] }, 'scopes'],
    [{ name: 'x', scopes: ['events', 'events'] }, 'scopes'],
    [{ name: 'x', scopes: 'events' }, 'scopes'],
    [{ name: 'x', scopes: ['events'], applicationId: 'mine' }, 'applicationId'],
    [{ name: 'x', scopes: ['events'], expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: 'x', scopes: ['events'], expiresAt: '2999-01-01T00:00:00' }, 'expiresAt'],
    [{ name: 'x', scopes: ['events'], expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'x', scopes: ['events'], secret: 'mine' }, 'secret'],
  ])('400 for %j, naming the field', async (body, field) => {
    const before = await server.sql('select count(*) from service_keys');

    const answer = await create(body);

    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { field: string }[] }>().errors[0]!.field).toBe(field);
    expect(await server.sql('select count(*) from service_keys')).toEqual(before);
  });

  it('404 for an application that is not there', async () => {
    const answer = await create({
      name: 'x',
      scopes: ['events'],
      applicationId: '00000000-0000-7000-8000-000000000000',
    });

    expect(answer.statusCode).toBe(404);
  });

  it.each([-1, 604_801, 1.5, '60'])('400 for an overlap of %j', async (overlapSeconds) => {
    const { id } = await created({ scopes: ['events'] });

    const answer = await server.post(
      `/api/v1/admin/service-keys/${id}/rotate`,
      both(bearer(admin), json({ overlapSeconds })),
    );

    expect(answer.statusCode).toBe(400);
  });
});
