import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { countFrom, dryRun, endFiltered, endingsFrom, makeCrowd, REASON } from '../crowd.js';
import {
  ADMIN,
  bearer,
  both,
  holdSweepers,
  json,
  PASSWORD,
  TestServer,
  type Answer,
  type LoggedIn,
} from '../server.js';
import { makeTenant, makeUser, type Tenant } from '../wires.js';

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>['app'];
let elsewhere: TestServer;
let admin: LoggedIn;
let shop: Tenant;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  other = (await TestServer.node(server.databaseUrl)).app;
  elsewhere = Object.create(server, { app: { value: other } }) as TestServer;
  shop = await makeTenant(server, 'shop');
});
afterAll(async () => {
  await other.close();
  await server.stop();
});
beforeEach(async () => {
  admin = await server.logInAdmin();
});

let addresses = 0;
/** An address that no session is from yet. */
const freshAddress = (): string => `203.0.113.${++addresses}`;
const from = (ip: string, { sessionId }: LoggedIn): Promise<unknown> =>
  server.sql('update sessions set ip = $1::inet where id = $2', [ip, sessionId]);
const enter = async (ip: string, login = 'someone@example.test'): Promise<LoggedIn> => {
  const session = await server.logIn(login);
  await from(ip, session);
  return session;
};
const end = (token: string, body: object, door = server): Promise<Answer> =>
  door.post('/api/v1/admin/sessions/end', both(bearer(token), json(body)));
const confirmationFor = async (filter: object, token = admin.token): Promise<string> =>
  (await dryRun(server, token, filter)).json<{ confirmation: string }>().confirmation;
const everywhere = (token: string): Promise<number[]> =>
  Promise.all([server, elsewhere].map((node) => node.statusOfSession(token)));
const codeOf = (answer: Answer): unknown[] => [answer.statusCode, answer.json<{ code: string }>().code];
const person = async (login: string, roles: string[], tenant?: Tenant): Promise<string> => {
  const url = tenant ? `/api/v1/admin/users?applicationId=${tenant.id}` : '/api/v1/admin/users';
  await server.post(url, both(bearer(admin.token), json({ username: login, password: PASSWORD, roles })));
  return (await server.logInAs({ login, password: PASSWORD, ...(tenant && { applicationId: tenant.id }) })).token;
};
const withKey = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe('the dry run', () => {
  it('P14 however many are counting, whoever logs in is answered', async () => {
    const key = await server.serviceKey(['sessions']);
    await server.sql('begin');
    await server.sql('lock table jobs in access exclusive mode');

    const counting = Array.from({ length: 14 }, () => dryRun(server, key, { address: '203.0.113.254' }));
    await pause(300);
    const logins = await Promise.all([1, 2, 3, 4].map(() => server.post('/api/v1/auth/login', json(ADMIN))));

    await server.sql('rollback');
    const statuses = (await Promise.all(counting)).map(({ statusCode }) => statusCode);
    expect(logins.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  });

  it('says how many sessions of how many users would end, shows the newest, and ends nothing', async () => {
    const ip = freshAddress();
    const alice = await enter(ip, 'alice@example.test');
    await enter(ip, 'alice@example.test');
    const bob = await enter(ip, 'bob@example.test');

    const answer = await dryRun(server, admin.token, { address: ip });

    const [{ id: applicationId }] = (await server.sql('select id from applications order by created_at limit 1')) as [
      Tenant,
    ];
    expect(answer.json()).toEqual({
      count: 3,
      users: 2,
      includesOwnSession: false,
      sample: [
        {
          id: bob.sessionId,
          userId: bob.userId,
          username: 'bob@example.test',
          applicationId,
          contract: 'native',
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          lastSeenAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          browser: null,
          system: null,
          address: ip,
        },
        expect.objectContaining({ userId: alice.userId }),
        expect.objectContaining({ id: alice.sessionId }),
      ],
      confirmation: expect.stringMatching(/^[\w-]{43}$/) as string,
      confirmationExpiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect([await countFrom(server, ip), await endingsFrom(server, ip)]).toEqual([3, []]);
  });

  it('says that the caller’s own session is among them', async () => {
    const ip = freshAddress();
    await from(ip, admin);

    const answer = await dryRun(server, admin.token, { address: ip });

    expect(answer.json()).toMatchObject({ count: 1, includesOwnSession: true });
  });

  it('keeps the confirmation as a hash alone, for five minutes', async () => {
    const answer = await dryRun(server, admin.token, { address: freshAddress() });

    const { confirmation, confirmationExpiresAt } = answer.json<{
      confirmation: string;
      confirmationExpiresAt: string;
    }>();
    const [row] = await server.sql<{ text: string; until: Date; by_hash: boolean }>(
      `select jobs::text as text, proposed_at + interval '5 minutes' as until, confirmation_hash = sha256($1::text::bytea) as by_hash
       from jobs order by id desc limit 1`,
      [confirmation],
    );
    expect(row).toMatchObject({ until: new Date(confirmationExpiresAt), by_hash: true });
    expect(row!.text).not.toContain(confirmation);
  });
});

describe('the ending', () => {
  it('P1 P9 200 with the count: dead on every node, each with one event that names who and why', async () => {
    const ip = freshAddress();
    const [alice, bob, outside] = [
      await enter(ip, 'alice@example.test'),
      await enter(ip, 'bob@example.test'),
      await enter(freshAddress()),
    ];

    const answer = await endFiltered(server, admin.token, { address: ip });

    const { jobId } = answer.json<{ jobId: string }>();
    const events = await server.sql(
      `select cause, reason, ended_by_user_id as by, ended_by_session_id as session, ended_by_key_id as key
       from session_events where type = 'session.ended' and session_id = any ($1::uuid[])`,
      [[alice.sessionId, bob.sessionId, outside.sessionId]],
    );
    expect([answer.statusCode, answer.json()]).toEqual([200, { ended: 2, jobId }]);
    expect([await everywhere(alice.token), await everywhere(bob.token), await everywhere(outside.token)]).toEqual([
      [401, 401],
      [401, 401],
      [200, 200],
    ]);
    const event = { cause: 'admin_filter', reason: REASON, by: admin.userId, session: admin.sessionId, key: null };
    expect(events).toEqual([event, event]);
    expect((await server.get(`/api/v1/admin/jobs/${jobId}`, bearer(admin.token))).json()).toMatchObject({
      status: 'done',
      kind: 'end_sessions',
      filter: { address: ip },
      reason: REASON,
      total: 2,
      done: 2,
      byUserId: admin.userId,
      secondsLeft: null,
      fault: null,
    });
  });

  it('is told to listeners with its reason, the administrator and the session', async () => {
    const ip = freshAddress();
    const alice = await enter(ip, 'alice@example.test');
    const key = withKey(await server.serviceKey(['events']));
    const { next } = (await server.get('/api/v1/events', key)).json<{ next: string }>();
    await endFiltered(server, admin.token, { address: ip });

    const answer = await server.get(`/api/v1/events?types=session.ended&after=${next}`, key);

    expect(answer.json<{ events: object[] }>().events).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({
          sessionId: alice.sessionId,
          cause: 'admin_filter',
          reason: REASON,
          endedByUserId: admin.userId,
          endedBySessionId: admin.sessionId,
        }) as object,
      }),
    ]);
  });

  it('spares what started after the dry run, and what no longer fits the filter', async () => {
    const ip = freshAddress();
    const [before, moved] = [await enter(ip), await enter(ip)];
    const filter = { address: ip };
    const confirmation = await confirmationFor(filter);
    const after = await enter(ip);
    await from('198.51.100.1', moved);

    const answer = await end(admin.token, { filter, confirmation, reason: REASON });

    expect(answer.json()).toMatchObject({ ended: 1 });
    expect([await everywhere(before.token), await everywhere(moved.token), await everywhere(after.token)]).toEqual([
      [401, 401],
      [200, 200],
      [200, 200],
    ]);
  });

  it('P1 reaches those that a clock ahead of this one started', async () => {
    const ip = freshAddress();
    const ahead = await enter(ip);
    await server.sql(`update sessions set created_at = now() + interval '10 seconds' where id = $1`, [ahead.sessionId]);

    await endFiltered(server, admin.token, { address: ip });

    expect(await everywhere(ahead.token)).toEqual([401, 401]);
  });

  it('counts idleness back from the dry run: who was seen since lives, and who became idle since does too', async () => {
    const ip = freshAddress();
    const [idle, seen, late] = [await enter(ip), await enter(ip), await enter(ip)];
    const lastSeen = ({ sessionId }: LoggedIn, ago: string) =>
      server.sql('update sessions set last_seen_at = now() - $2::interval where id = $1', [sessionId, ago]);
    await Promise.all([lastSeen(idle, '20 min'), lastSeen(seen, '20 min'), lastSeen(late, '14 min 59 s')]);
    const filter = { address: ip, idleForMs: 900_000 };
    const proposed = await dryRun(server, admin.token, filter);
    await lastSeen(seen, '0');
    await pause(1_500);

    const { count, confirmation } = proposed.json<{ count: number; confirmation: string }>();
    const answer = await end(admin.token, { filter, confirmation, reason: REASON });

    expect([count, answer.json<{ ended: number }>().ended]).toEqual([2, 1]);
    expect([await everywhere(idle.token), await everywhere(seen.token), await everywhere(late.token)]).toEqual([
      [401, 401],
      [200, 200],
      [200, 200],
    ]);
  });

  it('1,000 end before the answer, and one more makes it a job with its place', async () => {
    const [few, many] = [freshAddress(), freshAddress()];
    await makeCrowd(server, { users: 20, each: 50, ip: few });
    await makeCrowd(server, { users: 13, each: 77, ip: many });

    const atOnce = await endFiltered(server, admin.token, { address: few });
    const leftOfFew = await countFrom(server, few);
    const later = await endFiltered(server, admin.token, { address: many });

    expect([atOnce.statusCode, atOnce.json<{ ended: number }>().ended, leftOfFew]).toEqual([200, 1_000, 0]);
    expect([later.statusCode, later.json<{ status: string }>().status]).toEqual([202, 'running']);
    const job = () => server.get(String(later.headers['location']), bearer(admin.token));
    await expect.poll(async () => (await job()).json()).toMatchObject({ status: 'done', total: 1_001, done: 1_001 });
    expect(await endingsFrom(server, many)).toEqual([{ cause: 'admin_filter', events: 1_001, sessions: 1_001 }]);
  });

  it('by every field of the filter, together', async () => {
    const ip = freshAddress();
    const alice = await enter(ip, 'alice@example.test');
    const hour = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const filter = {
      userId: alice.userId,
      contract: 'native',
      address: `${ip}/32`,
      createdAfter: hour(-1),
      createdBefore: hour(1),
      lastSeenAfter: hour(-1),
      lastSeenBefore: hour(1),
    };

    const answer = await endFiltered(server, admin.token, filter);

    expect([answer.statusCode, answer.json<{ ended: number }>().ended]).toEqual([200, 1]);
    expect(await everywhere(alice.token)).toEqual([401, 401]);
  });
});

describe('asvs 2.3.1 409 CONFIRMATION_INVALID, and nothing is ended', () => {
  const refused = [409, 'CONFIRMATION_INVALID'];

  it('with another filter, another caller, too late, and the second time', async () => {
    const ip = freshAddress();
    const alice = await enter(ip, 'alice@example.test');
    const filter = { address: ip };
    const second = await person('second-admin@example.test', ['admin']);
    const confirmation = await confirmationFor(filter);
    const old = await confirmationFor(filter);
    await server.sql(
      `update jobs set proposed_at = proposed_at - interval '5 minutes' where confirmation_hash = sha256($1::text::bytea)`,
      [old],
    );

    const answers = [
      await end(admin.token, { filter: { ...filter, contract: 'native' }, confirmation, reason: REASON }),
      await end(second, { filter, confirmation, reason: REASON }),
      await end(admin.token, { filter, confirmation: old, reason: REASON }),
      await end(admin.token, { filter, confirmation: 'A'.repeat(43), reason: REASON }),
    ];
    const alive = await everywhere(alice.token);
    const used = await end(admin.token, { filter, confirmation, reason: REASON });
    const twice = await end(admin.token, { filter, confirmation, reason: REASON });

    expect([...answers, twice].map(codeOf)).toEqual([...answers, twice].map(() => refused));
    expect([alive, used.statusCode]).toEqual([[200, 200], 200]);
  });

  it('of two calls at once that bring the same one, one ends', async () => {
    const ip = freshAddress();
    await enter(ip);
    const filter = { address: ip };
    const confirmation = await confirmationFor(filter);

    const answers = await Promise.all(
      [server, elsewhere].map((door) => end(admin.token, { filter, confirmation, reason: REASON }, door)),
    );

    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 409]));
  });

  it('for the deletion of an application', async () => {
    const doomed = await makeTenant(server, 'confused');
    const confirmation = await confirmationFor({ applicationId: doomed.id });

    const answer = await server.delete(
      `/api/v1/admin/applications/${doomed.id}?confirmation=${confirmation}&reason=mixed`,
      bearer(admin.token),
    );

    expect(codeOf(answer)).toEqual(refused);
  });

  it('goes on in a later session of the same administrator, and of them alone', async () => {
    const ip = freshAddress();
    await enter(ip);
    const filter = { address: ip };
    const confirmation = await confirmationFor(filter);
    const later = await server.logInAdmin();

    const answer = await end(later.token, { filter, confirmation, reason: REASON });

    const [event] = await server.sql(
      `select ended_by_session_id as session from session_events where ip = $1::inet and type = 'session.ended'`,
      [ip],
    );
    expect([answer.statusCode, event]).toEqual([200, { session: later.sessionId }]);
  });
});

it('P14 finding what a dry run saw may take longer than other answers, too', { timeout: 30_000 }, async () => {
  const ip = freshAddress();
  const { token } = await enter(ip);
  const filter = { address: ip };
  const confirmation = await confirmationFor(filter);
  const blocker = new pg.Client(server.databaseUrl);
  await blocker.connect();
  await server.sql('begin');
  await server.sql('lock table jobs in share mode');

  const ending = end(admin.token, { filter, confirmation, reason: REASON });
  // The caller has been judged by now: from here on the search alone is kept waiting.
  const waits = `select from pg_locks where relation = 'jobs'::regclass and not granted`;
  await vi.waitUntil(async () => (await blocker.query(waits)).rowCount === 1, { interval: 10 });
  await blocker.query('begin');
  await blocker.query('lock table sessions in access exclusive mode');
  await server.sql('rollback');
  await pause(10_000);
  await blocker.query('rollback');
  await blocker.end();

  expect((await ending).json()).toMatchObject({ ended: 1 });
  expect(await everywhere(token)).toEqual([401, 401]);
});

describe('who may', () => {
  it('asvs 7.5.3 403 LOGIN_STALE after five minutes, and the confirmation stays good', async () => {
    const ip = freshAddress();
    await enter(ip);
    const filter = { address: ip };
    const confirmation = await confirmationFor(filter);
    const body = { filter, confirmation, reason: REASON };
    await server.sql(`update sessions set authenticated_at = now() - interval '6 min' where id = $1`, [
      admin.sessionId,
    ]);

    const stale = await end(admin.token, body);
    const everyone = await server.post(
      '/api/v1/admin/sessions/end-all',
      both(bearer(admin.token), json({ reason: REASON })),
    );
    const fresh = await end((await server.logInAdmin()).token, body);

    expect([codeOf(stale), codeOf(everyone), fresh.statusCode]).toEqual([
      [403, 'LOGIN_STALE'],
      [403, 'LOGIN_STALE'],
      200,
    ]);
  });

  it('403 for auditor and support, also for the dry run; auditors read jobs', async () => {
    const [auditor, support] = [
      await person('auditor@example.test', ['auditor']),
      await person('support@example.test', ['support']),
    ];
    const filter = { address: freshAddress() };

    const answers = await Promise.all([
      dryRun(server, auditor, filter),
      dryRun(server, support, filter),
      server.get('/api/v1/admin/jobs', bearer(support)),
      server.post('/api/v1/admin/jobs/00000000-0000-7000-8000-000000000000/stop', bearer(auditor)),
    ]);
    const jobs = await server.get('/api/v1/admin/jobs', bearer(auditor));

    expect(answers.map(codeOf)).toEqual(answers.map(() => [403, 'FORBIDDEN']));
    expect(jobs.statusCode).toBe(200);
  });

  it('a service key with the scope sessions, which is named in the events; 403 without the scope', async () => {
    const ip = freshAddress();
    const alice = await enter(ip, 'alice@example.test');
    const [key, wrong] = [await server.serviceKey(['sessions']), await server.serviceKey(['users'])];

    const refused = await dryRun(server, wrong, { address: ip });
    const answer = await endFiltered(server, key, { address: ip });

    const [event] = await server.sql(
      `select ended_by_user_id as user, ended_by_key_id is not null as by_key, reason from session_events
       where session_id = $1 and type = 'session.ended'`,
      [alice.sessionId],
    );
    expect([codeOf(refused), answer.statusCode]).toEqual([[403, 'SCOPE_MISSING'], 200]);
    expect(event).toEqual({ user: null, by_key: true, reason: REASON });
  });

  it('whoever is held to one application ends sessions of that one alone, and sees its jobs alone', async () => {
    const ip = freshAddress();
    const ours = await enter(ip);
    const login = 'customer@shop.test';
    await makeUser(server, shop, login);
    const theirs = await server.logInAs({ login, password: PASSWORD, applicationId: shop.id });
    await from(ip, theirs);
    const head = await person('head@shop.test', ['admin'], shop);
    const [{ id: home }] = (await server.sql('select id from applications order by created_at limit 1')) as [Tenant];

    const foreign = await dryRun(server, head, { address: ip, applicationId: home });
    const found = await dryRun(server, head, { address: ip });
    const answer = await endFiltered(server, head, { address: ip });
    const everyone = await server.post('/api/v1/admin/sessions/end-all', both(bearer(head), json({ reason: REASON })));

    const jobs = (await server.get('/api/v1/admin/jobs', bearer(head))).json<{ jobs: { id: string }[] }>().jobs;
    const ownJob = answer.json<{ jobId: string }>().jobId;
    const all = (await server.get('/api/v1/admin/jobs', bearer(admin.token))).json<{ jobs: { id: string }[] }>().jobs;
    const hidden = await server.get(`/api/v1/admin/jobs/${all.find(({ id }) => id !== ownJob)!.id}`, bearer(head));
    expect([codeOf(foreign), codeOf(everyone), codeOf(hidden)]).toEqual([
      [403, 'FORBIDDEN'],
      [403, 'FORBIDDEN'],
      [404, 'NOT_FOUND'],
    ]);
    expect([found.json(), answer.json()]).toMatchObject([{ count: 1 }, { ended: 1 }]);
    expect(jobs.map(({ id }) => id)).toEqual([ownJob]);
    expect([await everywhere(theirs.token), await everywhere(ours.token)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });
});

describe('400 VALIDATION_FAILED', () => {
  const confirmation = 'A'.repeat(43);
  it.each([
    ['an empty filter', { filter: {}, dryRun: true }, 'filter'],
    ['an empty filter that is to be ended', { filter: {}, confirmation, reason: REASON }, 'filter'],
    ['no filter', { dryRun: true }, 'filter'],
    ['a condition that there is none of', { filter: { name: 'x' }, dryRun: true }, 'filter.name'],
    ['a range with bits behind its length', { filter: { address: '203.0.113.7/24' }, dryRun: true }, 'filter.address'],
    ['null as a condition', { filter: { contract: null }, dryRun: true }, 'filter.contract'],
    ['neither dry run nor confirmation', { filter: { contract: 'native' }, reason: REASON }, 'confirmation'],
    ['no reason', { filter: { contract: 'native' }, confirmation }, 'reason'],
    ['a reason of spaces', { filter: { contract: 'native' }, confirmation, reason: '  ' }, 'reason'],
    ['a dry run that is none', { filter: { contract: 'native' }, dryRun: false }, 'dryRun'],
    [
      'a dry run with a confirmation that is none',
      { filter: { contract: 'native' }, dryRun: true, confirmation: 7 },
      'confirmation',
    ],
  ])('%s', async (_, body, field) => {
    const answer = await end(admin.token, body);

    const { code, errors } = answer.json<{ code: string; errors: { field: string }[] }>();
    expect([answer.statusCode, code, errors[0]?.field]).toEqual([400, 'VALIDATION_FAILED', field]);
  });
});

describe('everyone', () => {
  it('P1 asvs 7.4.5 one call ends every session of every application, with an event for each application', async () => {
    const login = 'customer-of-all@shop.test';
    await makeUser(server, shop, login);
    const [ours, theirs] = [
      await server.logIn('alice@example.test'),
      await server.logInAs({ login, password: PASSWORD, applicationId: shop.id }),
    ];

    const answer = await server.post(
      '/api/v1/admin/sessions/end-all',
      both(bearer(admin.token), json({ reason: 'Everyone, at once' })),
    );

    const [{ applications, events }] = (await server.sql(
      `select (select count(*)::int from applications) as applications,
              (select count(*)::int from application_events where reason = 'Everyone, at once' and ended_by_session_id = $1
                and occurred_at = $2) as events`,
      [
        admin.sessionId,
        (await server.sql<{ at: string }>('select max(sessions_valid_after)::text as at from applications'))[0]!.at,
      ],
    )) as [{ applications: number; events: number }];
    expect([answer.statusCode, answer.json<{ applications: number }>().applications, events]).toEqual([
      200,
      applications,
      applications,
    ]);
    expect([await everywhere(ours.token), await everywhere(theirs.token), await everywhere(admin.token)]).toEqual([
      [401, 401],
      [401, 401],
      [401, 401],
    ]);
    expect(await everywhere((await server.logInAdmin()).token)).toEqual([200, 200]);
  });

  it('P5 logins that race two of them: what was answered before either began is dead, what begins after both lives', async () => {
    const before = await Promise.all(Array.from({ length: 10 }, () => server.logIn('racer@example.test')));
    const call = (door: TestServer) =>
      door.post('/api/v1/admin/sessions/end-all', both(bearer(admin.token), json({ reason: REASON })));

    const [first, second] = await Promise.all([
      call(server),
      call(elsewhere),
      ...Array.from({ length: 20 }, () => server.logIn('racer@example.test')),
    ]);
    const after = await server.logIn('racer@example.test');

    expect([200, 401]).toContain(second.statusCode);
    expect([200, 401]).toContain(first.statusCode);
    expect([first.statusCode, second.statusCode]).toContain(200);
    expect(await Promise.all(before.map(({ token }) => everywhere(token)))).toEqual(before.map(() => [401, 401]));
    expect(await everywhere(after.token)).toEqual([200, 200]);
  });
});

describe('one user', () => {
  const url = ({ userId }: LoggedIn, rest = ''): string => `/api/v1/admin/users/${userId}/sessions${rest}`;

  it('asvs 7.4.5 all of their sessions end, with who and why; others live', async () => {
    const [first, second, bob] = [
      await server.logIn('alice@example.test'),
      await server.logIn('alice@example.test'),
      await server.logIn('bob@example.test'),
    ];

    const answer = await server.delete(url(first, '?reason=Laptop%20lost'), bearer(admin.token));

    const [event] = await server.sql(
      `select cause, reason, ended_by_user_id as by from session_events where session_id = $1 and type = 'session.ended'`,
      [second.sessionId],
    );
    expect(answer.statusCode).toBe(200);
    expect(answer.json<{ ended: number }>().ended).toBeGreaterThanOrEqual(2);
    expect(event).toEqual({ cause: 'admin', reason: 'Laptop lost', by: admin.userId });
    expect([await everywhere(first.token), await everywhere(second.token), await everywhere(bob.token)]).toEqual([
      [401, 401],
      [401, 401],
      [200, 200],
    ]);
  });

  it('asvs 7.4.5 204 for one of them, without a reason; 404 the second time, and for another’s session', async () => {
    const [alice, bob] = [await server.logIn('alice@example.test'), await server.logIn('bob@example.test')];

    const strange = await server.delete(url(alice, `/${bob.sessionId}`), bearer(admin.token));
    const answer = await server.delete(url(alice, `/${alice.sessionId}`), bearer(admin.token));
    const again = await server.delete(url(alice, `/${alice.sessionId}`), bearer(admin.token));

    const [event] = await server.sql(
      `select cause, reason, ended_by_user_id as by from session_events where session_id = $1 and type = 'session.ended'`,
      [alice.sessionId],
    );
    expect([codeOf(strange), answer.statusCode, codeOf(again)]).toEqual([[404, 'NOT_FOUND'], 204, [404, 'NOT_FOUND']]);
    expect(event).toEqual({ cause: 'admin', reason: null, by: admin.userId });
    expect([await everywhere(alice.token), await everywhere(bob.token)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
  });

  it('support ends those of users, and 403 for those of administrators; auditors none', async () => {
    const [support, auditor] = [
      await person('helper@example.test', ['support']),
      await person('reader@example.test', ['auditor']),
    ];
    const alice = await server.logIn('alice@example.test');

    const answers = [
      await server.delete(url(admin), bearer(support)),
      await server.delete(url(admin, `/${admin.sessionId}`), bearer(support)),
      await server.delete(url(alice), bearer(auditor)),
    ];
    const ended = await server.delete(url(alice), bearer(support));

    expect(answers.map(codeOf)).toEqual(answers.map(() => [403, 'FORBIDDEN']));
    expect([ended.statusCode, await everywhere(alice.token), await everywhere(admin.token)]).toEqual([
      200,
      [401, 401],
      [200, 200],
    ]);
  });

  it('404 for a user of another application, and 400 for a reason that is none', async () => {
    const head = await person('another-head@shop.test', ['admin'], shop);
    const alice = await server.logIn('alice@example.test');

    const answers = [
      await server.delete(url(alice), bearer(head)),
      await server.delete(url(alice, '?reason=%0a'), bearer(admin.token)),
    ];

    expect(answers.map(codeOf)).toEqual([
      [404, 'NOT_FOUND'],
      [400, 'VALIDATION_FAILED'],
    ]);
    expect(await everywhere(alice.token)).toEqual([200, 200]);
  });
});
