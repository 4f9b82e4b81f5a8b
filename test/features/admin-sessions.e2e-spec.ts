import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionSearch } from '../../src/session/session-search.js';
import { ADMIN, bearer, both, holdSweepers, json, PASSWORD, TestServer } from '../server.js';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());

const SESSIONS = '/api/v1/admin/sessions';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

interface Page {
  sessions: { id: string; username: string; createdAt: string; lastSeenAt: string }[];
  next: string | null;
  total: { count: number; isExact: boolean } | null;
}

async function list(query: string, as = admin): Promise<Page> {
  const answer = await server.get(`${SESSIONS}?${query}`, as);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page>();
}

async function namesOf(query: string): Promise<string[]> {
  return (await list(query)).sessions.map(({ username }) => username);
}

/** An administrator's session in this role, or a user's in none of them. */
async function inRole(role: string): Promise<ReturnType<typeof bearer>> {
  await server.signUp(`${role}@roles.test`, { roles: [role] });
  return bearer((await server.logInAs({ login: `${role}@roles.test`, password: PASSWORD })).token);
}

/** Another application, with an administrator of its own and a session there. */
async function tenant(name: string) {
  const { id } = (await server.post('/api/v1/admin/applications', both(admin, json({ name })))).json<{ id: string }>();
  const user = { username: `admin@${name}`, password: PASSWORD, roles: ['admin'] };
  await server.post(`/api/v1/admin/users?applicationId=${id}`, both(admin, json(user)));
  const login = { login: user.username, password: PASSWORD, applicationId: id };
  const answer = await server.post('/api/v1/auth/login', json(login));
  return { id, as: bearer(answer.json<{ token: string }>().token) };
}

/** Sessions of one user of its own, started a millisecond apart. */
async function rows(name: string, count: number, columns: Record<string, string> = {}): Promise<string> {
  const userId = await server.signUp(name);
  const names = Object.keys(columns).map((column) => `, ${column}`);
  const values = Object.values(columns).map((value) => `, ${value}`);
  // Not at once: what is open in this cluster holds back the events of every test beside it.
  for (let from = 1; from <= count; from += 5_000) {
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, idle_until, expires_at${names.join('')})
       select users.id, gen_random_uuid(), application_id, 'native', sha256(n::text::bytea), now() - n * interval '1 ms', now() + interval '1 hour', now() + interval '1 day'${values.join('')}
       from users, generate_series($2::int, $3::int) as n where users.id = $1`,
      [userId, from, Math.min(count, from + 4_999)],
    );
  }
  return userId;
}

describe('GET /admin/sessions', () => {
  it('200 with whose they are and whence, newest first, and no token', async () => {
    const userId = await server.signUp('whose@example.test', { roles: ['editor'] });
    const login = { login: 'whose@example.test', password: PASSWORD, label: 'Desk' };
    const answer = await server.post('/api/v1/auth/login', both({ headers: { 'user-agent': CHROME } }, json(login)));
    const { session } = answer.json<{ session: { id: string } }>();

    const found = await server.get(`${SESSIONS}?userId=${userId}`, admin);

    expect(found.json()).toMatchObject({
      sessions: [
        {
          id: session.id,
          userId,
          username: 'whose@example.test',
          roles: ['editor'],
          contract: 'native',
          browser: 'Chrome 156',
          system: 'Linux',
          address: '127.0.0.1',
          label: 'Desk',
        },
      ],
      next: null,
    });
    expect(found.body).not.toMatch(/cfs_|[Hh]ash/);
    expect(await namesOf(`browser=Chrome&system=Linux&userId=${userId}`)).toEqual(['whose@example.test']);
    expect(await namesOf(`browser=Firefox&userId=${userId}`)).toEqual([]);
  });

  it('finds by each filter what fits it, and by several what fits all of them', async () => {
    const userId = await rows('filters@filters.test', 1, {
      ip: `'203.0.113.7'`,
      browser: `'Lynx'`,
      system: `'Plan 9'`,
      last_seen_at: `now() - interval '40 minutes'`,
    });
    await server.sql(
      `update sessions set created_at = now() - interval '50 minutes', contract = 'elvis' where user_id = $1`,
      [userId],
    );
    await server.patch(`/api/v1/admin/users/${userId}`, both(admin, json({ roles: ['keeper'] })));
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const spans = ['createdBefore', 49, 'createdAfter', 51, 'lastSeenBefore', 39, 'lastSeenAfter', 41] as const;
    const fitting = [
      'contract=elvis&address=203.0.113.7&browser=Lynx&system=Plan%209&role=keeper',
      `address=203.0.113.0/24&idleForMs=${39 * 60_000}&createdBefore=${ago(49)}&lastSeenAfter=${ago(41)}`,
      'contract=elvis',
      'address=203.0.113.7',
      'address=203.0.113.0/24',
      'address=::ffff:203.0.113.0/120',
      'browser=Lynx',
      'system=Plan%209',
      'role=keeper',
      `idleForMs=${39 * 60_000}`,
      ...[0, 2, 4, 6].map((at) => `${spans[at]}=${ago(Number(spans[at + 1]))}`),
    ];
    const unfitting = [
      'contract=elvis&address=203.0.113.8',
      'role=keeper&browser=Chrome',
      'contract=native',
      'address=203.0.113.8',
      'address=203.0.114.0/24',
      'address=::/0',
      'browser=lynx',
      'system=Plan',
      'role=keep',
      `idleForMs=${41 * 60_000}`,
      ...[0, 2, 4, 6].map((at) => `${spans[at]}=${ago(Number(spans[at + 1]) + (at % 4 === 0 ? 2 : -2))}`),
    ];
    const isFound = async (query: string) => (await namesOf(`${query}&limit=200`)).includes('filters@filters.test');

    const found = await Promise.all(fitting.map(async (query) => [query, await isFound(query)]));
    const notFound = await Promise.all(unfitting.map(async (query) => [query, await isFound(query)]));

    expect(found).toEqual(fitting.map((query) => [query, true]));
    expect(notFound).toEqual(unfitting.map((query) => [query, false]));
  });

  it('finds what lies among the oldest alone, behind thousands that do not fit', async () => {
    await rows('newer@example.test', 60_000, { ip: `'10.0.0.1'`, last_seen_at: 'now()' });
    const userId = await rows('older@example.test', 6_000, { ip: `inet '198.51.100.0' + n % 256` });
    await server.sql(
      `update sessions set created_at = created_at - interval '1 hour', last_seen_at = now() - interval '1 hour' where user_id = $1`,
      [userId],
    );
    await server.sql('analyze sessions');

    const first = await list('address=198.51.100.0/24&limit=200');
    const second = await list(`address=198.51.100.0/24&limit=200&after=${first.next!}`);
    const idle = await list(`idleForMs=${59 * 60_000}&limit=200`);

    expect(new Set([...first.sessions, ...second.sessions].map(({ id }) => id)).size).toBe(400);
    expect(new Set([first, second, idle].flatMap(({ sessions }) => sessions).map(({ username }) => username))).toEqual(
      new Set(['older@example.test']),
    );
  });

  it.each([
    ['198.18.5.0/29', `host(inet '198.18.5.0' + n % 8)::inet`],
    ['2001:db8:5::8/125', `host(inet '2001:db8:5::8' + n % 8)::inet`],
    ['198.19.0.0/16', `host(inet '198.19.101.0' + n * 7)::inet`],
  ])('finds those of a few addresses, or of many, in the same order: %s', async (address, ip) => {
    const userId = await rows(`${address}@example.test`, 40, { ip, last_seen_at: `now() - n * interval '1 min'` });
    const asked = `address=${encodeURIComponent(address)}&`;

    const all = await server.get(`${SESSIONS}?${asked}limit=200`, admin);
    const first = await server.get(`${SESSIONS}?${asked}limit=7`, admin);
    const { next } = first.json<{ next: string }>();
    const second = await server.get(`${SESSIONS}?${asked}limit=7&after=${next}`, admin);
    const idle = await server.get(`${SESSIONS}?${asked}idleForMs=${20 * 60_000}&limit=200`, admin);

    const mine = (answer: typeof all) => answer.json<{ sessions: { id: string; userId: string }[] }>().sessions;
    const ids = (answer: typeof all) => mine(answer).map(({ id }) => id);
    expect(mine(all).filter((session) => session.userId === userId)).toHaveLength(40);
    expect([...ids(first), ...ids(second)]).toEqual(ids(all).slice(0, 14));
    expect(mine(idle).filter((session) => session.userId === userId)).toHaveLength(21);
  });

  it('goes on where the page before ended, also when its last session has ended, and names none twice', async () => {
    const userId = await rows('pages@example.test', 7);
    const query = `userId=${userId}&limit=3`;

    const first = await list(query);
    await server.sql('delete from sessions where id = $1', [first.sessions.at(-1)!.id]);
    const second = await list(`${query}&after=${encodeURIComponent(first.next!)}`);
    const third = await list(`${query}&after=${encodeURIComponent(second.next!)}`);

    const all = [first, second, third].flatMap(({ sessions }) => sessions);
    expect([first, second, third].map(({ sessions }) => sessions.length)).toEqual([3, 3, 1]);
    expect(third.next).toBeNull();
    expect(new Set(all.map(({ id }) => id)).size).toBe(7);
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
  });

  it('names all that started in the same instant', async () => {
    const userId = await rows('instant@example.test', 5);
    await server.sql(`update sessions set created_at = '2026-11-20 18:00:00.123456Z' where user_id = $1`, [userId]);
    await server.sql(`update applications set sessions_valid_after = '-infinity'`);

    const first = await list(`userId=${userId}&limit=2`);
    const rest = await list(`userId=${userId}&limit=5&after=${first.next!}`);

    expect(first.next).toMatch(/^2026-11-20T18:00:00\.123456Z_/);
    expect(new Set([...first.sessions, ...rest.sessions].map(({ id }) => id)).size).toBe(5);
  });

  it('leaves out what is dead but not swept: past its limits, or logged out with its application', async () => {
    const { id, as } = await tenant('ending.test');
    const userId = await rows('dead@example.test', 3);
    await server.sql(`update sessions set idle_until = now() where user_id = $1`, [userId]);

    const before = await list(`applicationId=${id}`);
    await server.post(`/api/v1/admin/applications/${id}/sessions/end`, both(as, json({ reason: 'A test' })));
    await server.sql('update applications set sessions_valid_after = now() where id = $1', [id]);

    expect(before.sessions).toHaveLength(1);
    expect((await list(`applicationId=${id}`)).sessions).toEqual([]);
    expect((await list(`userId=${userId}`)).sessions).toEqual([]);
  });

  it('tells how many there are: about, exactly, or not at all', async () => {
    const userId = await rows('total@example.test', 30);
    await server.sql('analyze sessions');
    const totalOf = async (how: string) => (await list(`userId=${userId}&limit=1${how}`)).total;

    expect(await totalOf('&total=exact')).toEqual({ count: 30, isExact: true });
    expect(await totalOf('&total=none')).toBeNull();
    const estimate = await totalOf('');
    expect(estimate!.isExact).toBe(false);
    expect(estimate!.count).toBeGreaterThan(10);
    expect(estimate!.count).toBeLessThan(90);
  });

  it('P14 refuses a count that takes longer than seven seconds, and says what to do', async () => {
    await server.sql('begin');
    await server.sql('lock table sessions in access exclusive mode');
    const startedAt = performance.now();

    const counting = server.app.get(SessionSearch).count({});

    await expect(counting).rejects.toMatchObject({ code: 'OVERLOADED', message: expect.stringContaining('estimate') });
    expect(performance.now() - startedAt).toBeGreaterThan(6_900);
    await server.sql('rollback');
  }, 20_000);
});

describe('who may look', () => {
  it('people with the role admin or auditor, and keys with the scope sessions; support sees one user’s', async () => {
    const userId = await rows('looked-at@example.test', 1);
    const callers = {
      admin,
      auditor: await inRole('auditor'),
      support: await inRole('support'),
      editor: await inRole('editor'),
      sessions: bearer(await server.serviceKey(['sessions'])),
      users: bearer(await server.serviceKey(['users'])),
    };
    const statuses = (url: string) =>
      Promise.all(
        Object.entries(callers).map(async ([who, as]) => [who, (await server.get(url, as)).statusCode] as const),
      );

    expect(Object.fromEntries(await statuses(SESSIONS))).toEqual({
      admin: 200,
      auditor: 200,
      support: 403,
      editor: 403,
      sessions: 200,
      users: 403,
    });
    expect(Object.fromEntries(await statuses(`/api/v1/admin/users/${userId}/sessions`))).toEqual({
      admin: 200,
      auditor: 200,
      support: 200,
      editor: 403,
      sessions: 200,
      users: 403,
    });
  });

  it('asvs 8.4.1 an administrator of one application sees its sessions alone, whatever they ask for', async () => {
    const { id, as } = await tenant('one.test');
    const other = await tenant('other.test');
    const everyone = await list('limit=200');

    const own = await list('limit=200', as);
    const refused = await server.get(`${SESSIONS}?applicationId=${other.id}`, as);
    const table = await server.get(SESSIONS, both(as, { headers: { accept: 'application/x-ndjson' } }));

    expect(own.sessions.map(({ username }) => username)).toEqual(['admin@one.test']);
    expect(everyone.sessions.map(({ username }) => username)).toContain('admin@other.test');
    expect(refused.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(
      table.body
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { applicationId: string }).applicationId),
    ).toEqual([id]);
  });

  it('404 for an application that is not there', async () => {
    const answer = await server.get(`${SESSIONS}?applicationId=00000000-0000-7000-8000-000000000000`, admin);

    expect(answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('GET /admin/users/{id}/sessions', () => {
  it('200 with theirs alone, page by page, as a table too', async () => {
    const userId = await rows('one@example.test', 3);
    const url = `/api/v1/admin/users/${userId}/sessions`;

    const first = (await server.get(`${url}?limit=2`, admin)).json<Page>();
    const rest = (await server.get(`${url}?after=${first.next!}`, admin)).json<Page>();
    const table = await server.get(url, both(admin, { headers: { accept: 'text/csv' } }));

    expect([first.sessions.length, rest.sessions.length, rest.next]).toEqual([2, 1, null]);
    expect(Object.keys(first)).toEqual(['sessions', 'next']);
    expect(table.body.split('\r\n')).toHaveLength(5);
    expect(table.body.split('\r\n')[0]).toBe(
      'id,userId,username,roles,applicationId,contract,browser,system,address,label,createdAt,lastSeenAt,idleUntil,expiresAt',
    );
  });

  it('404 for a user of another application as for one that never was', async () => {
    const { as } = await tenant('strangers.test');
    const userId = await server.signUp('stranger@example.test');

    const answers = await Promise.all(
      [userId, '00000000-0000-7000-8000-000000000000'].map((id) =>
        server.get(`/api/v1/admin/users/${id}/sessions`, as),
      ),
    );

    expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });
});

describe('GET /admin/users/{id}/sessions/{sessionId}', () => {
  const one = (userId: string, id: string) => `/api/v1/admin/users/${userId}/sessions/${id}`;

  it('200 as the list shows it', async () => {
    const { userId, sessionId } = await server.logIn('alone@example.test');
    await server.logIn('alone@example.test');

    const answer = await server.get(one(userId, sessionId), admin);

    const { sessions } = await list(`userId=${userId}`);
    expect([answer.statusCode, answer.json()]).toEqual([200, sessions.find(({ id }) => id === sessionId)]);
  });

  it('404 for one that has ended, for somebody else’s, and for a user of another application', async () => {
    const { as } = await tenant('not-yours.test');
    const ended = await server.logIn('ended@example.test');
    await server.post('/api/v1/auth/logout', bearer(ended.token));
    const other = await server.logIn('somebody@example.test');

    const answers = await Promise.all([
      server.get(one(ended.userId, ended.sessionId), admin),
      server.get(one(ended.userId, other.sessionId), admin),
      server.get(one(other.userId, other.sessionId), as),
    ]);

    expect(answers.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code])).toEqual(
      Array.from({ length: 3 }, () => [404, 'NOT_FOUND']),
    );
  });
});

describe('bad filters', () => {
  const INSTANT = '2026-11-20T18:00:00Z';
  const UUID = '00000000-0000-7000-8000-000000000000';
  const good = {
    applicationId: UUID,
    userId: UUID,
    contract: 'native',
    address: '203.0.113.0/24',
    browser: 'Chrome',
    system: 'Linux',
    role: 'editor',
    createdBefore: INSTANT,
    createdAfter: INSTANT,
    lastSeenBefore: INSTANT,
    lastSeenAfter: INSTANT,
    idleForMs: '1000',
    limit: '5',
    after: `${INSTANT}_${UUID}`,
    total: 'none',
  };
  const bad = {
    applicationId: ['', 'x', 'null'],
    userId: ['', `${UUID}0`],
    contract: ['', 'Native', 'a b', 'x'.repeat(41)],
    address: [
      '',
      'x',
      '203.0.113',
      '203.0.113.0/33',
      '203.0.113.7/24',
      '::/129',
      '0x7f.1',
      'fe80::1%25eth0',
      '1.2.3.4/24/8',
    ],
    browser: ['', 'x'.repeat(41), '%00', '%E2%80%AE'],
    system: ['', '%0a'],
    role: ['', '1st', 'a,b', 'x'.repeat(65)],
    createdBefore: [
      '',
      'now',
      '2026-11-20',
      '2026-02-30T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-14:00',
    ],
    createdAfter: ['1', '2026-11-20T25:00:00Z', '2026-11-20T18:00:00'],
    lastSeenBefore: ['2026-11-20T18:00:00+02:00', '2026-W01-1T00:00:00Z', 'infinity'],
    lastSeenAfter: ['epoch', '2026-11-20T18:00:00.1234567Z'],
    idleForMs: ['', '0', '-1', '1.5', '1e3', '315360000001', '9'.repeat(30)],
    limit: ['0', '201', 'many'],
    after: ['', UUID, `2026-02-30T00:00:00Z_${UUID}`, `0000-01-01T00:00:00Z_${UUID}`, `${INSTANT}_x`, 'null'],
    total: ['', 'Exact', 'true'],
  };
  const field = (name: string) => ({ status: 400, code: 'VALIDATION_FAILED', errors: [{ field: name }] });

  it.each(Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value])))(
    'bad Q 400 for %s=%s',
    async (name, value) => {
      expect((await server.get(`${SESSIONS}?${name}=${value}`, admin)).json()).toMatchObject(field(name!));
    },
  );

  it.each(Object.entries(good))(
    'bad Q1 asvs 15.3.7 400 for %s twice, and Q4 for it as an array',
    async (name, value) => {
      const given = encodeURIComponent(value);
      const twice = await server.get(`${SESSIONS}?${name}=${given}&${name}=${given}`, admin);
      const array = await server.get(`${SESSIONS}?${name}[]=${given}`, admin);

      expect([twice.json<{ code: string }>().code, array.json<{ code: string }>().code]).toEqual([
        'VALIDATION_FAILED',
        'VALIDATION_FAILED',
      ]);
    },
  );

  it.each(['token=x', '__proto__[x]=1', 'surprise=1', 'createdBefore[gt]=1'])('bad Q10 400 for ?%s', async (query) => {
    expect((await server.get(`${SESSIONS}?${query}`, admin)).statusCode).toBe(400);
  });

  it.each(['0.0.0.0/0', '::/0', '::ffff:0:0/96', '2001:db8::/32', '203.0.113.7/32', '255.255.255.255'])(
    'bad Q 200 for address=%s, as wide or narrow as it is',
    async (address) => {
      expect((await server.get(`${SESSIONS}?address=${address}`, admin)).statusCode).toBe(200);
    },
  );
});

describe('an export', () => {
  const ROWS = 200_000;

  async function open(accept: string, query: string): Promise<IncomingMessage> {
    const { port } = server.app.getHttpServer().address() as AddressInfo;
    const headers = { accept, authorization: (admin.headers as { authorization: string }).authorization };
    const asking = request({ port, path: `${SESSIONS}?${query}`, headers, agent: false }).end();
    return ((await once(asking, 'response')) as [IncomingMessage])[0];
  }

  it(`P14 of ${ROWS.toLocaleString('en')} sessions takes no more memory than a page, and has each of them once`, async () => {
    await server.app.listen(0, '127.0.0.1');
    const userId = await rows('many@example.test', ROWS, { label: `'=cmd()'` });
    await server.sql('analyze sessions');
    const answer = await open('application/x-ndjson', `createdAfter=2020-01-01T00:00:00Z`);
    const ids = new Set<string>();
    let rest = '';
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kept = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = kept();
    let heap = 0;
    let measuredAt = 0;
    let lines = 0;

    for await (const piece of answer.setEncoding('utf8')) {
      const texts = `${rest}${piece as string}`.split('\n');
      rest = texts.pop()!;
      for (const text of texts) {
        lines++;
        const { id, userId: whose } = JSON.parse(text) as { id: string; userId: string };
        if (whose === userId) ids.add(id.slice(0, 13));
      }
      if (lines - measuredAt > 20_000) {
        heap = Math.max(heap, kept());
        measuredAt = lines;
      }
    }

    expect(answer.complete).toBe(true);
    expect(ids.size).toBe(ROWS);
    expect(lines).toBeGreaterThanOrEqual(ROWS);
    // The ids kept here are some 20 of them; all rows at once would be more than 200.
    expect((heap - before) / 2 ** 20).toBeLessThan(80);
  }, 240_000);

  it('bad Q a text that a spreadsheet would run stands behind an apostrophe', async () => {
    await rows('formula@example.test', 1, { label: `'=HYPERLINK("http://e.example")'` });

    const answer = await server.get(
      `${SESSIONS}?createdAfter=2020-01-01T00:00:00Z&browser=none`,
      both(admin, { headers: { accept: 'text/csv' } }),
    );

    expect(answer.body.split('\r\n')).toHaveLength(2);
    const [{ id } = { id: '' }] = await server.sql<{ id: string }>(
      `select id from users where username = 'formula@example.test'`,
    );
    const table = await server.get(`${SESSIONS}?userId=${id}`, both(admin, { headers: { accept: 'text/csv' } }));
    expect(table.body).toContain(`,"'=HYPERLINK(""http://e.example"")",`);
  });

  it('reads no further when its client goes away', async () => {
    const answer = await open('application/x-ndjson', '');
    await once(answer, 'data');

    answer.destroy();

    await expect
      .poll(() =>
        server.sql(
          `select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%sessions.created_at desc%' and pid <> pg_backend_pid()`,
        ),
      )
      .toEqual([]);
  });

  it('is refused without the role before anything is sent', async () => {
    const { token } = await server.logIn('nobody@example.test');

    const answer = await server.get(SESSIONS, both(bearer(token), { headers: { accept: 'text/csv' } }));

    expect([answer.statusCode, answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([
      403,
      'application/problem+json; charset=utf-8',
      undefined,
    ]);
  });
});

describe('the hour in which a session was seen last', () => {
  const HOURS = `select (seen_hour = date_trunc('hour', last_seen_at, 'UTC')) as is from sessions where user_id = $1`;

  it('follows whoever moves last_seen_at, in UTC', async () => {
    const userId = await rows('hours@example.test', 2);

    await server.sql(`set timezone = 'Asia/Kolkata'`);
    await server.sql(`update sessions set last_seen_at = '2026-11-20T18:45:00Z' where user_id = $1`, [userId]);

    expect(await server.sql(HOURS, [userId])).toEqual([{ is: true }, { is: true }]);
    const [row] = await server.sql<{ hour: Date }>('select seen_hour as hour from sessions where user_id = $1', [
      userId,
    ]);
    expect(row!.hour.toISOString()).toBe('2026-11-20T18:00:00.000Z');
    await server.sql(`set timezone = 'UTC'`);
  });

  it('lets touches within it be HOT updates', async () => {
    const userId = await rows('hot@example.test', 2_000, {
      last_seen_at: `date_trunc('hour', now()) - interval '40 minutes'`,
    });
    const counts = async () => {
      await server.sql('select pg_stat_force_next_flush()');
      const [row] = await server.sql<{ all: number; hot: number }>(
        `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'sessions'`,
      );
      return row!;
    };
    const touched = async (interval: string, remainder: number) => {
      const before = await counts();
      await server.sql(
        `update sessions set last_seen_at = last_seen_at + $2::interval, idle_until = idle_until + $2::interval
         where user_id = $1 and abs(hashtext(id::text)) % 40 = $3`,
        [userId, interval, remainder],
      );
      const after = await counts();
      return { count: after.all - before.all, hot: (after.hot - before.hot) / (after.all - before.all) };
    };

    const within = await touched('1 minute', 1);
    const across = await touched('50 minutes', 2);

    expect(within.count).toBeGreaterThan(20);
    expect(within.hot).toBeGreaterThanOrEqual(0.95);
    expect(across.hot).toBe(0);
  });
});

it('an administrator’s own login is among them', async () => {
  expect(await namesOf('role=admin&limit=200')).toContain(ADMIN.login);
});
