import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bearer, both, holdSweepers, json, TestServer } from '../server.js';

interface Statistics {
  from: string;
  to: string;
  live: {
    count: number;
    isEstimate: boolean;
    byApplication: object[];
    byContract: object[];
    byRole: object[];
    byAge: { name: string; count: number }[];
  };
  hours: { hour: string; logins: number; refusals: object[]; endings: object[] }[];
  busiestUsers: object[];
  mostLogins: { since: string; users: { applicationId: string; username: string; logins: number }[] };
}

let server: TestServer;
let admin: string;
let home: string;
let shop: string;
let busy: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
  home = (await server.sql<{ id: string }>('select id from applications'))[0]!.id;
  const made = await server.post('/api/v1/admin/applications', both(bearer(admin), json({ name: 'Shop' })));
  shop = made.json<{ id: string }>().id;
  await server.sql(
    `insert into users (id, application_id, username, password_hash, roles)
     select gen_random_uuid(), $1, 'user' || n, 'x', case when n <= 3 then array['editor', 'writer'] else '{}'::text[] end
     from generate_series(1, 20) as n`,
    [shop],
  );
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, last_seen_at, idle_until, expires_at)
     select users.id, gen_random_uuid(), $1, contract, sha256('x'), now() - age, now(), now() + idle, now() + interval '1 day'
     from users, (values ('native', interval '2 hours', interval '1 hour'), ('elvis', interval '9 hours', interval '1 hour'),
       ('elvis', interval '9 hours', interval '-1 second')) as kinds (contract, age, idle)
     where application_id = $1`,
    [shop],
  );
  [{ id: busy } = { id: '' }] = await server.sql<{ id: string }>(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select id, gen_random_uuid(), $1, 'native', sha256('x'), now() + interval '1 hour', now() + interval '1 day'
     from users, generate_series(1, 5) where username = 'user7' returning user_id as id`,
    [shop],
  );
  await count('2026-03-01T10:00Z', shop, 'login', '', 7);
  await count('2026-03-01T10:00Z', home, 'login', '', 5);
  await count('2026-03-01T11:00Z', shop, 'refusal', 'CREDENTIALS_REJECTED', 3);
  await count('2026-03-01T11:00Z', shop, 'refusal', '<script>alert(1)</script>"', 1);
  await count('2026-03-01T12:00Z', shop, 'ending', 'logout', 4);
  await count('2026-03-01T13:00Z', shop, 'login', '', 99);
});
afterAll(() => server.stop());

async function count(hour: string, application: string, kind: string, reason: string, times: number): Promise<void> {
  for (const contract of ['native', 'elvis'])
    await server.sql(
      'insert into statistics_hours (hour, application_id, kind, contract, reason, count) values ($1, $2, $3, $4, $5, $6)',
      [hour, application, kind, contract, reason, times],
    );
}

const SPAN = 'from=2026-03-01T10:30:00Z&to=2026-03-01T13:00:00Z';
const ask = (query = '', options: object = bearer(admin)) => server.get(`/api/v1/admin/statistics?${query}`, options);
const statistics = async (query = '', options?: object) => (await ask(query, options)).json<Statistics>();
const asSvg = (token = admin) => both(bearer(token), { headers: { accept: 'image/svg+xml' } });

describe('GET /admin/statistics', () => {
  it('counts live sessions by application, contract, role and age, and leaves out dead ones', async () => {
    const { live } = await statistics(`applicationId=${shop}`);

    expect(live).toEqual({
      count: 45,
      isEstimate: false,
      byApplication: [{ applicationId: shop, count: 45 }],
      byContract: [
        { name: 'native', count: 25 },
        { name: 'elvis', count: 20 },
      ],
      byRole: [
        { name: 'editor', count: 6 },
        { name: 'writer', count: 6 },
      ],
      byAge: [
        { name: 'under 15 min', count: 5 },
        { name: '15 min to 1 h', count: 0 },
        { name: '1 h to 8 h', count: 20 },
        { name: '8 h to 1 d', count: 20 },
        { name: '1 d to 7 d', count: 0 },
        { name: 'over 7 d', count: 0 },
      ],
    });
  });

  it('names the busiest users, and all applications where none is asked for', async () => {
    const all = await statistics();

    expect(all.busiestUsers[0]).toEqual({ userId: busy, applicationId: shop, username: 'user7', sessions: 7 });
    expect(all.busiestUsers).toHaveLength(10);
    expect(all.live.byApplication).toEqual([
      { applicationId: shop, count: 45 },
      { applicationId: home, count: all.live.count - 45 },
    ]);
  });

  it('names those who logged in most often within the span, and since when they were looked for', async () => {
    const key = await server.serviceKey(['audit'], shop);
    for (let round = 0; round < 12; round += 1) await server.logIn('often@example.test');
    const deleted = await server.logIn('gone@example.test');
    await server.delete(`/api/v1/admin/users/${deleted.userId}`, bearer(admin));
    const often = await vi.waitFor(
      async () => {
        const { from, mostLogins } = await statistics(`applicationId=${home}`);
        const found = mostLogins.users.find(({ username }) => username === 'often@example.test');
        expect([found?.logins, mostLogins.since === from]).toEqual([12, true]);
        return mostLogins.users;
      },
      { timeout: 20_000, interval: 500 },
    );

    const counts = often.map(({ logins }) => logins);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(often.map(({ username }) => username)).not.toContain('gone@example.test');
    expect((await statistics(SPAN)).mostLogins).toEqual({ since: '2026-03-01T10:30:00.000Z', users: [] });
    const ofShop = (await statistics('', bearer(key))).mostLogins.users;
    expect([new Set(ofShop.map(({ applicationId }) => applicationId)), ofShop.length]).toEqual([new Set([shop]), 10]);
  });

  it('counts logins, refusals by reason and endings by cause, for every hour of the span', async () => {
    const { from, to, hours } = await statistics(SPAN);

    expect([from, to]).toEqual(['2026-03-01T10:30:00.000Z', '2026-03-01T13:00:00.000Z']);
    expect(hours).toEqual([
      { hour: '2026-03-01T10:00:00.000Z', logins: 24, refusals: [], endings: [] },
      {
        hour: '2026-03-01T11:00:00.000Z',
        logins: 0,
        refusals: [
          { name: '<script>alert(1)</script>"', count: 2 },
          { name: 'CREDENTIALS_REJECTED', count: 6 },
        ],
        endings: [],
      },
      { hour: '2026-03-01T12:00:00.000Z', logins: 0, refusals: [], endings: [{ name: 'logout', count: 8 }] },
    ]);
  });

  it('counts what has just happened: a login, a refused one, and an ending', async () => {
    const { token } = await server.logIn('counted@example.test');
    await server.post('/api/v1/auth/login', json({ login: 'counted@example.test', password: 'a wrong one' }));
    await server.post('/api/v1/auth/logout', bearer(token));

    await vi.waitFor(
      async () => {
        const { hours } = await statistics(`applicationId=${home}`);
        expect(hours.reduce((total, { logins }) => total + logins, 0)).toBeGreaterThan(0);
        expect(hours.flatMap(({ refusals }) => refusals)).toContainEqual({ name: 'CREDENTIALS_REJECTED', count: 1 });
        expect(hours.flatMap(({ endings }) => endings)).toContainEqual({ name: 'logout', count: 1 });
      },
      { timeout: 20_000, interval: 500 },
    );
  });

  it('the last 24 hours where no span is asked for', async () => {
    const { from, to, hours } = await statistics();

    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
    expect(Math.abs(Date.now() - Date.parse(to))).toBeLessThan(60_000);
    expect([24, 25]).toContain(hours.length);
  });

  it.each([
    ['from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00Z', 'from'],
    ['from=2026-03-02T10:00:00Z&to=2026-03-01T10:00:00Z', 'from'],
    ['from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:01Z', 'from'],
    ['from=yesterday', 'from'],
    ['chart=pie', 'chart'],
    ['applicationId=mine', 'applicationId'],
    ['days=3', 'days'],
  ])('400 for %s', async (query, field) => {
    expect((await ask(query)).json()).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it('shows administrators of one application theirs alone', async () => {
    const key = await server.serviceKey(['audit'], shop);

    const { live, hours, busiestUsers } = await statistics(SPAN, bearer(key));

    expect(live.byApplication).toEqual([{ applicationId: shop, count: 45 }]);
    expect(hours[0]).toMatchObject({ logins: 14 });
    expect(new Set(busiestUsers.map((user) => (user as { applicationId: string }).applicationId))).toEqual(
      new Set([shop]),
    );
    expect((await ask(`applicationId=${home}`, bearer(key))).statusCode).toBe(403);
    expect((await ask('applicationId=00000000-0000-7000-8000-000000000000')).statusCode).toBe(404);
  });

  it('estimates from a sample where the table is large', async () => {
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at, created_at)
       select $1, gen_random_uuid(), $2, 'dittofi', '\\x00', now() + interval '1 hour', now() + interval '1 day', now()
       from generate_series(1, 30000)`,
      [busy, shop],
    );
    // As the planner sees a table of two million rows, of which these are one in sixty.
    await server.sql('analyze sessions');
    await server.sql(
      `update pg_class set reltuples = reltuples * 2000000 / (select count(*) from sessions) where relname = 'sessions'`,
    );

    const { live } = await statistics();

    expect(live.isEstimate).toBe(true);
    const [dittofi] = live.byContract as { name: string; count: number }[];
    expect(dittofi!.name).toBe('dittofi');
    expect(dittofi!.count).toBeGreaterThan(15_000);
    expect(dittofi!.count).toBeLessThan(45_000);
    await server.sql(`delete from sessions where contract = 'dittofi'`);
    await server.sql('analyze sessions');
  });
});

describe('GET /admin/statistics as SVG', () => {
  it.each([
    ['logins', 'Logins by hour', 'Logins'],
    ['refusals', 'Refused logins by hour', 'CREDENTIALS_REJECTED'],
    ['endings', 'Endings by hour', 'logout'],
    ['live', 'Live sessions by age', 'Live sessions'],
  ])('draws %s with a title, axes and a legend', async (chart, title, legend) => {
    const answer = await ask(`${SPAN}&chart=${chart}`, asSvg());

    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(answer.body).toMatch(/^<svg [^>]*><title>/);
    for (const text of [title, legend, chart === 'live' ? 'under 15 min' : '2026-03-01 11:00'])
      expect(answer.body).toContain(text);
  });

  it('runs nothing: no script, no style, texts escaped, under the policy of every answer', async () => {
    const answer = await ask(`${SPAN}&chart=refusals`, asSvg());

    expect(answer.body).toContain('&lt;script&gt;alert(1)');
    expect(answer.body).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:|<foreignObject|href=/i);
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('says none where there is nothing to draw, and only there', async () => {
    const nothing = await ask('from=2025-03-01T00:00:00Z&to=2025-03-02T00:00:00Z&chart=endings', asSvg());
    const something = await ask(`${SPAN}&chart=endings`, asSvg());

    expect([nothing.body.includes('>None.<'), something.body.includes('>None.<')]).toEqual([true, false]);
  });

  it('draws days where the span is longer than a week', async () => {
    const answer = await ask('from=2026-02-01T00:00:00Z&to=2026-03-03T00:00:00Z', asSvg());

    expect(answer.body).toContain('Logins by day');
    expect(answer.body).toContain('>2026-02-01<');
  });

  it('401 and 403 as elsewhere, as problems', async () => {
    const { token } = await server.logIn('nobody@example.test');

    expect((await ask('', { headers: { accept: 'image/svg+xml' } })).json()).toMatchObject({ status: 401 });
    expect((await ask('', asSvg(token))).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});
