import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer, type LoggedIn } from '../server.js';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());

const USERS = '/api/v1/admin/users';

describe('POST /admin/users', () => {
  it('201, and the user can log in at once', async () => {
    const answer = await server.post(
      USERS,
      both(admin, json({ username: 'new@example.test', password: PASSWORD, displayName: 'New', roles: ['editor'] })),
    );

    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      username: 'new@example.test',
      displayName: 'New',
      status: 'active',
      roles: ['editor'],
    });
    expect((await server.logIn('new@example.test')).token).toMatch(/^cfs_/);
  });

  it('409 for a name that is taken in other case or another spelling of the same letters', async () => {
    await server.signUp('caf\u00E9@example.test');

    const answer = await server.post(
      USERS,
      both(admin, json({ username: 'CAFE\u0301@example.test', password: PASSWORD })),
    );

    expect(answer.json()).toMatchObject({ status: 409, code: 'IDENTITY_TAKEN' });
  });

  it.each([
    ['a password that is null', { username: 'x@example.test', password: null }, 'password'],
    ['a weak one', { username: 'x@example.test', password: 'iloveyou' }, 'password'],
    ['roles that are no list', { username: 'x@example.test', password: PASSWORD, roles: 'admin' }, 'roles'],
    ['a role with a comma', { username: 'x@example.test', password: PASSWORD, roles: ['a,b'] }, 'roles'],
    ['an unknown field', { username: 'x@example.test', password: PASSWORD, status: 'active' }, 'status'],
  ])('asvs 2.2.2 400 for %s, naming the field', async (_, body, field) => {
    expect((await server.post(USERS, both(admin, json(body)))).json()).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ field }],
    });
  });
});

describe('GET /admin/users', () => {
  it('200 with one user by sign-in name', async () => {
    const id = await server.signUp('find@example.test');

    expect((await server.get(`${USERS}?login=FIND@example.test`, admin)).json()).toMatchObject({
      users: [{ id }],
      next: null,
    });
    expect((await server.get(`${USERS}/${id}`, admin)).json()).toMatchObject({ id, username: 'find@example.test' });
  });

  it('200 with all that is known of the user, whichever way they are found', async () => {
    const made = {
      username: 'whole@example.test',
      password: PASSWORD,
      displayName: 'Whole',
      roles: ['editor', 'auditor'],
    };
    const { id } = (await server.post(USERS, both(admin, json(made)))).json<{ id: string }>();

    const byName = (await server.get(`${USERS}?login=whole@example.test`, admin)).json<{ users: object[] }>();
    const byId = (await server.get(`${USERS}/${id}`, admin)).json<object>();

    expect(byId).toMatchObject({ id, displayName: 'Whole', roles: ['editor', 'auditor'], status: 'active' });
    expect(byName.users).toEqual([byId]);
  });

  it('goes on where the page before ended', async () => {
    const id = await server.signUp('page@example.test');

    const first = (await server.get(`${USERS}?limit=1`, admin)).json<{ users: { id: string }[]; next: string }>();
    const second = (await server.get(`${USERS}?limit=1&after=${first.next}`, admin)).json<{
      users: { id: string }[];
    }>();

    expect(first.users).toMatchObject([{ id }]);
    expect(second.users[0]!.id).not.toBe(id);
  });

  it('404 for a user who is not there', async () => {
    expect((await server.get(`${USERS}/00000000-0000-7000-8000-000000000000`, admin)).json()).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });
});

describe('PATCH /admin/users/{id}', () => {
  it(
    'asvs 7.4.2 disabling kills fifty live tokens with the next request of each, and no login succeeds',
    { timeout: 60_000 },
    async () => {
      const userId = await server.signUp('disabled@example.test');
      // Logins of one name from one address take turns, and whoever waits for five seconds is refused.
      const logins: LoggedIn[] = [];
      while (logins.length < 50)
        logins.push(await server.logInAs({ login: 'disabled@example.test', password: PASSWORD }));

      const answer = await server.patch(`${USERS}/${userId}`, both(admin, json({ status: 'disabled' })));

      expect(answer.json()).toMatchObject({ status: 'disabled' });
      expect(await Promise.all(logins.map(({ token }) => server.statusOfSession(token)))).toEqual(
        logins.map(() => 401),
      );
      expect(new Set(await server.causes(userId))).toEqual(new Set(['user_disabled']));
      await expect(server.logInAs({ login: 'disabled@example.test', password: PASSWORD })).rejects.toThrow(
        'CREDENTIALS_REJECTED',
      );
    },
  );

  it('asvs 8.3.2 a role given or taken counts with the next request', async () => {
    const { token, userId } = await server.logIn('promoted@example.test');

    const statuses = [];
    for (const roles of [['admin'], []]) {
      await server.patch(`${USERS}/${userId}`, both(admin, json({ roles })));
      statuses.push((await server.get(USERS, bearer(token))).statusCode);
    }

    expect(statuses).toEqual([200, 403]);
  });
});

describe('DELETE /admin/users/{id}', () => {
  it('asvs 7.4.2 204, the sessions are dead, their events stay, and the name is free', async () => {
    const { token, userId } = await server.logIn('deleted@example.test');

    expect((await server.delete(`${USERS}/${userId}`, admin)).statusCode).toBe(204);

    expect(await server.statusOfSession(token)).toBe(401);
    expect(await server.causes(userId)).toEqual(['user_deleted']);
    expect(await server.signUp('deleted@example.test')).not.toBe(userId);
  });

  it('404 a second time', async () => {
    const userId = await server.signUp('gone@example.test');
    await server.delete(`${USERS}/${userId}`, admin);

    expect((await server.delete(`${USERS}/${userId}`, admin)).statusCode).toBe(404);
  });
});

it('403 for administrators who would shut themselves out, and nothing changes', async () => {
  const { token, userId } = await server.logInAdmin();

  const answers = await Promise.all([
    server.patch(`${USERS}/${userId}`, both(bearer(token), json({ status: 'disabled' }))),
    server.patch(`${USERS}/${userId}`, both(bearer(token), json({ roles: [] }))),
    server.delete(`${USERS}/${userId}`, bearer(token)),
    server.delete(`${USERS}/${userId.toUpperCase()}`, bearer(token)),
  ]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403]);
  expect((await server.get(`${USERS}/${userId}`, bearer(token))).json()).toMatchObject({
    status: 'active',
    roles: ['admin'],
  });
});

it('P7 a user disabled by hand loses all sessions for good: letting them in again revives none', async () => {
  const { token, userId } = await server.logIn('byhand@example.test');

  await server.sql(`update users set status = 'disabled' where id = $1`, [userId]);
  await server.sql(`update users set status = 'active' where id = $1`, [userId]);

  expect(await server.statusOfSession(token)).toBe(401);
  expect(await server.causes(userId)).toEqual(['user_disabled']);
});

it('400 gives the first reason that a person would mend', async () => {
  const answer = await server.post(
    USERS,
    both(admin, json({ username: 7, password: 7, displayName: [], roles: null })),
  );

  expect(answer.json<{ errors: object[] }>().errors).toEqual([
    { field: 'username', message: 'must be a string' },
    { field: 'password', message: 'must be a string' },
    { field: 'displayName', message: 'must be a string' },
    { field: 'roles', message: expect.stringContaining('array') as string },
  ]);
});
