import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearer, both, TestServer, type Answer, type LoggedIn } from '../server.js';
import { JWTS, type About } from './jwts.js';

let server: TestServer;
let alice: LoggedIn;
let key: string;
let about: About;
beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const file = join(await mkdtemp(join(tmpdir(), 'curfew-jwts-')), 'key.pem');
  await writeFile(file, pem);
  server = await TestServer.start({ SIGNING_KEY_FILE: file });
  alice = await server.logIn('alice@example.test');
  key = await server.serviceKey(['introspect', 'revoke']);
  const jwks = (await server.get('/.well-known/jwks.json')).json<{ keys: { kid: string }[] }>();
  about = {
    key: createPrivateKey(pem),
    kid: jwks.keys[0]!.kid,
    issuer: server.environment.BASE_URL,
    sub: alice.userId,
    sid: alice.sessionId,
  };
});
afterAll(() => server.stop());

const form = (name: string, value: string) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  payload: `${name}=${value}`,
});

/** Wherever a token is taken, and where senders of logout tokens would knock. */
function places(jwt: string): Promise<Answer>[] {
  const cookies = ['__Host-curfew', 'session-key', 'authToken'].map((name) => `${name}=${jwt}`).join('; ');
  return [
    server.get('/api/v1/auth/session', bearer(jwt)),
    server.get('/api/v1/forward-auth', bearer(jwt)),
    server.get('/v1/me', { headers: { cookie: cookies } }),
    server.get('/api/users/isvalidusertoken/x', { headers: { 'user-token': jwt } }),
    server.post('/oauth2/introspect', form('token', jwt)),
    server.post('/api/v1/auth/logout', form('logout_token', jwt)),
    server.post('/services/logout', both(form('logout_token', jwt), bearer(jwt))),
    server.get(`/logout?id_token_hint=${jwt.slice(0, 8_000)}`),
  ];
}

it.each(JWTS)('$title: no JWT is taken in: it opens nothing, is inactive, and ends nothing', async ({ make }) => {
  const jwt = await make(about);

  const answers = await Promise.all(places(jwt));
  const introspected = await server.post('/oauth2/introspect', both(bearer(key), form('token', jwt)));
  const revoked = await server.post('/oauth2/revoke', both(bearer(key), form('token', jwt)));

  expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
  expect(answers.slice(0, 3).map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
  const expected = jwt.length > 16_384 ? 413 : 200;
  expect([introspected.statusCode, revoked.statusCode]).toEqual([expected, expected]);
  expect(introspected.body).not.toContain('"active":true');
  expect(await server.statusOfSession(alice.token)).toBe(200);
});

it('bad J5 the signed answer of an introspection is no token, though the server signed it', async () => {
  const { body } = await server.post(
    '/oauth2/introspect',
    both(bearer(key), form('token', alice.token), { headers: { accept: 'application/token-introspection+jwt' } }),
  );

  const answers = [
    await server.get('/api/v1/auth/session', bearer(body)),
    await server.post('/oauth2/introspect', both(bearer(key), form('token', body))),
    await server.post('/oauth2/introspect', both(bearer(body), form('token', alice.token))),
  ];

  expect(body.split('.')).toHaveLength(3);
  expect(answers.map((answer) => [answer.statusCode, answer.body.includes('"active":true')])).toEqual([
    [401, false],
    [200, false],
    [401, false],
  ]);
});
