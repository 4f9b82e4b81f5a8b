import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/service-key/scope.js';
import { bearer, both, json, TestServer } from '../server.js';

/** Each route of administration: the scope that opens it to keys, and the roles beside `admin` that open it to people. */
const DOORS: Record<string, [scope: string, ...furtherRoles: string[]]> = {
  'GET /api/v1/admin/applications': ['admin', 'auditor'],
  'POST /api/v1/admin/applications': ['admin'],
  'GET /api/v1/admin/applications/{id}': ['admin', 'auditor'],
  'PATCH /api/v1/admin/applications/{id}': ['admin'],
  'POST /api/v1/admin/applications/{id}/keys': ['admin'],
  'DELETE /api/v1/admin/applications/{id}/keys/{keyId}': ['admin'],
  'POST /api/v1/admin/applications/{id}/sessions/end': ['admin'],
  'DELETE /api/v1/admin/applications/{id}': ['admin'],
  'POST /api/v1/admin/applications/{id}/deletion': ['admin'],
  'GET /api/v1/admin/jobs': ['sessions', 'auditor'],
  'GET /api/v1/admin/jobs/{id}': ['sessions', 'auditor'],
  'POST /api/v1/admin/jobs/{id}/stop': ['sessions'],
  'GET /api/v1/admin/sessions': ['sessions', 'auditor'],
  'POST /api/v1/admin/sessions/end': ['sessions'],
  'POST /api/v1/admin/sessions/end-all': ['sessions'],
  'GET /api/v1/admin/users/{id}/sessions': ['sessions', 'auditor', 'support'],
  'GET /api/v1/admin/users/{id}/sessions/{sessionId}': ['sessions', 'auditor', 'support'],
  'DELETE /api/v1/admin/users/{id}/sessions': ['sessions', 'support'],
  'DELETE /api/v1/admin/users/{id}/sessions/{sessionId}': ['sessions', 'support'],
  'POST /api/v1/admin/applications/{id}/policy/preview': ['admin', 'auditor'],
  'GET /api/v1/admin/statistics': ['audit', 'auditor'],
  'GET /api/v1/admin/audit': ['audit', 'auditor'],
  'GET /api/v1/admin/audit/head': ['audit', 'auditor'],
  'POST /api/v1/admin/users/{id}/links': ['users'],
  'POST /api/v1/admin/users/import': ['users'],
  'GET /api/v1/admin/history': ['sessions', 'auditor'],
  'GET /api/v1/admin/service-keys': ['admin', 'auditor'],
  'POST /api/v1/admin/service-keys': ['admin'],
  'GET /api/v1/admin/service-keys/{id}': ['admin', 'auditor'],
  'PATCH /api/v1/admin/service-keys/{id}': ['admin'],
  'DELETE /api/v1/admin/service-keys/{id}': ['admin'],
  'POST /api/v1/admin/service-keys/{id}/rotate': ['admin'],
  'GET /api/v1/admin/users': ['users', 'auditor', 'support'],
  'POST /api/v1/admin/users': ['users'],
  'GET /api/v1/admin/users/{id}': ['users', 'auditor', 'support'],
  'PATCH /api/v1/admin/users/{id}': ['users'],
  'DELETE /api/v1/admin/users/{id}': ['users'],
  'GET /api/v1/admin/webhooks': ['admin', 'auditor'],
  'POST /api/v1/admin/webhooks': ['admin'],
  'GET /api/v1/admin/webhooks/{id}': ['admin', 'auditor'],
  'PATCH /api/v1/admin/webhooks/{id}': ['admin'],
  'DELETE /api/v1/admin/webhooks/{id}': ['admin'],
  'GET /api/v1/admin/webhooks/{id}/deliveries': ['admin', 'auditor'],
  'POST /api/v1/admin/webhooks/{id}/deliveries/replay': ['admin'],
  'POST /api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay': ['admin'],
  'POST /api/v1/admin/webhooks/{id}/secret': ['admin'],
  'POST /api/v1/admin/webhooks/{id}/test': ['admin'],
};

/** Who comes, with which roles. */
const PEOPLE: Record<string, string[]> = {
  'nobody@example.test': [],
  'editor@example.test': ['editor'],
  'support@example.test': ['support'],
  'auditor@example.test': ['auditor'],
  'both@example.test': ['support', 'auditor'],
  'boss@example.test': ['editor', 'admin'],
};

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
});
afterAll(() => server.stop());

const routesOfAdministration = () => server.routes().filter((route) => route.includes(' /api/v1/admin/'));

/** Whether the door opens; what lies behind it finds nothing of this id, and nothing in the body. */
async function opens(route: string, token: string): Promise<boolean> {
  const [method, path] = route.split(' ') as ['GET', string];
  const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
  const answer = await server.request({ method, url, ...bearer(token) });
  expect(answer.statusCode).not.toBe(401);
  if (answer.statusCode !== 403) return true;
  expect(['FORBIDDEN', 'SCOPE_MISSING']).toContain(answer.json<{ code: string }>().code);
  return false;
}

async function opened(token: string): Promise<string[]> {
  const routes = routesOfAdministration();
  const answers: string[] = [];
  // In the order of the routes, one after the other: nothing here is about races.
  for (const route of routes) if (await opens(route, token)) answers.push(route);
  return answers.toSorted();
}

function doorsWhere(isOpen: (scope: string, roles: string[]) => boolean): string[] {
  return Object.entries(DOORS)
    .filter(([, [scope, ...roles]]) => isOpen(scope, roles))
    .map(([route]) => route)
    .toSorted();
}

describe('the doors of administration', () => {
  it('all stand in this table', () => {
    expect(routesOfAdministration().toSorted()).toEqual(Object.keys(DOORS).toSorted());
  });

  it('no role but admin opens what changes something, but for ending sessions of users', () => {
    const changing = Object.entries(DOORS).filter(([route]) => !route.startsWith('GET '));

    const open = changing.filter(([, [, ...roles]]) => roles.length > 0).map(([route]) => route);

    expect(open.filter((route) => !OPEN_TO_MORE.has(route))).toEqual([]);
    const asAgreed = open.map((route) => [route, DOORS[route]!.slice(1)]);
    expect(asAgreed).toEqual(open.map((route) => [route, OPEN_TO_MORE.get(route)]));
  });

  it('every question is open to auditors, and to support where it is about users', () => {
    const asking = Object.entries(DOORS).filter(([route]) => route.startsWith('GET '));

    expect(asking.filter(([, [, ...roles]]) => !roles.includes('auditor')).map(([route]) => route)).toEqual([]);
    const support = asking.filter(([, [, ...roles]]) => roles.includes('support')).map(([route]) => route);
    expect(
      support.filter((route) => !/ \/api\/v1\/admin\/users(\/\{id\}(\/sessions(\/\{sessionId\})?)?)?$/.test(route)),
    ).toEqual([]);
  });

  it.each(Object.entries(PEOPLE))('%s comes in where the table says', async (login, roles) => {
    await server.signUp(login, { roles });
    const { token } = await server.logIn(login);

    const found = await opened(token);

    expect(found).toEqual(doorsWhere((_, further) => ['admin', ...further].some((role) => roles.includes(role))));
  });

  it.each(SCOPES)('asvs 13.2.2 a key with the scope %s comes in where the table says', async (scope) => {
    const key = await server.serviceKey([scope]);

    const found = await opened(key);

    expect(found).toEqual(doorsWhere((needed) => scope === 'admin' || scope === needed));
  });
});

/** What changes something, or asks by a body, and is open to more than administrators. */
const OPEN_TO_MORE = new Map([
  ['DELETE /api/v1/admin/users/{id}/sessions', ['support']],
  ['DELETE /api/v1/admin/users/{id}/sessions/{sessionId}', ['support']],
  ['POST /api/v1/admin/applications/{id}/policy/preview', ['auditor']],
]);

describe('who gives a role', () => {
  const make = (token: string, body: object) =>
    server.post(
      '/api/v1/admin/users',
      both(bearer(token), json({ password: 'correct horse battery staple', ...body })),
    );

  it.each(['admin', 'auditor', 'support'])('a key without the scope admin does not give %s', async (role) => {
    const key = await server.serviceKey(['users']);
    const id = await server.signUp(`plain-${role}@example.test`);

    const made = await make(key, { username: `new-${role}@example.test`, roles: ['editor', role] });
    const changed = await server.patch(`/api/v1/admin/users/${id}`, both(bearer(key), json({ roles: [role] })));

    for (const answer of [made, changed])
      expect(answer.json()).toMatchObject({
        status: 403,
        code: 'SCOPE_MISSING',
        detail: 'This needs a service key with the scope admin.',
      });
    expect((await make(key, { username: `other-${role}@example.test`, roles: ['editor'] })).statusCode).toBe(201);
  });

  it('a key with the scope admin gives each; bound to the first application, none', async () => {
    const [home] = await server.sql<{ id: string }>('select id from applications order by created_at limit 1');
    const free = await server.serviceKey(['admin']);
    const bound = await server.serviceKey(['admin'], home!.id);

    const given = await make(free, { username: 'given@example.test', roles: ['auditor', 'support', 'admin'] });
    const refused = await make(bound, { username: 'refused@example.test', roles: ['auditor'] });

    expect(given.statusCode).toBe(201);
    expect(refused.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('a key that expires gives none, lets none in again, hands out no link of one, and adds no key that opens doors', async () => {
    const expiresAt = '2100-01-01T00:00:00.000Z';
    const wanted = { name: 'Expiring', scopes: ['admin'], applicationId: null, expiresAt };
    const { key } = (await server.post('/api/v1/admin/service-keys', both(bearer(admin), json(wanted)))).json<{
      key: string;
    }>();
    const [home] = await server.sql<{ id: string }>('select id from applications order by created_at limit 1');
    const plain = await server.signUp('stays-plain@example.test');
    const auditor = await server.signUp('stays-out@example.test', { roles: ['auditor'] });
    const change = (id: string, body: object) =>
      server.patch(`/api/v1/admin/users/${id}`, both(bearer(key), json(body)));
    const addKey = (kind: string) =>
      server.post(`/api/v1/admin/applications/${home!.id}/keys`, both(bearer(key), json({ kind })));
    expect((await change(auditor, { status: 'disabled' })).statusCode).toBe(200);

    const answers = await Promise.all([
      make(key, { username: 'outlives@example.test', roles: ['admin'] }),
      change(plain, { roles: ['support'] }),
      change(auditor, { status: 'active' }),
      server.post(`/api/v1/admin/users/${auditor}/links`, both(bearer(key), json({ kind: 'reset' }))),
      addKey('server'),
      addKey('rested_master'),
    ]);

    expect(answers.map((answer) => answer.json<object>())).toEqual(
      answers.map(
        () =>
          expect.objectContaining({
            status: 403,
            code: 'FORBIDDEN',
            detail: 'This service key expires, and what it would make does not.',
          }) as object,
      ),
    );
    expect((await make(key, { username: 'is-fine@example.test', roles: ['editor'] })).statusCode).toBe(201);
    expect((await change(plain, { status: 'disabled' })).statusCode).toBe(200);
    expect((await change(plain, { status: 'active' })).statusCode).toBe(200);
    expect((await addKey('client')).statusCode).toBe(201);
  });

  it('a role taken away is gone with the next request', async () => {
    const id = await server.signUp('former@example.test', { roles: ['auditor'] });
    const { token } = await server.logIn('former@example.test');
    expect((await server.get('/api/v1/admin/users', bearer(token))).statusCode).toBe(200);

    await server.patch(`/api/v1/admin/users/${id}`, both(bearer(admin), json({ roles: ['editor'] })));

    expect((await server.get('/api/v1/admin/users', bearer(token))).statusCode).toBe(403);
  });
});

describe('which key a key makes', () => {
  const SOON = '2100-01-01T00:00:00.000Z';
  const LATER = '2100-01-02T00:00:00.000Z';
  const create = (token: string, body: object) =>
    server.post(
      '/api/v1/admin/service-keys',
      both(bearer(token), json({ name: 'Made', applicationId: null, ...body })),
    );
  const made = async (body: object) => (await create(admin, body)).json<{ id: string; key: string }>();
  const rotate = (token: string, id: string) =>
    server.post(`/api/v1/admin/service-keys/${id}/rotate`, both(bearer(token), json({})));
  const change = (token: string, id: string, body: object) =>
    server.patch(`/api/v1/admin/service-keys/${id}`, both(bearer(token), json(body)));
  const OUTLIVES = { status: 403, code: 'FORBIDDEN', detail: 'A service key makes no key that outlives it.' };

  it('none that outlives it: not by making, changing or rotating one, and not itself', async () => {
    const mine = await made({ scopes: ['admin'], expiresAt: SOON });
    const other = await made({ scopes: ['admin'], expiresAt: LATER });
    const endless = await made({ scopes: ['users'] });

    const answers = await Promise.all([
      create(mine.key, { scopes: ['users'] }),
      create(mine.key, { scopes: ['users'], expiresAt: null }),
      create(mine.key, { scopes: ['users'], expiresAt: LATER }),
      rotate(mine.key, other.id),
      rotate(mine.key, endless.id),
      change(mine.key, mine.id, { expiresAt: null }),
      change(mine.key, mine.id, { expiresAt: LATER }),
      change(mine.key, endless.id, { scopes: ['admin'] }),
    ]);

    expect(answers.map((answer) => answer.json<object>())).toEqual(
      answers.map(() => expect.objectContaining(OUTLIVES) as object),
    );
    expect((await create(mine.key, { scopes: ['users'], expiresAt: SOON })).statusCode).toBe(201);
    expect((await rotate(mine.key, mine.id)).statusCode).toBe(200);
  });

  it('none with a scope that it has not, nor a new secret of such a one', async () => {
    const mine = await made({ scopes: ['admin'] });
    const asking = await made({ scopes: ['introspect'] });

    const answers = await Promise.all([
      create(mine.key, { scopes: ['users', 'introspect'] }),
      rotate(mine.key, asking.id),
      change(mine.key, mine.id, { scopes: ['admin', 'introspect'] }),
    ]);

    for (const answer of answers)
      expect(answer.json()).toMatchObject({
        status: 403,
        code: 'SCOPE_MISSING',
        detail: 'This needs a service key with the scope introspect.',
      });
    const [all] = await Promise.all([
      create(mine.key, { scopes: ['admin', 'users', 'sessions', 'audit', 'metrics'] }),
      change(mine.key, mine.id, { name: 'Mine' }),
    ]);
    expect(all.statusCode).toBe(201);
    const wider = await made({ scopes: ['admin', 'introspect'] });
    expect((await create(wider.key, { scopes: ['introspect'] })).statusCode).toBe(201);
  });

  it('none of another application', async () => {
    const [home] = await server.sql<{ id: string }>('select id from applications order by created_at limit 1');
    const another = (
      await server.post('/api/v1/admin/applications', both(bearer(admin), json({ name: 'Another' })))
    ).json<{ id: string }>();
    const mine = await made({ scopes: ['admin'], applicationId: another.id });

    const answers = await Promise.all([
      create(mine.key, { scopes: ['users'], applicationId: home!.id }),
      create(mine.key, { scopes: ['users'], applicationId: null }),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
    expect((await create(mine.key, { scopes: ['users'], applicationId: another.id })).statusCode).toBe(201);
  });
});
