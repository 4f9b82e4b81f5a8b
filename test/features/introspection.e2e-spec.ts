import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import type { InjectOptions } from 'light-my-request';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksDuring } from '../check-lanes.js';
import { bearer, both, json, PASSWORD, TestServer, type LoggedIn } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS } from '../wires.js';

const NO_KEY = 'No live service key. An administrator makes one at /api/v1/admin/service-keys.';
const SIGNED = 'application/token-introspection+jwt';
let server: TestServer;
let key: string;
let alice: LoggedIn;
let application: string;
beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const file = join(await mkdtemp(join(tmpdir(), 'curfew-signing-')), 'key.pem');
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  server = await TestServer.start({ SIGNING_KEY_FILE: file });
  key = await server.serviceKey(['introspect', 'revoke']);
  alice = await server.logIn('alice@example.test');
  application = (await server.sql<{ id: string }>('select id from applications'))[0]!.id;
});
afterAll(() => server.stop());

const FORM = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
const form = (text: string): InjectOptions => both(FORM, { payload: text });
const basic = (text: string): InjectOptions => {
  const hex = Buffer.from(text.slice(4), 'base64url').toString('hex', 0, 16);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { headers: { authorization: `Basic ${Buffer.from(`${id}:${text}`).toString('base64')}` } };
};
const introspect = (text: string, ...options: InjectOptions[]) =>
  server.post('/oauth2/introspect', both(bearer(key), form(text), ...options));
const revoke = (text: string, ...options: InjectOptions[]) =>
  server.post('/oauth2/revoke', both(bearer(key), form(text), ...options));
const isActive = async (token: string) => (await introspect(`token=${token}`)).json<{ active: boolean }>().active;
const anotherApplication = async () => {
  const { token } = await server.logInAdmin();
  const answer = await server.post('/api/v1/admin/applications', both(bearer(token), json({ name: 'Another' })));
  return answer.json<{ id: string }>().id;
};
const userOf = async (applicationId: string, username: string) => {
  const { token } = await server.logInAdmin();
  const url = `/api/v1/admin/users?applicationId=${applicationId}`;
  await server.post(url, both(bearer(token), json({ username, password: PASSWORD })));
  return server.logInAs({ login: username, password: PASSWORD, applicationId });
};

describe('RFC 7662 introspection', () => {
  it('asvs 7.6.1 §2.2 a live token is active, with everything that is known of it', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const { token, userId, sessionId } = await server.logIn('rfc7662@example.test');

    const answer = await introspect(`token=${token}`);

    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    const claims = answer.json<{ iat: number; exp: number; auth_time: number }>();
    expect(claims).toEqual({
      active: true,
      sub: userId,
      client_id: application,
      username: 'rfc7662@example.test',
      sid: sessionId,
      iat: expect.any(Number),
      exp: expect.any(Number),
      auth_time: claims.iat,
      iss: server.environment.BASE_URL,
      aud: application,
      token_type: 'Bearer',
      roles: [],
      contract: 'native',
    });
    expect(claims.iat).toBeGreaterThanOrEqual(before - 1);
    const [row] = await server.sql<{ end: number }>(
      'select extract(epoch from least(idle_until, expires_at))::float as end from sessions where id = $1',
      [sessionId],
    );
    expect([Number.isInteger(claims.exp), claims.exp <= row!.end, claims.exp > row!.end - 1]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    ['T8 unknown', async () => `${alice.token.slice(0, -1)}${alice.token.endsWith('A') ? 'Q' : 'A'}`],
    ['T2 one character less', async () => alice.token.slice(0, -1)],
    ['T3 padding', async () => `${alice.token}=`],
    ['T6 trailing newline', async () => `${alice.token}%0A`],
    ['T7 upper-cased', async () => alice.token.toUpperCase()],
    ['T12 the id of the session', async () => alice.sessionId],
    ['T14 SQL', async () => `' OR 1=1--`],
    ['T16 null', async () => 'null'],
    ['T19 a NUL byte', async () => `${alice.token}%00`],
    ['T20 invalid UTF-8', async () => `${alice.token}%ff`],
    ['T22 bad J1 a JWT with alg none', async () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
    ['bad J16 a JWE', async () => 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn'],
    ['T23 two tokens with a comma', async () => `${alice.token},${alice.token}`],
    ['a service key', async () => key],
    [
      'a token that has logged out',
      async () => {
        const { token } = await server.logIn('gone@example.test');
        await server.post('/api/v1/auth/logout', both(bearer(token), json({})));
        return token;
      },
    ],
    [
      'T10 a token that has expired by 1 ms',
      async () => {
        const { token, sessionId } = await server.logIn('expired@example.test');
        await server.sql(`update sessions set expires_at = now() - interval '1 ms' where id = $1`, [sessionId]);
        return token;
      },
    ],
    [
      'a token of a disabled user',
      async () => {
        const { token, userId } = await server.logIn('disabled@example.test');
        await server.sql(`update users set status = 'disabled' where id = $1`, [userId]);
        return token;
      },
    ],
  ])('§2.2 {"active":false} and nothing more: %s', async (_, text) => {
    const answer = await introspect(`token=${await text()}`);

    expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}']);
  });

  it('asvs 10.4.10 §2.1 the caller is authorised by bearer and by Basic', async () => {
    const by = (options: InjectOptions) =>
      server.post('/oauth2/introspect', both(form(`token=${alice.token}`), options));

    expect([(await by(bearer(key))).statusCode, (await by(basic(key))).statusCode]).toEqual([200, 200]);
  });

  it.each<[string, InjectOptions | (() => InjectOptions)]>([
    ['bad I1 no client auth', {}],
    ['bad I2 a wrong secret', () => basic(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)],
    ['bad I4 its own bearer as client', () => bearer(alice.token)],
    ['a cookie of ours', () => ({ headers: { cookie: `__Host-curfew=${alice.token}` } })],
    ['bad J1 a JWT', bearer('eyJhbGciOiJub25lIn0.e30.')],
  ])('§2.3 401 invalid_client: %s', async (_, options) => {
    const shown = typeof options === 'function' ? options() : options;

    const answer = await server.post('/oauth2/introspect', both(form(`token=${alice.token}`), shown));

    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ error: 'invalid_client', error_description: NO_KEY });
    const isBasic = shown.headers?.['authorization']?.startsWith('Basic') ?? false;
    expect(answer.headers['www-authenticate']).toBe(isBasic ? 'Basic realm="curfew"' : 'Bearer');
  });

  it('bad I3 403 insufficient_scope, and the scope is named', async () => {
    const other = await server.serviceKey(['events']);

    const answer = await server.post('/oauth2/introspect', both(form(`token=${alice.token}`), bearer(other)));

    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({
      error: 'insufficient_scope',
      error_description: 'This needs a service key with the scope introspect.',
    });
    expect(answer.headers['www-authenticate']).toBe('Bearer error="insufficient_scope"');
  });

  it('bad I5 GET is 405', async () => {
    const answer = await server.get('/oauth2/introspect', bearer(key));

    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'POST']);
  });

  it.each<[string, InjectOptions]>([
    ['bad I6 a JSON body', json({ token: 'cfs_x' })],
    ['bad I7 token twice', form('token=a&token=b')],
    ['bad I7 token twice, the same', form('token=a&token=a')],
    ['no token', form('token_type_hint=access_token')],
    ['an empty token', form('token=')],
    ['no body', {}],
    ['another parameter twice', form('token=a&token_type_hint=b&token_type_hint=c')],
    ['1,000 parameters', form(`token=a&${Array.from({ length: 1_000 }, (_, n) => `p${n}=1`).join('&')}`)],
  ])('§2.1 400 invalid_request: %s', async (_, options) => {
    const answer = await server.post('/oauth2/introspect', both(bearer(key), options));

    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('a token in the query is refused, and a parameter there is none', async () => {
    const answer = await server.post(`/oauth2/introspect?token=${alice.token}`, both(bearer(key), FORM));

    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'token: must not travel in the URL' },
    ]);
  });

  it.each(['access_token', 'refresh_token', 'nonsense', ''])(
    'bad I8 §2.1 the hint %j is not looked at',
    async (hint) => {
      const answer = await introspect(`token=${alice.token}&token_type_hint=${hint}`);

      expect(answer.json()).toMatchObject({ active: true });
    },
  );

  it('bad I9 a key of one application sees nothing of another’s tokens', async () => {
    const other = await anotherApplication();
    const bound = await server.serviceKey(['introspect'], other);
    const bob = await userOf(other, 'bob@example.test');
    const ask = async (token: string) =>
      (await server.post('/oauth2/introspect', both(form(`token=${token}`), bearer(bound)))).json<object>();

    expect(await ask(alice.token)).toEqual({ active: false });
    expect(await ask(bob.token)).toMatchObject({ active: true, client_id: other, aud: other });
  });

  it.each(WIRE_CLIENTS.map((wire) => [wire.contract, wire] as const))(
    'P1 a token of %s is known until it logs out there',
    async (_, wire) => {
      const tenant = await makeTenant(server, `asking-${wire.contract}`);
      await makeUser(server, tenant, 'wired@example.test');
      const token = await tokenFrom(wire, server, tenant, 'wired@example.test');

      const live = (await introspect(`token=${token}`)).json<object>();
      await wire.logOut(server, tenant, token);

      expect(live).toMatchObject({ active: true, contract: wire.contract });
      expect(await isActive(token)).toBe(false);
    },
  );

  it('is told at debug like the reads, and a refusal at info', async () => {
    const answered = await introspect(`token=${alice.token}`);
    const refused = await server.post('/oauth2/introspect', form(`token=${alice.token}`));

    const [asked] = server.logOf(answered);
    expect(asked).toMatchObject({
      level: 20,
      route: '/oauth2/introspect',
      kid: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(server.logOf(refused)).toMatchObject([{ level: 30, code: 'SERVICE_KEY_UNKNOWN' }]);
  });

  it('counts as a use of the session', async () => {
    const { token, userId, sessionId } = await server.logIn('used@example.test');
    await server.passTime(userId, '10 minutes');

    await introspect(`token=${token}`);

    const age = async () =>
      (
        await server.sql<{ age: number }>(
          'select extract(epoch from now() - last_seen_at)::float as age from sessions where id = $1',
          [sessionId],
        )
      )[0]!.age;
    await expect.poll(age, { timeout: 3_000 }).toBeLessThan(60);
  });

  it('bad T1–T23 malformed tokens cost one question for the key, and no more', async () => {
    const bodies: string[] = [];

    const questions = await checksDuring(async () => {
      for (const text of ['x', 'null', alice.token.slice(1)]) bodies.push((await introspect(`token=${text}`)).body);
    });

    expect(bodies).toEqual(Array.from({ length: 3 }, () => '{"active":false}'));
    expect(questions).toBe(3);
  });
});

describe('RFC 9701 signed introspection', () => {
  const asking = (accept: string) => introspect(`token=${alice.token}`, { headers: { accept } });

  it('asvs 9.1.2 9.2.4 §4 §5 the answer is a JWT of its own type, for this caller, and its claims are the plain answer', async () => {
    const answer = await asking(SIGNED);
    const jwks = (await server.get('/.well-known/jwks.json')).json<JSONWebKeySet>();
    const { payload, protectedHeader } = await jwtVerify(answer.body, createLocalJWKSet(jwks), {
      issuer: server.environment.BASE_URL,
      typ: 'token-introspection+jwt',
      algorithms: ['RS256'],
    });

    expect(answer.headers['content-type']).toBe(SIGNED);
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'token-introspection+jwt', kid: jwks.keys[0]!.kid });
    const plain = (await introspect(`token=${alice.token}`)).json<object>();
    expect(payload).toEqual({
      iss: server.environment.BASE_URL,
      aud: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: expect.any(Number),
      token_introspection: plain,
    });
    expect(JSON.stringify(jwks)).not.toMatch(/"(d|p|q|dp|dq|qi)"/);
  });

  it('asvs 9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 a signed token opens nothing, whoever signed it and whatever it says', async () => {
    const own = (await asking(SIGNED)).body;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: server.environment.BASE_URL, sub: alice.userId, sid: alice.sessionId, aud: application };
    const unsigned = `${part({ alg: 'none' })}.${part({ ...claims, exp: now + 600 })}.`;
    const late = `${part({ alg: 'RS256', jku: 'https://e.example/keys' })}.${part({ ...claims, exp: now - 600 })}.AAAA`;

    const answers = await Promise.all(
      [own, unsigned, late].flatMap((token) => [
        server.statusOfSession(token),
        server.get('/api/v1/admin/users', bearer(token)).then(({ statusCode }) => statusCode),
        server.get('/v1/me', { headers: { cookie: `session-key=${token}` } }).then(({ statusCode }) => statusCode),
        isActive(token),
      ]),
    );

    expect(answers).toEqual([1, 2, 3].flatMap(() => [401, 401, 401, false]));
    expect(await server.statusOfSession(alice.token)).toBe(200);
  });

  it('§5 a dead token is told inside the JWT', async () => {
    const answer = await introspect('token=cfs_none', { headers: { accept: SIGNED } });

    const [, claims] = answer.body.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({
      token_introspection: { active: false },
    });
  });

  it.each([
    [`${SIGNED}, application/json`, SIGNED],
    [`${SIGNED};q=0.5, application/json`, 'application/json; charset=utf-8'],
    [`${SIGNED};q=0, application/json`, 'application/json; charset=utf-8'],
    [`${SIGNED};q=0`, 'application/json; charset=utf-8'],
    [`application/json;q=0.2, ${SIGNED};q=0.3`, SIGNED],
    ['*/*', 'application/json; charset=utf-8'],
    ['text/html', 'application/json; charset=utf-8'],
  ])('bad I15 Accept: %s gets %s', async (accept, type) => {
    expect((await asking(accept)).headers['content-type']).toBe(type);
  });
});

describe('RFC 7009 revocation', () => {
  it('asvs 10.4.9 §2.2 200 with an empty body, and the session is over for everyone', async () => {
    const { token, sessionId } = await server.logIn('rfc7009@example.test');

    const answer = await revoke(`token=${token}`);

    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect([await server.statusOfSession(token), await isActive(token)]).toEqual([401, false]);
    const events = await server.sql('select cause from session_events where session_id = $1 and cause is not null', [
      sessionId,
    ]);
    expect(events).toEqual([{ cause: 'logout' }]);
  });

  it.each(WIRE_CLIENTS.map((wire) => [wire.contract, wire] as const))(
    'P1 a token of %s is dead on its own wire from the answer on',
    async (_, wire) => {
      const tenant = await makeTenant(server, `revoking-${wire.contract}`);
      await makeUser(server, tenant, 'wired@example.test');
      const token = await tokenFrom(wire, server, tenant, 'wired@example.test');
      const before = wire.isLive(await wire.ask(server, tenant, token));

      const answer = await revoke(`token=${encodeURIComponent(token)}`);

      expect([before, answer.statusCode]).toEqual([true, 200]);
      expect(wire.isLive(await wire.ask(server, tenant, token))).toBe(false);
    },
  );

  it.each(['bad J1 eyJhbGciOiJub25lIn0.e30.', 'bad J16 eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn'])(
    '§2.2 200 for a JWT, which ends nothing: %s',
    async (title) => {
      const answer = await revoke(`token=${title.split(' ').at(-1)}`);

      expect([answer.statusCode, await server.statusOfSession(alice.token)]).toEqual([200, 200]);
    },
  );

  it.each(['cfs_none', 'x', `%00`])('§2.2 200 for the token %s, which is none', async (token) => {
    expect([(await revoke(`token=${token}`)).statusCode]).toEqual([200]);
  });

  it('§2.2 200 for one that is revoked already, and no second event', async () => {
    const { token, sessionId } = await server.logIn('twice@example.test');

    const answers = [await revoke(`token=${token}`), await revoke(`token=${token}`)];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const events = await server.sql('select from session_events where session_id = $1 and cause is not null', [
      sessionId,
    ]);
    expect(events.length).toBe(1);
  });

  it('bad I9 asvs 10.4.10 §2.1 400 unauthorized_client for a token of another application, and it lives on', async () => {
    const bound = await server.serviceKey(['revoke'], await anotherApplication());

    const answer = await server.post('/oauth2/revoke', both(form(`token=${alice.token}`), bearer(bound)));

    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([400, 'unauthorized_client']);
    expect(await server.statusOfSession(alice.token)).toBe(200);
  });

  it('§2.1 a public client names itself by client_id, and ends tokens of its own alone', async () => {
    const { token } = await server.logIn('public@example.test');
    const other = await anotherApplication();
    const by = (id: string) => server.post('/oauth2/revoke', form(`token=${token}&client_id=${id}`));

    expect((await by(other)).json()).toMatchObject({ error: 'unauthorized_client' });
    expect(await server.statusOfSession(token)).toBe(200);
    expect((await by('00000000-0000-7000-8000-000000000000')).statusCode).toBe(401);
    expect((await by('nonsense')).statusCode).toBe(401);
    expect((await by(application)).statusCode).toBe(200);
    expect(await server.statusOfSession(token)).toBe(401);
  });

  it('a public client may ask about nothing', async () => {
    const answer = await server.post('/oauth2/introspect', form(`token=${alice.token}&client_id=${application}`));

    expect(answer.statusCode).toBe(401);
  });

  it.each<[string, InjectOptions, number]>([
    ['bad I1 no client auth', {}, 401],
    ['bad I4 its own bearer', { headers: { authorization: 'Bearer cfs_mine' } }, 401],
  ])('§2.2.1 %s', async (_, options, status) => {
    const answer = await server.post('/oauth2/revoke', both(form(`token=${alice.token}`), options));

    expect([answer.statusCode, answer.json<{ error: string }>().error]).toEqual([status, 'invalid_client']);
    expect(await server.statusOfSession(alice.token)).toBe(200);
  });

  it.each(['', 'token=', `token=a&token=b`])('bad I7 §2.2.1 400 invalid_request for %j', async (text) => {
    expect((await revoke(text)).json()).toMatchObject({ error: 'invalid_request' });
  });

  it('bad I7 a live token given twice is not ended', async () => {
    expect((await revoke(`token=${alice.token}&token=${alice.token}`)).statusCode).toBe(400);

    expect(await server.statusOfSession(alice.token)).toBe(200);
  });

  it('bad I3 403 without the scope, and the session lives', async () => {
    const other = await server.serviceKey(['introspect']);

    const answer = await server.post('/oauth2/revoke', both(form(`token=${alice.token}`), bearer(other)));

    expect([answer.statusCode, await server.statusOfSession(alice.token)]).toEqual([403, 200]);
  });
});

describe('RFC 8414 metadata', () => {
  it('§3.2 names both endpoints', async () => {
    const url = server.environment.BASE_URL;

    const answer = await server.get('/.well-known/oauth-authorization-server');

    expect(answer.json()).toEqual({
      issuer: url,
      introspection_endpoint: `${url}/oauth2/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
      revocation_endpoint: `${url}/oauth2/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      response_types_supported: [],
      grant_types_supported: [],
      service_documentation: `${url}/docs`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      introspection_signing_alg_values_supported: ['RS256'],
    });
  });
});

describe('many tokens at once', () => {
  const ask = (tokens: unknown, options: InjectOptions = bearer(key)) =>
    server.post('/api/v1/sessions/introspect', both(options, json({ tokens })));

  it('one answer for each, in their order', async () => {
    const bob = await server.logIn('batch@example.test');

    const answer = await ask([alice.token, 'nonsense', bob.token, alice.token]);

    expect(answer.json<{ results: object[] }>().results).toEqual([
      expect.objectContaining({ active: true, sub: alice.userId }),
      { active: false },
      expect.objectContaining({ active: true, sub: bob.userId, sid: bob.sessionId }),
      expect.objectContaining({ active: true, sub: alice.userId }),
    ]);
  });

  it('500 in one statement, and 501 are refused', async () => {
    const many = Array.from({ length: 500 }, () => alice.token);

    let results: { active: boolean }[] = [];
    const questions = await checksDuring(async () => {
      results = (await ask(many)).json<{ results: { active: boolean }[] }>().results;
    });

    expect([questions, results.filter(({ active }) => active).length]).toEqual([1, 500]);
    expect((await ask([...many, alice.token])).json()).toMatchObject({ errors: [{ field: 'tokens' }] });
  });

  it.each([[[]], ['cfs_'], [[1]], [[null]], [null], [[['a']]], [{ 0: 'a' }], [['x'.repeat(5_000)]]])(
    '400 for %j',
    async (tokens) => {
      expect((await ask(tokens)).statusCode).toBe(400);
    },
  );

  it('401 without a key before anything is said about the body, 403 without the scope', async () => {
    expect((await ask('nonsense', {})).statusCode).toBe(401);
    expect((await ask([alice.token], bearer(alice.token))).statusCode).toBe(401);
    expect((await ask([alice.token], bearer(await server.serviceKey(['revoke'])))).statusCode).toBe(403);
  });

  it('those asked for at the same moment each get their own answer', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, (_, n) => server.logIn(`many${n}@example.test`)));
    const asked = Array.from({ length: 400 }, (_, n) => people[n % people.length]!);

    const answers = await Promise.all(asked.map(({ token }) => introspect(`token=${token}`)));

    expect(answers.map((answer) => answer.json<{ sid: string }>().sid)).toEqual(
      asked.map(({ sessionId }) => sessionId),
    );
  });
});

describe('a server without a signing key', () => {
  it('answers plainly whatever is asked for, and publishes no key', async () => {
    const plain = await TestServer.start();
    try {
      const own = await plain.serviceKey(['introspect']);
      const asked = both(bearer(own), form('token=x'), { headers: { accept: SIGNED } });
      const answer = await plain.post('/oauth2/introspect', asked);
      expect([answer.statusCode, answer.body]).toEqual([200, '{"active":false}']);
      expect((await plain.get('/.well-known/jwks.json')).statusCode).toBe(404);
      expect((await plain.get('/.well-known/oauth-authorization-server')).json()).not.toHaveProperty('jwks_uri');
    } finally {
      await plain.stop();
    }
  });

  it.each([
    ['no key', 'nothing', /holds no key/],
    [
      'a short key',
      generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      /not RSA of at least 2048/,
    ],
    ['another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), /not RSA/],
  ])('does not start with a file that holds %s', async (_, text, message) => {
    const file = join(await mkdtemp(join(tmpdir(), 'curfew-signing-')), 'key.pem');
    await writeFile(file, text);

    await expect(TestServer.start({ SIGNING_KEY_FILE: file })).rejects.toThrow(message);
    await expect(TestServer.start({ SIGNING_KEY_FILE: `${file}.not` })).rejects.toThrow(
      /SIGNING_KEY_FILE: .* is not there/,
    );
  });
});
