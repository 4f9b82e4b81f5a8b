import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, keep, PASSWORD, TestServer, type Answer } from '../server.js';

const PATH = '/api/v1/admin/applications';
const ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
});
afterAll(() => server.stop());

const create = (body: object, token = admin): Promise<Answer> => server.post(PATH, both(bearer(token), json(body)));
const change = (id: string, body: object): Promise<Answer> =>
  server.patch(`${PATH}/${id}`, both(bearer(admin), json(body)));
const idOf = (answer: Answer): string => answer.json<{ id: string }>().id;
const userIn = (applicationId: string, username: string, fields: object = {}): Promise<Answer> =>
  server.post(
    `/api/v1/admin/users?applicationId=${applicationId}`,
    both(bearer(admin), json({ username, password: PASSWORD, ...fields })),
  );
const logIn = (applicationId: string, login: string): Promise<Answer> =>
  server.post('/api/v1/auth/login', json({ login, password: PASSWORD, applicationId }));

describe('making an application', () => {
  it('201 with a name alone: the id and one client key are the server’s', async () => {
    const answer = await create({ name: 'Shop' });

    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      name: 'Shop',
      status: 'active',
      keys: [
        {
          id: expect.stringMatching(/^[\da-f]{16}$/) as string,
          kind: 'client',
          key: expect.stringMatching(/^[\da-f]{32}$/) as string,
          createdAt: expect.any(String) as string,
        },
      ],
      hosts: [],
      allowedOrigins: [],
      requiresOrigin: false,
      logoutTargets: [],
      landingPage: null,
      isRegistrationOpen: false,
      isGuestAllowed: false,
      hasDynamicProperties: true,
      propertyNames: [],
      requiredProperties: [],
      sessionLifetime: null,
      sessionIdle: null,
      parallelSessions: null,
      failureLock: null,
      endpoints: [],
      wires: {},
      createdAt: expect.any(String) as string,
      updatedAt: expect.any(String) as string,
    });
  });

  it('201 with id and keys brought along, compared without regard to case; secrets are shown once', async () => {
    const secret = 'A0A0A0A0-1F0E-4D5C-8B25-0A5B1C2D3E4F';
    keep(secret);
    const settings = {
      hosts: ['moved.example.test'],
      allowedOrigins: ['https://app.example.test', 'capacitor://localhost'],
      logoutTargets: ['https://www.example.test/bye', '*'],
      landingPage: 'https://www.example.test/',
      requiredProperties: ['phone'],
      sessionLifetime: 7_200,
      sessionIdle: 600,
      parallelSessions: { policy: 'refuse', limit: 3 },
      failureLock: { after: 5, seconds: 60 },
      endpoints: [{ name: 'examples/auth', kind: 'authentication' }],
      wires: { elvis: { sendServiceErrorAsJson: false } },
    };

    const made = await create({
      id: ID.toUpperCase(),
      name: 'Moved',
      keys: [
        { kind: 'rest', key: '6FF4C1A8-1F0E-4D5C-8B25-0A5B1C2D3E4F' },
        { kind: 'server', key: secret },
      ],
      ...settings,
    });
    const read = await server.get(`${PATH}/${ID}`, bearer(admin));

    expect(made.json()).toMatchObject({ id: ID, ...settings });
    const keysOf = (answer: Answer) => answer.json<{ keys: { key: string | null }[] }>().keys.map(({ key }) => key);
    expect(new Set(keysOf(made))).toEqual(new Set(['6ff4c1a8-1f0e-4d5c-8b25-0a5b1c2d3e4f', secret]));
    expect(new Set(keysOf(read))).toEqual(new Set(['6ff4c1a8-1f0e-4d5c-8b25-0a5b1c2d3e4f', null]));
    expect(await server.sql('select from application_keys where key ilike $1', [`%${secret}%`])).toEqual([]);
  });

  it.each([
    ['id', { id: ID }],
    ['key', { keys: [{ kind: 'rested', key: '6ff4c1a8-1f0e-4d5c-8b25-0a5b1c2d3e4f' }] }],
    ['host', { hosts: ['moved.example.test'] }],
  ])('409 for the %s of another, and nothing is made', async (_, taken) => {
    const answer = await create({ name: 'Twin', ...taken });

    expect(answer.json()).toMatchObject({ status: 409, code: 'APPLICATION_CONFLICT' });
    expect(await server.sql(`select from applications where name = 'Twin'`)).toEqual([]);
  });

  it('409 for a secret that is a public key as well, in either order', async () => {
    const key = 'the-same-text-twice';
    const twins = await create({
      name: 'Twins',
      keys: [
        { kind: 'rest', key },
        { kind: 'server', key },
      ],
    });
    const made = await create({ name: 'One', keys: [{ kind: 'rested_master', key }] });
    const added = await server.post(`${PATH}/${idOf(made)}/keys`, { ...bearer(admin), ...json({ kind: 'js', key }) });

    expect([twins, made, added].map(({ statusCode }) => statusCode)).toEqual([409, 201, 409]);
  });

  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['id', { name: 'x', id: 'x' }],
    ['hosts', { name: 'x', hosts: ['https://x.example'] }],
    ['allowedOrigins', { name: 'x', allowedOrigins: ['https://x.example/'] }],
    ['allowedOrigins', { name: 'x', allowedOrigins: ['https://X.example'] }],
    ['allowedOrigins', { name: 'x', allowedOrigins: ['*'] }],
    ['logoutTargets', { name: 'x', logoutTargets: ['javascript:alert(1)'] }],
    ['logoutTargets', { name: 'x', logoutTargets: ['https://us@evil.example'] }],
    ['landingPage', { name: 'x', landingPage: '//evil.example' }],
    ['sessionIdle', { name: 'x', sessionIdle: 5 }],
    ['parallelSessions.limit', { name: 'x', parallelSessions: { policy: 'refuse' } }],
    ['parallelSessions.limit', { name: 'x', parallelSessions: { policy: 'first_wins', limit: 3 } }],
    ['parallelSessions.limit', { name: 'x', parallelSessions: { policy: 'refuse', limit: 0 } }],
    ['parallelSessions.policy', { name: 'x', parallelSessions: { policy: 'some' } }],
    ['failureLock.seconds', { name: 'x', failureLock: { after: 3 } }],
    ['endpoints.0.name', { name: 'x', endpoints: [{ name: 'Auth!', kind: 'records' }] }],
    ['endpoints', { name: 'x', endpoints: [1, 2].map(() => ({ name: 'auth/one', kind: 'records' })) }],
    ['endpoints', { name: 'x', endpoints: [[]] }],
    ['keys', { name: 'x', keys: [[]] }],
    ['wires', { name: 'x', wires: [] }],
    ['parallelSessions', { name: 'x', parallelSessions: [] }],
    ['failureLock', { name: 'x', failureLock: [] }],
    ['keys.0.kind', { name: 'x', keys: [{ kind: 'other' }] }],
    ['keys.0.key', { name: 'x', keys: [{ kind: 'js', key: 'short' }] }],
    ['wires.elvis.isGetLoginOpen', { name: 'x', wires: { elvis: { isGetLoginOpen: 'yes' } } }],
    ['wires.other', { name: 'x', wires: { other: {} } }],
    ['colour', { name: 'x', colour: 'red' }],
  ])('400 that names %s', async (field, body) => {
    const answer = await create(body);

    expect(answer.json()).toMatchObject({ status: 400, errors: [{ field }] });
  });
});

describe('changing an application', () => {
  it.each([
    [{ parallelSessions: { policy: 'unlimited' } }],
    [{ parallelSessions: { policy: 'newest_wins' } }],
    [{ parallelSessions: { policy: 'first_wins' } }],
    [{ parallelSessions: { policy: 'end_oldest', limit: 4 } }],
    [{ parallelSessions: null }],
    [{ failureLock: { after: 2, seconds: 30 } }],
    [{ failureLock: null }],
    [{ endpoints: [{ name: 'notes/own', kind: 'records', isSecure: true, isReadableByOthers: true }] }],
    [{ endpoints: [] }],
    [{ landingPage: null, sessionIdle: null }],
    [{ name: 'Renamed', isGuestAllowed: true, requiresOrigin: true, hasDynamicProperties: false }],
  ])('%o is answered as it was given, and the rest stays', async (changes) => {
    const before = (await server.get(`${PATH}/${ID}`, bearer(admin))).json<object>();

    const answer = await change(ID, changes);

    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { ...before, ...changes, updatedAt: expect.any(String) as string },
    ]);
  });

  it('404 for one that is not there', async () => {
    expect((await change('00000000-0000-7000-8000-000000000000', { name: 'x' })).statusCode).toBe(404);
  });

  it('403 for disabling the application that one is an administrator of', async () => {
    const [home] = await server.sql<{ id: string }>('select id from applications order by created_at limit 1');

    expect((await change(home!.id, { status: 'disabled' })).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('acts on the next request: a disabled application lets nobody in, and its sessions are dead', async () => {
    const id = idOf(await create({ name: 'Brief' }));
    await userIn(id, 'brief@example.test');
    const { token } = (await logIn(id, 'brief@example.test')).json<{ token: string }>();

    const before = await server.statusOfSession(token);
    await change(id, { status: 'disabled' });

    expect([before, await server.statusOfSession(token)]).toEqual([200, 401]);
    expect((await logIn(id, 'brief@example.test')).json()).toMatchObject({ code: 'APPLICATION_UNKNOWN' });
  });

  it('lets a key be added and removed', async () => {
    const added = await server.post(`${PATH}/${ID}/keys`, both(bearer(admin), json({ kind: 'js' })));
    const keyId = added.json<{ id: string; key: string }>().id;
    const removed = await server.delete(`${PATH}/${ID}/keys/${keyId}`, bearer(admin));
    const again = await server.delete(`${PATH}/${ID}/keys/${keyId}`, bearer(admin));

    expect([added.statusCode, removed.statusCode, again.statusCode]).toEqual([201, 204, 404]);
  });

  it('pages through the list, newest first', async () => {
    const first = await server.get(`${PATH}?limit=1`, bearer(admin));
    const { applications, next } = first.json<{ applications: { id: string }[]; next: string }>();
    const second = await server.get(`${PATH}?limit=200&after=${next}`, bearer(admin));

    expect(applications).toHaveLength(1);
    expect(second.json<{ applications: { id: string }[] }>().applications.map(({ id }) => id)).not.toContain(
      applications[0]!.id,
    );
  });
});

describe('the failure lock', () => {
  it('locks a name after so many failures in a row even for the right password, until the time is over', async () => {
    const id = idOf(await create({ name: 'Locking', failureLock: { after: 2, seconds: 600 } }));
    await userIn(id, 'locked@example.test');
    const fail = () =>
      server.post(
        '/api/v1/auth/login',
        json({ login: 'locked@example.test', password: 'wrong one', applicationId: id }),
      );

    const reset = [await fail(), await logIn(id, 'locked@example.test')].map(({ statusCode }) => statusCode);
    const failures = [await fail(), await fail()].map(({ statusCode }) => statusCode);
    const locked = await logIn(id, 'locked@example.test');
    await server.sql('update login_attempts set until = now()');

    expect([reset, failures]).toEqual([
      [401, 200],
      [401, 401],
    ]);
    expect(locked.json()).toMatchObject({ status: 403, code: 'LOGIN_LOCKED' });
    expect((await logIn(id, 'locked@example.test')).statusCode).toBe(200);
  });
});

it('all names of a user share one lock', async () => {
  const id = idOf(await create({ name: 'Aliases', failureLock: { after: 2, seconds: 600 } }));
  await userIn(id, 'carol', { email: 'carol@example.test' });
  const fail = (login: string) =>
    server.post('/api/v1/auth/login', json({ login, password: 'wrong one', applicationId: id }));

  const statuses = [await fail('carol'), await fail('carol@example.test'), await fail('carol')];

  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([401, 401, 403]);
});

describe('administrators of another application', () => {
  it('look after their own users alone, and after no application', async () => {
    const [id, other] = [idOf(await create({ name: 'Theirs' })), idOf(await create({ name: 'Not theirs' }))];
    await userIn(id, 'boss@example.test', { roles: ['admin'] });
    const stranger = idOf(await userIn(other, 'stranger@example.test'));
    const own = idOf(await userIn(id, 'own@example.test'));
    const { token } = (await logIn(id, 'boss@example.test')).json<{ token: string }>();

    const answers = await Promise.all([
      server.get(`/api/v1/admin/users/${own}`, bearer(token)),
      server.get(`/api/v1/admin/users/${stranger}`, bearer(token)),
      server.get(`/api/v1/admin/users/${stranger}?applicationId=${other}`, bearer(token)),
      server.delete(`/api/v1/admin/users/${stranger}?applicationId=${other}`, bearer(token)),
      server.get(PATH, bearer(token)),
      server.get(`${PATH}/${id}`, bearer(token)),
      server.patch(`${PATH}/${id}`, both(bearer(token), json({ name: 'Mine' }))),
      create({ name: 'More' }, token),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 403, 403, 403, 403, 403, 403]);
  });

  it('404 for users of an application that is not there', async () => {
    const nowhere = '00000000-0000-7000-8000-000000000000';

    const answers = await Promise.all([
      userIn(nowhere, 'nobody@example.test'),
      server.get(`/api/v1/admin/users?applicationId=${nowhere}`, bearer(admin)),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
  });

  it('201 for a user with an id brought along; 409 for the same id again', async () => {
    const id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11';

    const [first, second] = [
      await userIn(ID, 'imported@example.test', { id: id.toUpperCase(), email: 'imported@mail.example.test' }),
      await userIn(ID, 'imported-too@example.test', { id }),
    ];

    expect(first.json()).toMatchObject({ id, email: 'imported@mail.example.test' });
    expect(second.json()).toMatchObject({ status: 409, code: 'IDENTITY_TAKEN' });
    await change(ID, { status: 'active' });
    expect((await logIn(ID, 'imported@mail.example.test')).statusCode).toBe(200);
  });
});
