import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SessionSweeper } from '../../src/session/session-sweeper.js';
import { SessionToucher } from '../../src/session/session-toucher.js';
import { makeCrowd } from '../crowd.js';
import { bearer, both, holdSweepers, json, PASSWORD, TestServer, type LoggedIn } from '../server.js';

let server: TestServer;
let admin: string;
let home: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
  home = (await server.sql<{ id: string }>('select id from applications'))[0]!.id;
});
afterAll(() => server.stop());
afterEach(async () => {
  await change({ sessionLifetime: null, sessionIdle: null, parallelSessions: null });
  // What a limit ended stays dead; the sessions of the next test were never under it.
  await server.sql(`update applications set expired_up_to = '-infinity', idled_up_to = '-infinity'`);
});

const asAdmin = (body: object) => both(bearer(admin), json(body));
async function change(settings: object, application = home): Promise<void> {
  const answer = await server.patch(`/api/v1/admin/applications/${application}`, asAdmin(settings));
  expect(answer.statusCode).toBe(200);
}
/** Minutes since login, and since the session was last seen; nobody else's clock moves. */
async function ago(userId: string, sinceLogin: number, sinceSeen: number): Promise<void> {
  await server.sql(
    `update sessions set created_at = now() - $2 * interval '1 minute', last_seen_at = now() - $3 * interval '1 minute',
     idle_until = now() + (60 - $3) * interval '1 minute', expires_at = now() + (1440 - $2) * interval '1 minute' where user_id = $1`,
    [userId, sinceLogin, sinceSeen],
  );
}
const shown = async ({ token }: LoggedIn) =>
  (await server.get('/api/v1/auth/session', bearer(token))).json<{
    session: { createdAt: string; idleUntil: string; expiresAt: string };
  }>().session;
const sweep = () => server.app.get(SessionSweeper).sweep();
const minutesBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 60_000);

describe('a shorter limit of an application', () => {
  it('idle: ends what has not been seen for so long, with the next request, and no other', async () => {
    const idle = await server.logIn('idle@example.test');
    const busy = await server.logIn('busy@example.test');
    await ago(idle.userId, 50, 40);
    await ago(busy.userId, 50, 20);
    expect(await server.statusOfSession(idle.token)).toBe(200);
    await ago(idle.userId, 50, 40);

    await change({ sessionIdle: 1_800 });

    expect(await server.statusOfSession(idle.token)).toBe(401);
    expect(await server.statusOfSession(busy.token)).toBe(200);
  });

  it('lifetime: ends what started so long ago, however busy it is', async () => {
    const old = await server.logIn('old@example.test');
    const young = await server.logIn('young@example.test');
    await ago(old.userId, 130, 0);
    await ago(young.userId, 110, 0);

    await change({ sessionLifetime: 7_200 });

    expect(await server.statusOfSession(old.token)).toBe(401);
    expect(await server.statusOfSession(young.token)).toBe(200);
  });

  it.each([
    ['idle', { sessionIdle: 1_800 }],
    ['lifetime', { sessionLifetime: 3_000 }],
  ])('%s: the dead session is dead at every door', async (_, limit) => {
    const name = `doors-${Object.keys(limit)[0]}@example.test`;
    const dead = await server.logIn(name);
    await ago(dead.userId, 55, 40);
    const fresh = await server.logIn(name);
    const key = await server.serviceKey(['introspect', 'revoke']);

    await change(limit);

    const headers = { ...bearer(key).headers, 'content-type': 'application/x-www-form-urlencoded' };
    const introspected = await server.post('/oauth2/introspect', { headers, payload: `token=${dead.token}` });
    expect(introspected.json()).toEqual({ active: false });
    const many = await server.post(
      '/api/v1/sessions/introspect',
      both(bearer(key), json({ tokens: [dead.token, fresh.token] })),
    );
    expect(many.json<{ results: { active: boolean }[] }>().results.map(({ active }) => active)).toEqual([false, true]);
    expect((await server.get('/api/v1/forward-auth', bearer(dead.token))).statusCode).toBe(401);
    expect((await server.post('/api/v1/auth/rotate', bearer(dead.token))).statusCode).toBe(401);
    const listed = (await server.get('/api/v1/sessions', bearer(fresh.token))).json<{ sessions: { id: string }[] }>();
    expect(listed.sessions.map(({ id }) => id)).toEqual([fresh.sessionId]);
    const ended = await server.delete(`/api/v1/sessions/${dead.sessionId}`, bearer(fresh.token));
    expect(ended.statusCode).toBe(404);
  });

  it('a session that it ended takes no place among the parallel ones', async () => {
    const first = await server.logIn('place@example.test');
    await ago(first.userId, 50, 40);
    await change({ sessionIdle: 1_800, parallelSessions: { policy: 'first_wins' } });

    const second = await server.post('/api/v1/auth/login', json({ login: 'place@example.test', password: PASSWORD }));

    expect(second.statusCode).toBe(200);
  });

  it('is what sessions show: when they end is when they are dead', async () => {
    const session = await server.logIn('shown@example.test');
    const key = await server.serviceKey(['introspect']);
    const before = await shown(session);
    expect([before.idleUntil, before.expiresAt].map((end) => minutesBetween(before.createdAt, end))).toEqual([
      60, 1440,
    ]);

    await change({ sessionIdle: 600, sessionLifetime: 1_200 });

    const after = await shown(session);
    expect([after.idleUntil, after.expiresAt].map((end) => minutesBetween(after.createdAt, end))).toEqual([10, 20]);
    const [listed] = (await server.get('/api/v1/sessions', bearer(session.token))).json<{
      sessions: { idleUntil: string; expiresAt: string }[];
    }>().sessions;
    expect(listed).toMatchObject({ idleUntil: after.idleUntil, expiresAt: after.expiresAt });
    const headers = { ...bearer(key).headers, 'content-type': 'application/x-www-form-urlencoded' };
    const told = (await server.post('/oauth2/introspect', { headers, payload: `token=${session.token}` })).json<{
      exp: number;
    }>();
    expect(told.exp).toBe(Math.floor(Date.parse(after.idleUntil) / 1_000));
  });

  it('keeps a session alive that is in use: touches follow the shorter limit', async () => {
    const session = await server.logIn('touched@example.test');
    await change({ sessionIdle: 60 });
    await server.sql(`update sessions set last_seen_at = now() - interval '7 seconds' where id = $1`, [
      session.sessionId,
    ]);

    expect(await server.statusOfSession(session.token)).toBe(200);
    await server.app.get(SessionToucher).flush();

    const [row] = await server.sql<{ since: number }>(
      'select extract(epoch from now() - last_seen_at)::float as since from sessions where id = $1',
      [session.sessionId],
    );
    expect(row!.since).toBeLessThan(5);
  });

  it('ended: the sweeper takes the rows, and says which limit it was', async () => {
    const idle = await server.logIn('swept-idle@example.test');
    const old = await server.logIn('swept-old@example.test');
    const live = await server.logIn('swept-not@example.test');
    await ago(idle.userId, 50, 40);
    await ago(old.userId, 70, 0);
    await change({ sessionIdle: 1_800, sessionLifetime: 3_600 });

    await sweep();

    expect(await Promise.all([idle, old, live].map(({ userId }) => server.causes(userId)))).toEqual([
      ['idle'],
      ['expired'],
      [],
    ]);
  });

  it('is known to the estimate of how many are in', async () => {
    await makeCrowd(server, { users: 100, each: 20, ip: '203.0.113.77' });
    await server.sql(
      `update sessions set last_seen_at = now() - random() * interval '50 minutes' where ip = '203.0.113.77'`,
    );
    await server.sql('analyze sessions');
    const totals = async () => {
      const queries = ['', `applicationId=${home}`, 'address=203.0.113.77'];
      const counts: number[] = [];
      for (const query of queries) {
        const page = await server.get(`/api/v1/admin/sessions?limit=1&${query}`, bearer(admin));
        if (page.statusCode !== 200) throw new Error(page.body);
        counts.push(page.json<{ total: { count: number } }>().total.count);
      }
      return counts;
    };
    const whole = await totals();

    await change({ sessionIdle: 1_500 });

    const shortened = await totals();
    expect(whole.map((count) => count > 1_800)).toEqual([true, true, true]);
    expect(shortened.map((count) => count > 700 && count < 1_300)).toEqual([true, true, true]);
    await change({ sessionIdle: null });
    await server.sql('delete from sessions where ip = $1', ['203.0.113.77']);
  });

  it('says nothing about the sessions of other applications', async () => {
    const session = await server.logIn('ours@example.test');
    await ago(session.userId, 50, 40);
    const other = await server.post('/api/v1/admin/applications', asAdmin({ name: 'Other' }));

    await change({ sessionIdle: 60, sessionLifetime: 60 }, other.json<{ id: string }>().id);

    expect(await server.statusOfSession(session.token)).toBe(200);
  });
});

describe('a longer limit of an application', () => {
  it('holds for sessions that start from then on: none lives longer than it was told, and none comes back', async () => {
    const before = await server.logIn('longer@example.test');
    const dead = await server.logIn('back@example.test');
    await ago(dead.userId, 300, 70);

    await change({ sessionIdle: 7_200, sessionLifetime: 172_800 });

    const after = await server.logIn('longer@example.test');
    const [first, second] = [await shown(before), await shown(after)];
    expect([first.idleUntil, first.expiresAt].map((end) => minutesBetween(first.createdAt, end))).toEqual([60, 1440]);
    expect([second.idleUntil, second.expiresAt].map((end) => minutesBetween(second.createdAt, end))).toEqual([
      120, 2880,
    ]);
    expect(await server.statusOfSession(dead.token)).toBe(401);
  });

  it.each([
    ['idle', 'lifted', { sessionIdle: 1_800 }, { sessionIdle: null }],
    ['idle', 'longer', { sessionIdle: 1_800 }, { sessionIdle: 3_600 }],
    ['expired', 'lifted', { sessionLifetime: 3_000 }, { sessionLifetime: null }],
    ['expired', 'longer', { sessionLifetime: 3_000 }, { sessionLifetime: 86_400 }],
  ])(
    'P7 %s, %s: what the shorter one has ended stays dead, is swept with its cause, and nothing else dies',
    async (cause, way, shorter, longer) => {
      const dead = await server.logIn(`${cause}-${way}@example.test`);
      const alive = await server.logIn(`alive-${cause}-${way}@example.test`);
      await ago(dead.userId, 55, 40);
      await ago(alive.userId, 20, 15);
      await change(shorter);
      const before = await server.statusOfSession(dead.token);

      await change(longer);

      expect([before, await server.statusOfSession(dead.token)]).toEqual([401, 401]);
      expect(await server.statusOfSession(alive.token)).toBe(200);
      expect((await server.post('/api/v1/auth/rotate', bearer(dead.token))).statusCode).toBe(401);
      await sweep();
      expect([await server.causes(dead.userId), await server.causes(alive.userId)]).toEqual([[cause], []]);
    },
  );
});

describe('every other change of an administrator acts on the next request', () => {
  const make = async (path: string, body: object) =>
    (await server.post(path, asAdmin(body))).json<{ id: string; key: string }>();
  const patch = (path: string, body: object) => server.patch(path, asAdmin(body));
  const login = (name: string, applicationId: string) =>
    server.post('/api/v1/auth/login', json({ login: name, password: PASSWORD, applicationId }));
  const tenant = async (name: string, user: string) => {
    const { id } = await make('/api/v1/admin/applications', { name });
    await make(`/api/v1/admin/users?applicationId=${id}`, { username: user, password: PASSWORD });
    return { id, token: (await login(user, id)).json<{ token: string }>().token };
  };

  it('a user: disabled and enabled, given roles and robbed of them, deleted', async () => {
    const { token, userId } = await server.logIn('user@example.test');
    const path = `/api/v1/admin/users/${userId}`;
    const roles = async () =>
      (await server.get('/api/v1/auth/session', bearer(token))).json<{ user: { roles: string[] } }>().user.roles;
    await patch(path, { roles: ['editor', 'null', 'auditor'] });
    expect(await roles()).toEqual(['editor', 'null', 'auditor']);
    expect((await server.get('/api/v1/admin/users', bearer(token))).statusCode).toBe(200);
    await patch(path, { roles: [] });
    expect(await roles()).toEqual([]);
    expect((await server.get('/api/v1/admin/users', bearer(token))).statusCode).toBe(403);

    await patch(path, { status: 'disabled' });

    expect(await server.statusOfSession(token)).toBe(401);
    expect((await login('user@example.test', home)).statusCode).toBe(401);
    await patch(path, { status: 'active' });
    expect(await server.statusOfSession(token)).toBe(401);
    const again = (await login('user@example.test', home)).json<{ token: string }>().token;
    expect(await server.statusOfSession(again)).toBe(200);
    await server.delete(path, bearer(admin));
    expect(await server.statusOfSession(again)).toBe(401);
  });

  it('an application: disabled, everything of it is dead; enabled, its sessions are not back', async () => {
    const { id, token } = await tenant('Disabled', 'disabled@example.test');
    const key = await server.serviceKey(['users'], id);
    expect(await server.statusOfSession(token)).toBe(200);
    expect((await server.get('/api/v1/admin/users', bearer(key))).statusCode).toBe(200);

    await change({ status: 'disabled' }, id);

    expect(await server.statusOfSession(token)).toBe(401);
    expect((await server.get('/api/v1/admin/users', bearer(key))).statusCode).toBe(401);
    expect((await login('disabled@example.test', id)).statusCode).toBeGreaterThanOrEqual(400);
    await change({ status: 'active' }, id);
    expect((await server.get('/api/v1/admin/users', bearer(key))).statusCode).toBe(200);
    expect((await login('disabled@example.test', id)).statusCode).toBe(200);
  });

  it('a limit of parallel sessions: the next login counts by it, and nobody ends before', async () => {
    const first = await server.logIn('parallel@example.test');
    const second = await server.logIn('parallel@example.test');

    await change({ parallelSessions: { policy: 'end_oldest', limit: 1 } });

    expect([await server.statusOfSession(first.token), await server.statusOfSession(second.token)]).toEqual([200, 200]);
    const third = await server.logIn('parallel@example.test');
    expect(await Promise.all([first, second, third].map(({ token }) => server.statusOfSession(token)))).toEqual([
      401, 401, 200,
    ]);
  });

  it('a key of an application: added, it names it; removed, it names nothing', async () => {
    const { id } = await tenant('Keys', 'keys@example.test');
    const key = await make(`/api/v1/admin/applications/${id}/keys`, { kind: 'rest' });
    const ask = async () => (await server.get(`/${id}/${key.key}/users/isvalidusertoken/none`)).statusCode;
    const named = await ask();

    await server.delete(`/api/v1/admin/applications/${id}/keys/${key.id}`, bearer(admin));

    expect(named).toBe(200);
    expect(await ask()).not.toBe(200);
  });

  it('a service key: ended, and its scopes taken away', async () => {
    const { id, key } = await make('/api/v1/admin/service-keys', { name: 'x', scopes: ['users'], applicationId: null });
    const ask = async () => (await server.get('/api/v1/admin/users', bearer(key))).statusCode;
    const answers = [await ask()];

    await patch(`/api/v1/admin/service-keys/${id}`, { scopes: ['events'] });
    answers.push(await ask());
    await patch(`/api/v1/admin/service-keys/${id}`, { scopes: ['users'] });
    answers.push(await ask());
    await server.delete(`/api/v1/admin/service-keys/${id}`, bearer(admin));
    answers.push(await ask());

    expect(answers).toEqual([200, 403, 200, 401]);
  });

  it('a webhook: disabled, nothing that happens from then on waits for it', async () => {
    const hook = await make('/api/v1/admin/webhooks', { url: 'https://listener.example.org/hook', types: [] });
    await patch(`/api/v1/admin/webhooks/${hook.id}`, { status: 'disabled' });

    const read = await server.get(`/api/v1/admin/webhooks/${hook.id}`, bearer(admin));

    expect(read.json()).toMatchObject({ status: 'disabled' });
  });
});
