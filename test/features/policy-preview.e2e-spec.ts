import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LongQuestions, tookTooLong } from '../../src/database/long-questions.js';
import { bearer, both, holdSweepers, json, TestServer } from '../server.js';

let server: TestServer;
let admin: string;
let shop: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  admin = (await server.logInAdmin()).token;
  const made = await server.post('/api/v1/admin/applications', both(bearer(admin), json({ name: 'Shop' })));
  shop = made.json<{ id: string }>().id;
  await server.sql(
    `insert into users (id, application_id, username, password_hash, roles)
     select gen_random_uuid(), $1, 'user' || n, 'x', case when n <= 3 then array['admin', 'editor'] else '{}'::text[] end
     from generate_series(1, 20) as n`,
    [shop],
  );
  // Users 1 to 10 were last seen 40 minutes ago, the others just now; each has a second, older session of another contract.
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, last_seen_at, idle_until, expires_at)
     select users.id, gen_random_uuid(), $1, contract, sha256('x'), now() - age, now() - seen, now() - seen + interval '1 hour', now() + interval '1 day'
     from users, (values ('native', interval '2 hours'), ('elvis', interval '9 hours')) as kinds (contract, age),
          lateral (select case when substr(username, 5)::integer <= 10 then interval '40 minutes' else interval '0' end as seen) as last
     where application_id = $1`,
    [shop],
  );
});
afterAll(() => server.stop());

const preview = (proposal: object, token = admin, application = shop) =>
  server.post(`/api/v1/admin/applications/${application}/policy/preview`, both(bearer(token), json(proposal)));
const countLive = async () =>
  (await server.sql<{ count: string }>('select count(*) from sessions where application_id = $1', [shop]))[0]!.count;

describe('POST /admin/applications/{id}/policy/preview', () => {
  it('an idle limit: how many would end, and how many of administrators, in numbers and in a sentence', async () => {
    const answer = await preview({ sessionIdle: 1_800 });

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      summary: 'With an idle limit of 30 min, 20 of 40 live sessions would end, 6 of them of administrators.',
      live: 40,
      wouldEnd: 20,
      wouldEndOfAdministrators: 6,
      beyondLimit: 0,
      byContract: [
        { contract: 'elvis', live: 20, wouldEnd: 10, wouldEndOfAdministrators: 3, beyondLimit: 0 },
        { contract: 'native', live: 20, wouldEnd: 10, wouldEndOfAdministrators: 3, beyondLimit: 0 },
      ],
    });
  });

  it('a lifetime ends what is older, a limit of parallel sessions what is beyond it at the next login', async () => {
    const lifetime = (await preview({ sessionLifetime: 28_800 })).json<object>();
    const limit = (await preview({ sessionLimit: 1 })).json<object>();
    const all = (await preview({ sessionLifetime: 28_800, sessionIdle: 1_800, sessionLimit: 1 })).json<object>();

    expect(lifetime).toMatchObject({ wouldEnd: 20, beyondLimit: 0 });
    expect(limit).toMatchObject({
      wouldEnd: 0,
      beyondLimit: 20,
      summary:
        'With a limit of 1 for each user, 0 of 40 live sessions would end, 0 of them of administrators. 20 more are beyond the limit, which acts at the next login.',
    });
    expect(all).toMatchObject({ wouldEnd: 30, beyondLimit: 0 });
  });

  it('limits as they are end nobody, and nothing is changed by asking', async () => {
    const before = await countLive();

    const nothing = await preview({});
    const none = await preview({ sessionLifetime: null, sessionIdle: null, sessionLimit: 0 });

    expect([nothing.json(), none.json()]).toEqual([
      expect.objectContaining({ live: 40, wouldEnd: 0, beyondLimit: 0 }),
      expect.objectContaining({ live: 40, wouldEnd: 0, beyondLimit: 0 }),
    ]);
    expect(await countLive()).toBe(before);
    const read = await server.get(`/api/v1/admin/applications/${shop}`, bearer(admin));
    expect(read.json()).toMatchObject({ sessionLifetime: null, sessionIdle: null });
  });

  it('403 for administrators of another application, 404 for none, 400 for what can be no limit', async () => {
    const [home] = await server.sql<{ id: string }>('select id from applications order by created_at limit 1');
    const key = await server.serviceKey(['admin'], shop);

    expect((await preview({}, key, home!.id)).statusCode).toBe(403);
    expect((await preview({ sessionIdle: 1_800 }, key)).json()).toMatchObject({ live: 40 });
    expect((await preview({}, admin, '00000000-0000-7000-8000-000000000000')).statusCode).toBe(404);
    for (const [body, field] of [
      [{ sessionIdle: 59 }, 'sessionIdle'],
      [{ sessionIdle: '1800' }, 'sessionIdle'],
      [{ sessionLifetime: 1.5 }, 'sessionLifetime'],
      [{ sessionLimit: -1 }, 'sessionLimit'],
      [{ idle: 60 }, 'idle'],
    ] as const)
      expect((await preview(body)).json()).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it('is asked one at a time: one that takes too long is refused, and the next is answered', async () => {
    const tooLong = server.app.get(LongQuestions).ask((run) => run('select pg_sleep(30)'));
    const [refused, answer] = await Promise.all([
      tooLong.catch((error: unknown) => error),
      preview({ sessionIdle: 1_800 }),
    ]);

    expect(refused).toMatchObject({ code: 'OVERLOADED', message: tookTooLong().message });
    expect(answer.json()).toMatchObject({ live: 40 });
  });

  it('503 where too many wait already', async () => {
    const questions = server.app.get(LongQuestions);
    const waiting = Array.from({ length: 8 }, () => questions.ask((run) => run('select pg_sleep(0.1)')));

    const answer = await preview({});

    expect(answer.json()).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect(answer.headers['retry-after']).toBe('1');
    await Promise.all(waiting);
    expect((await preview({})).statusCode).toBe(200);
  });

  it('a long question changes nothing', async () => {
    const deed = server.app.get(LongQuestions).ask((run) => run('delete from sessions'));

    await expect(deed).rejects.toThrow('read-only transaction');
  });

  it('says what then happens: so many sessions are dead once the limit is set, and stay dead when it is lifted', async () => {
    const { wouldEnd, live } = (await preview({ sessionIdle: 1_800 })).json<{ wouldEnd: number; live: number }>();
    await server.patch(`/api/v1/admin/applications/${shop}`, both(bearer(admin), json({ sessionIdle: 1_800 })));

    const after = (await preview({})).json<{ live: number }>();

    expect(after.live).toBe(live - wouldEnd);
    await server.patch(`/api/v1/admin/applications/${shop}`, both(bearer(admin), json({ sessionIdle: null })));
    expect((await preview({})).json()).toMatchObject({ live: after.live });
  });
});
