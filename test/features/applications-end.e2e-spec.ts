import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionService } from '../../src/session/session.service.js';
import { SessionSweeper } from '../../src/session/session-sweeper.js';
import { SessionToucher } from '../../src/session/session-toucher.js';
import { bearer, both, json, PASSWORD, TestServer, type Answer, type LoggedIn, holdSweepers } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from '../wires.js';

const REASON = 'A laptop with saved logins was stolen';
const BODY: unknown = { reason: REASON };

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>['app'];
/** The same tests’ server, asked through its second node. */
let elsewhere: TestServer;
let shop: Tenant;
let bank: Tenant;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  other = (await TestServer.node(server.databaseUrl)).app;
  elsewhere = Object.create(server, { app: { value: other } }) as TestServer;
  shop = await makeTenant(server, 'shop', { parallelSessions: { policy: 'unlimited' } });
  bank = await makeTenant(server, 'bank', { parallelSessions: { policy: 'unlimited' } });
});
afterAll(async () => {
  await other.close();
  await server.stop();
});

const sweep = () => server.app.get(SessionSweeper).sweep();
const endAs = (token: string, id: string, body = BODY): Promise<Answer> =>
  server.post(`/api/v1/admin/applications/${id}/sessions/end`, both(bearer(token), json(body)));
const end = async (id: string): Promise<Answer> => endAs((await server.logInAdmin()).token, id);
const freshLogin = async (tenant: Tenant): Promise<string> => {
  const login = `${randomUUID()}@example.test`;
  await makeUser(server, tenant, login);
  return login;
};
const enter = async (tenant: Tenant, login?: string): Promise<LoggedIn> =>
  server.logInAs({ login: login ?? (await freshLogin(tenant)), password: PASSWORD, applicationId: tenant.id });
const everywhere = (token: string): Promise<number[]> =>
  Promise.all([server, elsewhere].map((node) => node.statusOfSession(token)));
const crowd = (count: number, login: string): Promise<LoggedIn[]> =>
  Promise.all(Array.from({ length: count }, () => enter(shop, login)));
const statusesOf = (logins: LoggedIn[]): Promise<number[][]> =>
  Promise.all(logins.map(({ token }) => everywhere(token)));
/** What twenty checks in a row on the other node are answered. */
async function watch({ token }: LoggedIn): Promise<number[]> {
  const seen: number[] = [];
  while (seen.length < 20) seen.push(await elsewhere.statusOfSession(token));
  return seen;
}
/** The sessions of a user that started after everyone of their application was logged out. */
async function youngerThanTheEnd(userId: string): Promise<Set<string>> {
  const rows = await server.sql<{ id: string }>(
    `select sessions.id from sessions join applications on applications.id = application_id
     where user_id = $1 and sessions.created_at > sessions_valid_after`,
    [userId],
  );
  return new Set(rows.map(({ id }) => id));
}
const stateOf = (id: string) =>
  server.sql(
    `select sessions_valid_after, (select count(*)::int from application_events where application_id = $1)
     from applications where id = $1`,
    [id],
  );

describe.each(WIRE_CLIENTS)('$contract', (client) => {
  it('P1 a token is dead on every node once everyone was logged out, and a new login lives', async () => {
    const login = await freshLogin(shop);
    const before = await tokenFrom(client, server, shop, login);

    const answer = await end(shop.id);

    const after = await tokenFrom(client, server, shop, login);
    const live = (token: string) =>
      Promise.all([server, elsewhere].map(async (node) => client.isLive(await client.ask(node, shop, token))));
    expect(answer.statusCode).toBe(200);
    expect([await live(before), await live(after)]).toEqual([
      [false, false],
      [true, true],
    ]);
    expect([await everywhere(before), await everywhere(after)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('P9 its logout is answered as for any dead token, and the sweeper leaves the one event, with the application’s cause', async () => {
    const login = await freshLogin(shop);
    const loggedOut = await tokenFrom(client, server, shop, login);
    await client.logOut(server, shop, loggedOut);
    const known = await client.logOut(server, shop, loggedOut);
    const token = await tokenFrom(client, server, shop, login);
    const [{ user_id: userId }] = (await server.sql('select user_id from identities where name = $1', [login])) as [
      { user_id: string },
    ];
    await end(shop.id);

    const answer = await client.logOut(server, shop, token);
    const causes = await server.causes(userId);
    await sweep();

    expect(answer.statusCode).toBe(known.statusCode);
    expect([causes, await server.causes(userId)]).toEqual([['logout'], ['logout', 'application_logout']]);
  });
});

describe('the answer', () => {
  it('200 with the instant, kept in the application’s row and in one event that names who and why', async () => {
    const admin = await server.logInAdmin();
    const { id } = await makeTenant(server, 'told');

    const answer = await endAs(admin.token, id);

    const events = await server.sql('select * from application_events where application_id = $1', [id]);
    const [{ sessions_valid_after: validAfter }] = (await stateOf(id)) as [{ sessions_valid_after: Date }];
    expect(answer.json()).toEqual({ applicationId: id, endedAt: validAfter.toISOString() });
    expect(events).toEqual([
      {
        application_id: id,
        id: expect.stringMatching(/^\d+$/) as string,
        transaction_id: expect.stringMatching(/^\d+$/) as string,
        type: 'application.sessions_ended',
        reason: REASON,
        ended_by_user_id: admin.userId,
        ended_by_session_id: admin.sessionId,
        ended_by_key_id: null,
        occurred_at: validAfter,
      },
    ]);
  });

  it('a cookie is dead like a bearer, and the sessions of another application live on', async () => {
    const [login, neighbour] = [await freshLogin(shop), await enter(bank)];
    const body = { login, password: PASSWORD, applicationId: shop.id, transport: 'cookie' };
    const [cookie = ''] = [(await server.post('/api/v1/auth/login', json(body))).headers['set-cookie']].flat();
    const ask = async () =>
      (await server.get('/api/v1/auth/session', { headers: { cookie: cookie.split(';')[0]! } })).statusCode;
    const before = await ask();

    await end(shop.id);

    expect([before, await ask(), await everywhere(neighbour.token)]).toEqual([200, 401, [200, 200]]);
  });

  it('ends the administrator’s own session if it is one of them', async () => {
    const admin = await server.logInAdmin();
    const [{ id }] = (await server.sql('select id from applications order by created_at, id limit 1')) as [Tenant];

    const answer = await endAs(admin.token, id);

    expect([answer.statusCode, await everywhere(admin.token)]).toEqual([200, [401, 401]]);
    expect(await everywhere((await server.logInAdmin()).token)).toEqual([200, 200]);
  });
});

describe('time', () => {
  it('a session that started in the same microsecond is dead, and one of the next lives', async () => {
    const [dead, alive] = [await enter(shop), await enter(shop)];
    await end(shop.id);
    const started = (id: string, later: string) =>
      server.sql(
        `update sessions set created_at = sessions_valid_after + $2::interval from applications
         where sessions.id = $1 and applications.id = sessions.application_id`,
        [id, later],
      );

    await Promise.all([started(dead.sessionId, '0'), started(alive.sessionId, '1 microsecond')]);

    expect([await everywhere(dead.token), await everywhere(alive.token)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('two that wait for the application’s row end what came before both, and the later instant stays', async () => {
    const [admin, before] = [await server.logInAdmin(), await enter(shop)];
    await server.sql('begin');
    await server.sql('select from applications where id = $1 for update', [shop.id]);
    const calls = [endAs(admin.token, shop.id), endAs(admin.token, shop.id)];
    await new Promise((resolve) => setTimeout(resolve, 300));
    const unheld = await everywhere(before.token);

    await server.sql('commit');
    const answers = await Promise.all(calls);

    const after = await enter(shop);
    const [{ sessions_valid_after: validAfter }] = (await stateOf(shop.id)) as [{ sessions_valid_after: Date }];
    const instants = answers.map((answer) => answer.json<{ endedAt: string }>().endedAt).toSorted();
    expect(instants.at(-1)).toBe(validAfter.toISOString());
    expect([unheld, await everywhere(before.token), await everywhere(after.token)]).toEqual([
      [200, 200],
      [401, 401],
      [200, 200],
    ]);
  });

  it('an instant that lies ahead already is not moved back', async () => {
    const { id } = await makeTenant(server, 'ahead');
    const [{ ahead }] = (await server.sql(
      `update applications set sessions_valid_after = now() + interval '1 hour' where id = $1 returning sessions_valid_after as ahead`,
      [id],
    )) as [{ ahead: Date }];

    const answer = await end(id);

    expect(answer.json()).toMatchObject({ endedAt: ahead.toISOString() });
    expect(await stateOf(id)).toEqual([{ sessions_valid_after: ahead, count: 1 }]);
  });

  const startAhead = ({ sessionId }: LoggedIn) =>
    server.sql(`update sessions set created_at = now() + interval '10 seconds' where id = $1`, [sessionId]);
  const endAhead = ({ id }: Tenant) =>
    server.sql(`update applications set sessions_valid_after = now() + interval '10 seconds' where id = $1`, [id]);
  const changeTo = async (status: string, { id }: Tenant) =>
    server.sql('update applications set status = $2 where id = $1', [id, status]);

  it.each<[string, (tenant: Tenant) => Promise<unknown>]>([
    ['by the route', ({ id }) => end(id)],
    [
      'with everyone of all applications',
      async () => {
        const { token } = await server.logInAdmin();
        return server.post('/api/v1/admin/sessions/end-all', both(bearer(token), json(BODY)));
      },
    ],
    ['by hand', ({ id }) => server.sql('update applications set sessions_valid_after = now() where id = $1', [id])],
    ['by shutting it out', (tenant) => changeTo('disabled', tenant).then(() => changeTo('active', tenant))],
  ])('P1 401 for a session that a clock ahead of this one started, %s; the next login lives', async (_, act) => {
    const login = await freshLogin(shop);
    const dead = await enter(shop, login);
    await startAhead(dead);

    await act(shop);

    const [after, neighbour] = [await enter(shop, login), await enter(bank)];
    expect([await everywhere(dead.token), await everywhere(after.token)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
    await Promise.all([startAhead(after), startAhead(neighbour)]);
    await end(shop.id);
    expect([await everywhere(after.token), await everywhere(neighbour.token)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('P1 P2 a login lives though a clock ahead of this one logged everyone out, and the next end reaches it', async () => {
    const tenant = await makeTenant(server, 'later', { parallelSessions: { policy: 'unlimited' } });
    const before = await enter(tenant);
    await endAhead(tenant);

    const logins = [await enter(tenant), await enter(tenant)];
    const statuses = await statusesOf(logins);
    await end(tenant.id);

    const after = await enter(tenant);
    expect([await everywhere(before.token), statuses]).toEqual([[401, 401], logins.map(() => [200, 200])]);
    expect([await statusesOf(logins), await everywhere(after.token)]).toEqual([
      logins.map(() => [401, 401]),
      [200, 200],
    ]);
  });

  it('P5 P7 racing logins and checks: what was answered before is dead, what begins after lives, and nothing revives', async () => {
    for (let round = 0; round < 5; round++) {
      const [login, admin] = [await freshLogin(shop), await server.logInAdmin()];
      const before = await crowd(5, login);

      const [during, seen] = await Promise.all([
        crowd(20, login),
        Promise.all(before.map(watch)),
        endAs(admin.token, shop.id),
      ]);
      const after = await enter(shop, login);

      const younger = await youngerThanTheEnd(after.userId);
      expect(seen.filter((each) => each.includes(401) && each.lastIndexOf(200) > each.indexOf(401))).toEqual([]);
      expect(await statusesOf(before)).toEqual(before.map(() => [401, 401]));
      expect(await statusesOf([after])).toEqual([[200, 200]]);
      expect(await statusesOf(during)).toEqual(
        during.map(({ sessionId }) => (younger.has(sessionId) ? [200, 200] : [401, 401])),
      );
    }
  });
});

describe('a session that ended with its application', () => {
  const change = async (method: 'PATCH' | 'DELETE', userId: string, body?: object): Promise<Answer> =>
    server.request({
      method,
      url: `/api/v1/admin/users/${userId}?applicationId=${shop.id}`,
      ...both(bearer((await server.logInAdmin()).token), body ? json(body) : {}),
    });

  it('P7 has no new token: a rotation that was let in before is refused', async () => {
    const { token } = await enter(shop);
    await end(shop.id);

    await expect(server.app.get(SessionService).rotate(token)).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
  });

  it('P4 is not moved by a touch that was waiting', async () => {
    const { token, sessionId } = await enter(shop);
    await server.sql(`update sessions set last_seen_at = now() - interval '5 minutes' where id = $1`, [sessionId]);
    const seenAt = () => server.sql('select last_seen_at from sessions where id = $1', [sessionId]);
    const [status, before] = [await server.statusOfSession(token), await seenAt()];
    await end(shop.id);

    // Nodes of one process share Passport, so either may have let the request in.
    await Promise.all([server.app, other].map((node) => node.get(SessionToucher).flush()));

    expect([status, await seenAt()]).toEqual([200, before]);
  });

  it('404 by its id, and it is not in the list', async () => {
    const login = await freshLogin(shop);
    const dead = await enter(shop, login);
    await end(shop.id);
    const { token, sessionId } = await enter(shop, login);

    const answer = await server.delete(`/api/v1/sessions/${dead.sessionId}`, bearer(token));

    expect(answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await server.get('/api/v1/sessions', bearer(token))).json()).toMatchObject({
      sessions: [{ id: sessionId }],
      next: null,
    });
  });

  it.each<[string, string[], (dead: LoggedIn, login: string) => Promise<Answer>]>([
    ['it logs out', [], ({ token }) => server.post('/api/v1/auth/logout', bearer(token))],
    [
      'it is presented to a login',
      [],
      ({ token }, login) =>
        server.post(
          '/api/v1/auth/login',
          both(bearer(token), json({ login, password: PASSWORD, applicationId: shop.id })),
        ),
    ],
    [
      'another session of its user logs out everywhere',
      ['logout_all'],
      async (_, login) =>
        server.post('/api/v1/auth/logout', both(bearer((await enter(shop, login)).token), json({ scope: 'all' }))),
    ],
    ['its user is disabled', [], ({ userId }) => change('PATCH', userId, { status: 'disabled' })],
    ['its user is deleted', [], ({ userId }) => change('DELETE', userId)],
  ])('P9 has one event, with the application’s cause, when %s before it is swept', async (_, others, act) => {
    const login = await freshLogin(shop);
    const dead = await enter(shop, login);
    await end(shop.id);

    const answer = await act(dead, login);
    await sweep();

    expect(answer.statusCode).toBeLessThan(300);
    expect(await server.causes(dead.userId)).toEqual(expect.arrayContaining(['application_logout', ...others]));
    expect(await server.causes(dead.userId)).toHaveLength(1 + others.length);
  });

  it('P9 is swept with that cause, also when it has idled out since; what had idled out before was idle', async () => {
    const [since, before] = [await enter(shop), await enter(shop)];
    await server.sql(`update sessions set idle_until = now() - interval '1 s' where id = $1`, [before.sessionId]);
    await end(shop.id);
    await server.sql(
      `update sessions set idle_until = sessions_valid_after + interval '1 microsecond' from applications
       where sessions.id = $1 and applications.id = sessions.application_id`,
      [since.sessionId],
    );

    await sweep();
    await sweep();

    expect([await server.causes(since.userId), await server.causes(before.userId)]).toEqual([
      ['application_logout'],
      ['idle'],
    ]);
  });
});

describe('refused, and nothing is changed', () => {
  const PATH = `/api/v1/admin/applications`;
  const unknown = '00000000-0000-7000-8000-000000000000';

  it('asvs 7.5.3 403 when the login is older than five minutes', async () => {
    const admin = await server.logInAdmin();
    await server.sql(`update sessions set authenticated_at = now() - interval '6 minutes' where id = $1`, [
      admin.sessionId,
    ]);
    const before = await stateOf(bank.id);

    const answer = await endAs(admin.token, bank.id);

    expect(answer.json()).toMatchObject({ status: 403, code: 'LOGIN_STALE' });
    expect(await stateOf(bank.id)).toEqual(before);
  });

  it('403 without the role, and for an administrator of another application than the first', async () => {
    const login = await freshLogin(bank);
    const plain = await enter(bank, login);
    const before = await stateOf(bank.id);
    const first = await endAs(plain.token, bank.id);
    await server.sql(`update users set roles = '{admin}' where id = $1`, [plain.userId]);

    const second = await endAs(plain.token, bank.id);

    const refusal = { status: 403, code: 'FORBIDDEN' };
    expect([first.json(), second.json()]).toMatchObject([refusal, refusal]);
    expect(await stateOf(bank.id)).toEqual(before);
  });

  it('403 for a page of another origin that sends the cookie', async () => {
    const { token } = await server.logInAdmin();
    const before = await stateOf(bank.id);
    const headers = { cookie: `__Host-curfew=${token}; curfew=${token}`, origin: 'https://evil.example.test' };

    const answer = await server.post(`${PATH}/${bank.id}/sessions/end`, both({ headers }, json(BODY)));

    expect(answer.json()).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
    expect(await stateOf(bank.id)).toEqual(before);
  });

  it('404 for an application that is not there, without an event', async () => {
    const answer = await end(unknown);

    expect(answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await server.sql('select from application_events where application_id = $1', [unknown])).toEqual([]);
  });

  it.each([
    ['reason', {}],
    ['reason', { reason: '' }],
    ['reason', { reason: ' \u200B' }],
    ['reason', { reason: 'two\nlines' }],
    ['reason', { reason: 'turned \u202E round' }],
    ['reason', { reason: 'x'.repeat(501) }],
    ['reason', { reason: ['x'] }],
    ['reason', { reason: null }],
    ['until', { reason: 'x', until: 'now' }],
  ])('400 that names %s for a bad one', async (field, body) => {
    const before = await stateOf(bank.id);

    const answer = await endAs((await server.logInAdmin()).token, bank.id, body);

    expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field }] });
    expect(await stateOf(bank.id)).toEqual(before);
  });

  it('P3 503 while the application’s row is held, and repeating it is safe', async () => {
    const [admin, alive, before] = [await server.logInAdmin(), await enter(bank), await stateOf(bank.id)];
    await server.sql('begin');
    await server.sql('select from applications where id = $1 for update', [bank.id]);

    const held = await endAs(admin.token, bank.id);

    await server.sql('rollback');
    expect(held.json()).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect([await stateOf(bank.id), await everywhere(alive.token)]).toEqual([before, [200, 200]]);
    expect((await endAs(admin.token, bank.id)).statusCode).toBe(200);
    expect(await everywhere(alive.token)).toEqual([401, 401]);
  });
});

describe('an application that is disabled for a while', () => {
  it.each([
    ['by its administrator', (status: string) => changeStatus(bank.id, status)],
    ['by hand', (status: string) => server.sql('update applications set status = $2 where id = $1', [bank.id, status])],
  ])('P7 its sessions do not live again, %s; new ones do', async (_, change) => {
    const login = await freshLogin(bank);
    const { token } = await enter(bank, login);
    await change('disabled');
    const meanwhile = await everywhere(token);

    await change('active');

    const fresh = await enter(bank, login);
    expect([meanwhile, await everywhere(token), await everywhere(fresh.token)]).toEqual([
      [401, 401],
      [401, 401],
      [200, 200],
    ]);
    await sweep();
    const events = await server.sql(`select cause from session_events where user_id = $1 and type = 'session.ended'`, [
      fresh.userId,
    ]);
    expect(events).toEqual([{ cause: 'application_logout' }]);
  });
});

async function changeStatus(id: string, status: string): Promise<Answer> {
  const { token } = await server.logInAdmin();
  return server.patch(`/api/v1/admin/applications/${id}`, both(bearer(token), json({ status })));
}
