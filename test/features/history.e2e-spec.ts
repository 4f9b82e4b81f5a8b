import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, bearer, both, holdSweepers, json, PASSWORD, TestServer } from '../server.js';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());

const HISTORY = '/api/v1/admin/history';
const AGES_AGO = '2025-11-20';

interface Past {
  id: string;
  userId: string;
  username: string | null;
  createdAt: string;
  endedAt: string | null;
  cause: string | null;
  reason: string | null;
  endedByUserId: string | null;
  endedByKeyId: string | null;
}
interface Page {
  sessions: Past[];
  next: string | null;
  knownSince: string | null;
}

async function ask(query: string, as = admin): Promise<Page> {
  const answer = await server.get(`${HISTORY}?${query}`, as);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page>();
}

/** Endings of one user of its own: so many, each begun at a time of that day and ended at another. */
async function ended(name: string, from: string, to: string, { count = 1, ip = '203.0.113.7', cause = 'logout' } = {}) {
  const userId = await server.signUp(name);
  await server.sql(
    `insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at, occurred_at, ip)
     select users.id, 'session.ended', $5, gen_random_uuid(), application_id, 'native', $2::timestamptz, $2::timestamptz, $3::timestamptz + n * interval '1 second', $4
     from users, generate_series(0, $6 - 1) as n where users.id = $1`,
    [userId, `${AGES_AGO}T${from}Z`, `${AGES_AGO}T${to}Z`, ip, cause, count],
  );
  return userId;
}

/** Moves the start of a user's sessions back, so that they were in long ago. */
const wasInSince = (userId: string, instant: string) =>
  server.sql('update sessions set created_at = $2 where user_id = $1', [userId, instant]);

describe('GET /admin/history', () => {
  it('200 with who was in from a range at an instant, and what ended them', async () => {
    const userId = await ended('at@example.test', '14:00', '14:10');
    await ended('before@example.test', '13:00', '14:04');
    await ended('after@example.test', '14:06', '14:30');
    await ended('elsewhere@example.test', '14:00', '14:10', { ip: '198.51.100.7' });

    const page = await ask(`at=${AGES_AGO}T14:05:00Z&address=203.0.113.0/24`);

    expect(page.sessions).toMatchObject([
      {
        userId,
        username: 'at@example.test',
        address: '203.0.113.7',
        contract: 'native',
        createdAt: `${AGES_AGO}T14:00:00.000Z`,
        endedAt: `${AGES_AGO}T14:10:00.000Z`,
        cause: 'logout',
        reason: null,
        endedByUserId: null,
      },
    ]);
    expect(page).toMatchObject({ next: null, knownSince: `${AGES_AGO}T14:04:00.000Z` });
  });

  it('tells those who were in for some time of a span: from before, within, until after, and all along', async () => {
    const spans = ['01:00-02:00', '01:30-01:45', '01:45-03:00', '00:30-04:00'].map((span) => span.split('-'));
    for (const [from, to] of spans) await ended(`${from}@span.test`, from!, to!);
    await ended('earlier@span.test', '00:10', '01:25');
    await ended('later@span.test', '02:35', '02:40');

    const { sessions } = await ask(`from=${AGES_AGO}T01:30:00Z&to=${AGES_AGO}T02:30:00Z`);

    expect(sessions.map(({ username }) => username)).toEqual([
      '01:30@span.test',
      '01:00@span.test',
      '01:45@span.test',
      '00:30@span.test',
    ]);
  });

  it('puts those who are still in before those who have gone, and says who ended them and why', async () => {
    const [stays, goes] = [await server.logIn('still@example.test'), await server.logIn('gone@example.test')];
    for (const { userId } of [stays, goes]) await wasInSince(userId, '2024-01-01T00:00:00Z');
    await server.sql(`update applications set sessions_valid_after = '-infinity'`);
    const { userId: adminId } = await server.logInAdmin();
    const reason = 'Logins from a leaked list';
    const query = `reason=${encodeURIComponent(reason)}`;
    await server.delete(`/api/v1/admin/users/${goes.userId}/sessions?${query}`, admin);

    const { sessions } = await ask('at=2024-02-01T00:00:00Z');

    expect(sessions.map(({ id }) => id)).toEqual([stays.sessionId, goes.sessionId]);
    expect(sessions).toMatchObject([
      { endedAt: null, cause: null, endedByUserId: null },
      { cause: 'admin', reason, endedByUserId: adminId, endedByKeyId: null },
    ]);
    expect((await ask(`at=2024-02-01T00:00:00Z&cause=admin`)).sessions.map(({ id }) => id)).toEqual([goes.sessionId]);
  });

  it('keeps who was in when their user is deleted, without the name', async () => {
    const { userId, sessionId } = await server.logIn('deleted@example.test');
    await server.delete(`/api/v1/admin/users/${userId}`, admin);

    const { sessions } = await ask(`from=${AGES_AGO}T00:00:00Z&userId=${userId}`);

    expect(sessions).toMatchObject([{ id: sessionId, username: null, cause: 'user_deleted' }]);
  });

  it('goes on where the page before ended: over the living, over to the ended, and through ends of the same instant', async () => {
    const userId = await ended('pages@example.test', '20:00', '20:30', { count: 4 });
    await server.sql(`update session_events set occurred_at = '2025-11-20 20:30:00.5Z' where user_id = $1`, [userId]);
    for (let login = 0; login < 3; login++) await server.logIn('pages@example.test');
    await wasInSince(userId, `${AGES_AGO}T19:00:00Z`);
    const query = `at=${AGES_AGO}T20:15:00Z&userId=${userId}`;

    const pages: Past[][] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await ask(`${query}&limit=2${next && `&after=${next}`}`);
      pages.push(page.sessions);
      ({ next } = page);
    }

    const all = pages.flat();
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 2, 1]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(7);
    expect(all.map(({ endedAt }) => endedAt === null)).toEqual([true, true, true, false, false, false, false]);
  });

  it('as a stream, all of it and no more', async () => {
    const userId = await ended('stream@example.test', '21:00', '21:30', { count: 2_500 });
    const url = `${HISTORY}?at=${AGES_AGO}T21:15:00Z&userId=${userId}&limit=1`;

    const lines = await server.get(url, both(admin, { headers: { accept: 'application/x-ndjson' } }));
    const table = await server.get(url, both(admin, { headers: { accept: 'text/csv' } }));

    const ids = lines.body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Past).id);
    expect(new Set(ids).size).toBe(2_500);
    expect(table.body.split('\r\n')[0]).toBe(
      'id,userId,username,applicationId,contract,browser,system,address,label,createdAt,lastSeenAt,endedAt,cause,reason,endedByUserId,endedByKeyId',
    );
    expect(table.body.trim().split('\r\n')).toHaveLength(2_501);
  });
});

describe('who may look', () => {
  it('people with the role admin or auditor, and keys with the scope sessions', async () => {
    const inRole = async (role: string) => {
      await server.signUp(`${role}@roles.test`, { roles: [role] });
      return bearer((await server.logInAs({ login: `${role}@roles.test`, password: PASSWORD })).token);
    };
    const callers = {
      admin,
      auditor: await inRole('auditor'),
      support: await inRole('support'),
      editor: await inRole('editor'),
      sessions: bearer(await server.serviceKey(['sessions'])),
      events: bearer(await server.serviceKey(['events'])),
    };

    const statuses = await Promise.all(
      Object.entries(callers).map(async ([who, as]) => [
        who,
        (await server.get(`${HISTORY}?at=${AGES_AGO}T00:00:00Z`, as)).statusCode,
      ]),
    );

    expect(Object.fromEntries(statuses)).toEqual({
      admin: 200,
      auditor: 200,
      support: 403,
      editor: 403,
      sessions: 200,
      events: 403,
    });
  });

  it('asvs 8.4.1 an administrator of one application sees who was in there alone', async () => {
    const made = await server.post('/api/v1/admin/applications', both(admin, json({ name: 'one.test' })));
    const { id } = made.json<{ id: string }>();
    const user = { username: 'admin@one.test', password: PASSWORD, roles: ['admin'] };
    await server.post(`/api/v1/admin/users?applicationId=${id}`, both(admin, json(user)));
    const login = { login: user.username, password: PASSWORD, applicationId: id };
    const { token } = (await server.post('/api/v1/auth/login', json(login))).json<{ token: string }>();
    const [home] = await server.sql<{ id: string }>(`select application_id as id from identities where name = $1`, [
      ADMIN.login,
    ]);
    const span = `from=${AGES_AGO}T00:00:00Z`;

    const own = await ask(span, bearer(token));
    const refused = await server.get(`${HISTORY}?${span}&applicationId=${home!.id}`, bearer(token));

    expect(own.sessions.map(({ username }) => username)).toEqual(['admin@one.test']);
    expect(refused.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await ask(span)).sessions.length).toBeGreaterThan(1);
  });
});

describe('bad questions', () => {
  const INSTANT = '2026-11-20T18:00:00Z';
  const UUID = '00000000-0000-7000-8000-000000000000';

  it.each([
    ['', 'from'],
    [`to=${INSTANT}`, 'from'],
    [`at=${INSTANT}&from=${INSTANT}`, 'at'],
    [`at=${INSTANT}&to=${INSTANT}`, 'at'],
    [`from=${INSTANT}&to=2026-11-20T17:59:59Z`, 'to'],
    ['at=', 'at'],
    ['at=now', 'at'],
    ['at=2026-02-30T00:00:00Z', 'at'],
    ['from=infinity', 'from'],
    [`from=${INSTANT}&to=now`, 'to'],
    [`at=${INSTANT}&address=203.0.113.7/24`, 'address'],
    [`at=${INSTANT}&cause=boredom`, 'cause'],
    [`at=${INSTANT}&browser=Chrome`, 'browser'],
    [`at=${INSTANT}&after=${UUID}`, 'after'],
    [`at=${INSTANT}&after=2026-02-30T00:00:00Z_1`, 'after'],
    [`at=${INSTANT}&after=${INSTANT}_1234567890123456789`, 'after'],
    [`at=${INSTANT}&limit=0`, 'limit'],
    [`at=${INSTANT}&at=${INSTANT}`, 'at'],
    [`at=${INSTANT}&cause=idle&cause=idle`, 'cause'],
    [`at=${INSTANT}&after[]=x`, 'after[]'],
  ])('bad Q 400 for ?%s', async (query, field) => {
    expect((await server.get(`${HISTORY}?${query}`, admin)).json()).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ field }],
    });
  });

  it.each([
    'at=2999-12-31T23:59:59Z',
    'at=1970-01-01T00:00:00Z',
    `at=${INSTANT}&address=0.0.0.0/0`,
    `at=${INSTANT}&address=::/0`,
  ])('200 for ?%s', async (query) => {
    expect((await server.get(`${HISTORY}?${query}`, admin)).statusCode).toBe(200);
  });
});
