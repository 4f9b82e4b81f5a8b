import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from '../server.js';

const USERS = '/api/v1/admin/users';
const REDEEM = '/api/v1/auth/password/link';
const FRESH = 'seven silent owls at midnight';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());

const makeUser = async (username: string, fields: object = {}): Promise<string> =>
  (await server.post(USERS, both(admin, json({ username, ...fields })))).json<{ id: string }>().id;
const ask = (id: string, kind = 'reset', caller = admin) =>
  server.post(`${USERS}/${id}/links`, both(caller, json({ kind })));
const linkOf = async (id: string, kind = 'reset') =>
  (await ask(id, kind)).json<{ link: string; code: string; expiresAt: string }>();
const redeem = (code: string, newPassword = FRESH) => server.post(REDEEM, json({ code, newPassword }));

describe('asvs 6.4.1 6.4.6 POST /admin/users/{id}/links', () => {
  it('201 for a user without a password, who chooses one by it and logs in', async () => {
    const id = await makeUser('invited@example.test');

    const answer = await ask(id, 'invite');
    const { link, code, expiresAt } = answer.json<{ link: string; code: string; expiresAt: string }>();

    expect(answer.statusCode).toBe(201);
    expect(code).toMatch(/^cfl_[\w-]{64}$/);
    expect(link).toBe(`http://127.0.0.1:3000/password#${code}`);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(86_300_000);
    await expect(server.logInAs({ login: 'invited@example.test', password: FRESH })).rejects.toThrow('CREDENTIALS');
    expect((await redeem(code)).statusCode).toBe(204);
    expect((await server.logInAs({ login: 'invited@example.test', password: FRESH })).userId).toBe(id);
  });

  it('keeps the hash of a code, and never the code', async () => {
    const { code } = await linkOf(await makeUser('hashed@example.test'));

    const rows = await server.sql<{ row: string }>('select user_links::text as row from user_links');

    expect(rows.filter(({ row }) => row.includes(code) || row.includes(code.slice(30)))).toEqual([]);
  });

  it('asvs 2.3.1 6.4.3 one use: a second one is refused, and changes nothing', async () => {
    const id = await makeUser('once@example.test');
    const { code } = await linkOf(id);
    await redeem(code);

    const answer = await redeem(code, 'nine patient herons at dawn');

    expect(answer.json()).toMatchObject({ status: 401, code: 'CREDENTIALS_REJECTED' });
    expect((await server.logInAs({ login: 'once@example.test', password: FRESH })).userId).toBe(id);
  });

  it('bad R11 used twenty times in parallel, one wins', async () => {
    const { code } = await linkOf(await makeUser('parallel@example.test'));
    const passwords = Array.from({ length: 20 }, (_, place) => `owls and ${place} more owls`);

    const answers = await Promise.all(passwords.map((password) => redeem(code, password)));

    const won = answers.flatMap(({ statusCode }, place) => (statusCode === 204 ? [place] : []));
    expect(won).toHaveLength(1);
    expect(new Set(answers.filter((_, place) => !won.includes(place)).map(({ statusCode }) => statusCode))).toEqual(
      new Set([401]),
    );
    await server.logInAs({ login: 'parallel@example.test', password: passwords[won[0]!] });
  });

  it('asvs 6.4.3 7.4.3 ends all sessions of the user, with their cause', async () => {
    const { userId, token } = await server.logIn('ends@example.test');
    const { code } = await linkOf(userId);

    await redeem(code);

    expect(await server.statusOfSession(token)).toBe(401);
    expect(await server.causes(userId)).toEqual(['password_changed']);
    await expect(server.logInAs({ login: 'ends@example.test', password: PASSWORD })).rejects.toThrow('CREDENTIALS');
  });

  it('bad R7 a login with the old password beside it leaves no session behind', async () => {
    const { userId } = await server.logIn('beside@example.test');
    const { code } = await linkOf(userId);

    const [answer, ...logins] = await Promise.all([
      redeem(code),
      ...Array.from({ length: 6 }, () =>
        server.post('/api/v1/auth/login', json({ login: 'beside@example.test', password: PASSWORD })),
      ),
    ]);

    expect(answer.statusCode).toBe(204);
    const tokens = logins
      .filter(({ statusCode }) => statusCode === 200)
      .map((login) => login.json<{ token: string }>().token);
    expect(await Promise.all(tokens.map((token) => server.statusOfSession(token)))).toEqual(tokens.map(() => 401));
  });

  it.each([
    ['a newer one was made', async (id: string) => void (await ask(id))],
    [
      'a day has passed by the database’s clock',
      async (id: string) =>
        void (await server.sql(
          `update user_links set expires_at = expires_at - interval '24 hours' where user_id = $1`,
          [id],
        )),
    ],
    [
      'the password was set in another way',
      async (id: string) =>
        void (await server.sql('update users set password_version = password_version + 1 where id = $1', [id])),
    ],
    ['the user is gone', async (id: string) => void (await server.delete(`${USERS}/${id}`, admin))],
  ])('401 where %s', async (what, happen) => {
    const id = await makeUser(`spent-${what.length}@example.test`);
    const { code } = await linkOf(id);

    await happen(id);

    expect((await redeem(code)).json()).toMatchObject({ status: 401, code: 'CREDENTIALS_REJECTED' });
  });

  it.each(['cfl_', 'x', `cfl_${'A'.repeat(64)}`, `cfs_${'A'.repeat(64)}`, "' or 1=1--"])(
    '401 for what was never a code: %s',
    async (code) => {
      expect((await redeem(code)).json()).toMatchObject({ status: 401, code: 'CREDENTIALS_REJECTED' });
    },
  );

  it('400 for a weak password, which leaves the link good', async () => {
    const { code } = await linkOf(await makeUser('weak@example.test'));

    const answers = await Promise.all(
      ['short', 'iloveyou', 'weak@example.test'].map((password) => redeem(code, password)),
    );

    expect(answers.map((answer) => answer.json<object>())).toEqual(
      answers.map(
        () =>
          expect.objectContaining({
            status: 400,
            errors: [expect.objectContaining({ field: 'newPassword' })],
          }) as object,
      ),
    );
    expect((await redeem(code)).statusCode).toBe(204);
  });

  it.each([
    ['no code', { newPassword: FRESH }, 'code'],
    ['no password', { code: 'x' }, 'newPassword'],
    ['bad L5 1,025 bytes', { code: 'x', newPassword: 'x'.repeat(1_025) }, 'newPassword'],
    ['bad B8 one more field', { code: 'x', newPassword: FRESH, userId: 'x' }, 'userId'],
  ])('400 for %s, naming the field', async (_, body, field) => {
    expect((await server.post(REDEEM, json(body))).json()).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it('403 for a user who is disabled, when it is made and when it is used; let in again, the link is good', async () => {
    const id = await makeUser('off@example.test');
    const { code } = await linkOf(id);
    await server.patch(`${USERS}/${id}`, both(admin, json({ status: 'disabled' })));

    expect((await redeem(code)).json()).toMatchObject({ status: 403, code: 'USER_DISABLED' });
    expect((await ask(id)).json()).toMatchObject({ status: 403, code: 'USER_DISABLED' });
    await server.patch(`${USERS}/${id}`, both(admin, json({ status: 'active' })));

    expect((await redeem(code)).statusCode).toBe(204);
  });

  it('400 for another kind, 404 for nobody, 403 for a guest', async () => {
    const [{ id: guest } = { id: '' }] = await server.sql<{ id: string }>(
      `insert into users (id, application_id, username, is_guest) select gen_random_uuid(), id, 'guest', true from applications returning id`,
    );

    expect((await ask(guest, 'letter')).json()).toMatchObject({ status: 400, errors: [{ field: 'kind' }] });
    expect((await ask('00000000-0000-7000-8000-000000000000')).statusCode).toBe(404);
    expect((await ask(guest)).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('tenants: whoever could not make an administrator gets no link of one, and none of another application', async () => {
    const other = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Other' })))).json<{
      id: string;
    }>().id;
    const { userId: chief } = await server.logInAdmin();
    const user = await makeUser('ordinary@example.test');
    const [{ application_id: home } = { application_id: '' }] = await server.sql<{ application_id: string }>(
      'select application_id from users where id = $1',
      [chief],
    );
    const keys = await Promise.all([
      server.serviceKey(['users']),
      server.serviceKey(['admin'], home),
      server.serviceKey(['admin']),
      server.serviceKey(['users'], other),
      server.serviceKey(['sessions']),
    ]);

    const answers = await Promise.all(
      keys.flatMap((key) => [ask(chief, 'reset', bearer(key)), ask(user, 'reset', bearer(key))]),
    );

    expect(answers.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code.slice(0, 13)])).toEqual([
      [403, 'SCOPE_MISSING'],
      [201, expect.stringMatching(/^cfl_/)],
      [403, 'FORBIDDEN'],
      [201, expect.stringMatching(/^cfl_/)],
      [201, expect.stringMatching(/^cfl_/)],
      [201, expect.stringMatching(/^cfl_/)],
      [404, 'NOT_FOUND'],
      [404, 'NOT_FOUND'],
      [403, 'SCOPE_MISSING'],
      [403, 'SCOPE_MISSING'],
    ]);
  });

  it('the log holds no code', async () => {
    const { code } = await linkOf(await makeUser('logged@example.test'));

    const line = JSON.stringify(server.logOf(await redeem(code)));

    expect(line).toContain('/api/v1/auth/password/link');
    expect(line).not.toContain(code.slice(10));
  });
});

describe('PASSWORD_PAGE', () => {
  it('is where links lead', async () => {
    const page = 'https://www.example.org/welcome?from=curfew';
    const { app } = await TestServer.node(server.databaseUrl, { PASSWORD_PAGE: page });
    const id = await makeUser('page@example.test');

    const answer = await app.inject({
      method: 'POST',
      url: `${USERS}/${id}/links`,
      ...both(admin, json({ kind: 'invite' })),
    });

    const { link, code } = answer.json<{ link: string; code: string }>();
    expect(link).toBe(`${page}#${code}`);
    await app.close();
  });
});

describe('/password', () => {
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    server.post('/password', {
      payload: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  it('asvs 6.2.6 6.2.7 is a page of our own alone, under a policy with a nonce, on which managers and pasting work', async () => {
    const [page, again] = await Promise.all([server.get('/password'), server.get('/password')]);

    const policy = String(page.headers['content-security-policy']);
    const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
    expect(policy).toBe(
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    expect(again.headers['content-security-policy']).not.toBe(policy);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
    expect(page.body.match(/<(?:script|style)[^>]*>/g)).toEqual([
      `<style nonce="${nonce}">`,
      `<script nonce="${nonce}">`,
    ]);
    expect(page.body).toMatch(/<input [^>]*type="password"[^>]*autocomplete="new-password"/);
    expect(page.body).not.toMatch(/onpaste|https?:|src=|href=/);
  });

  it('sets the password without its script', async () => {
    const { code } = await linkOf(await makeUser('form@example.test'));

    const answer = await send({ code: ` ${code} `, newPassword: FRESH });

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('Your password is set');
    await server.logInAs({ login: 'form@example.test', password: FRESH });
  });

  it('says in words why not, keeps the code for another try, and echoes nothing else', async () => {
    const { code } = await linkOf(await makeUser('tried@example.test'));

    const weak = await send({ code, newPassword: 'iloveyou' });
    const spent = await send({ code: '"><script>alert(1)</script>', newPassword: FRESH });

    expect(weak.statusCode).toBe(400);
    expect(weak.body).toContain('one of the most common passwords');
    expect(weak.body).toContain(`value="${code}"`);
    expect(weak.body).not.toContain('iloveyou');
    expect(spent.statusCode).toBe(401);
    expect(spent.body).toContain('This link is not good any more');
    expect(spent.body).not.toContain('alert(1)');
  });

  it.each([
    ['P12 403 from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['415 as JSON', { 'content-type': 'application/json' }, 415],
  ])('%s, as a page', async (_, headers, status) => {
    const answer = await send({ code: 'x', newPassword: FRESH }, headers);

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
  });
});

it('asvs 6.3.1 429 after many attempts from one address, and a good link is refused with them', async () => {
  const { code } = await linkOf(await makeUser('limited@example.test'));
  const from = { remoteAddress: '198.51.100.77' };
  const guess = () => server.post(REDEEM, { ...json({ code: 'cfl_guess', newPassword: FRESH }), ...from });
  for (let turn = 0; turn < 16; turn++) await Promise.all(Array.from({ length: 20 }, guess));

  const answer = await server.post(REDEEM, { ...json({ code, newPassword: FRESH }), ...from });

  expect(answer.json()).toMatchObject({ status: 429, code: 'LOGIN_LIMITED' });
  expect((await redeem(code)).statusCode).toBe(204);
});
