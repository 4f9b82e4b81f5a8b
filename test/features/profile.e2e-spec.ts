import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, both, json, TestServer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const PROFILE = '/api/v1/profile';

it('asvs 15.3.1 200 with the caller’s own profile, and no hash in it', async () => {
  const alice = await server.logIn('Alice@Example.Test');

  const answer = await server.get(PROFILE, bearer(alice.token));

  expect(answer.json()).toEqual({
    id: alice.userId,
    username: 'Alice@Example.Test',
    displayName: null,
    roles: [],
    createdAt: expect.any(String) as string,
    updatedAt: expect.any(String) as string,
  });
});

it('200 after a change, which keeps what was left out', async () => {
  const { token } = await server.logIn('bob@example.test');

  await server.patch(PROFILE, both(bearer(token), json({ displayName: 'Bob' })));
  await server.patch(PROFILE, both(bearer(token), json({})));

  expect((await server.get(PROFILE, bearer(token))).json()).toMatchObject({ displayName: 'Bob' });
});

it.each([
  ['a role', { roles: ['admin'] }, 'roles'],
  ['an id', { id: 'x' }, 'id'],
  ['control characters', { displayName: 'B\u001Bob' }, 'displayName'],
  ['reversed text', { displayName: 'B\u202Eob' }, 'displayName'],
])('bad B8 asvs 15.3.3 400 for %s, and nothing changes', async (_, body, field) => {
  const { token } = await server.logIn('carol@example.test');

  const answer = await server.patch(PROFILE, both(bearer(token), json(body)));

  expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field }] });
  expect((await server.get(PROFILE, bearer(token))).json()).toMatchObject({ displayName: null, roles: [] });
});
