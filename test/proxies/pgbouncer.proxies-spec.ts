import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isBehindPooler } from '../../src/database/pooler.js';
import { PgBouncer } from '../bench/pgbouncer.js';
import { NodeProcess } from '../node-process.js';
import { Receiver } from '../receiver.js';
import { ADMIN, bearer, both, json, keep, PASSWORD, TestServer } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS } from '../wires.js';

const DEFAULTS = { statement_timeout: '1500', idle_in_transaction_session_timeout: '5000', timezone: 'UTC' };
const PASSED_OVER = 'options,statement_timeout,idle_in_transaction_session_timeout';

let bouncer: PgBouncer;
let server: TestServer;
let folder: string;
const poolers: PgBouncer[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-pgbouncer-test-'));
  server = await TestServer.start({ WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' }, async (url) => {
    await withDefaults(url);
    bouncer = await PgBouncer.start(url);
    return bouncer.url;
  });
});
afterEach(async () => {
  NodeProcess.killAll();
  await Promise.all(poolers.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await server?.stop();
  await bouncer?.stop();
  await rm(folder, { recursive: true });
});

async function onServer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** The role's defaults in this database, as docs/scaling.md asks for them. */
async function withDefaults(url: string): Promise<void> {
  const { username, pathname } = new URL(url);
  const alter = `alter role ${username} in database ${pathname.slice(1)}`;
  await onServer(url, ...Object.entries(DEFAULTS).map(([name, value]) => `${alter} set ${name} = '${value}'`));
}

/** An empty database behind a PgBouncer of its own, both gone with the test. */
async function emptyBehindPooler(name: string, settings: Parameters<typeof PgBouncer.start>[1] = {}) {
  await server.sql(`drop database if exists ${name} with (force)`);
  await server.sql(`create database ${name}`);
  const url = Object.assign(new URL(server.databaseUrl), { pathname: `/${name}` }).href;
  const pooler = await PgBouncer.start(url, settings);
  poolers.push(pooler);
  return { url, pooler };
}

describe('a pooler is noticed', () => {
  it.each([
    ['transactions', {}],
    ['transactions, round robin', { server_round_robin: 1 }],
    ['transactions, one back end', { default_pool_size: 1 }],
    ['what is told at the start passed over', { ignore_startup_parameters: PASSED_OVER }],
    [
      'sessions, what is told at the start passed over',
      { pool_mode: 'session', ignore_startup_parameters: PASSED_OVER },
    ],
  ])('%s', async (_, settings) => {
    const pooler = await PgBouncer.start(server.databaseUrl, settings);
    poolers.push(pooler);

    expect(await isBehindPooler(pooler.url)).toBe(true);
  });

  it('and PostgreSQL itself is not taken for one', async () => {
    expect(await isBehindPooler(server.databaseUrl)).toBe(false);
  });
});

describe('the start behind a pooler', () => {
  it('is refused with one line that names the statements, where the limits of statements would not hold', async () => {
    const { pooler } = await emptyBehindPooler('pooled_without_defaults');
    const { username } = new URL(pooler.url);

    const node = await NodeProcess.boot({ DATABASE_URL: pooler.url, LOG_LEVEL: 'warn' }, folder);

    const alter = `alter role ${username} in database pooled_without_defaults set`;
    expect([await node.exit, node.output()]).toEqual([
      1,
      'DATABASE_URL: the pooler in front of this PostgreSQL does not pass on the limits of statements; make them defaults of the role: ' +
        `${alter} idle_in_transaction_session_timeout = '5000'; ${alter} statement_timeout = '1500'; Then let the pooler reconnect\n`,
    ]);
  });

  it('is refused with one line where the pooler knows no transactions', async () => {
    const { url, pooler } = await emptyBehindPooler('pooled_by_statement', { pool_mode: 'statement' });
    await withDefaults(url);

    const node = await NodeProcess.boot({ DATABASE_URL: pooler.url, LOG_LEVEL: 'warn' }, folder);

    expect([await node.exit, node.output()]).toEqual([
      1,
      'DATABASE_URL: the pooler in front of this PostgreSQL knows no transactions; set pool_mode = transaction\n',
    ]);
  });

  it('two nodes at once on an empty database: one migrates, both serve, and the log says that there is a pooler', async () => {
    const { url, pooler } = await emptyBehindPooler('pooled_by_two');
    await withDefaults(url);

    const pair = await Promise.all(
      [1, 2].map(() => NodeProcess.boot({ DATABASE_URL: pooler.url, LOG_FORMAT: 'json' }, folder)),
    );
    await Promise.all(pair.map((node) => node.ready()));

    const outputs = pair.map((node) => node.output());
    expect(outputs.filter((output) => /\d+ migrations applied/.test(output))).toHaveLength(1);
    expect(outputs.filter((output) => output.includes('A pooler stands before PostgreSQL'))).toHaveLength(2);
  });

  it('npm run migrate wants PostgreSQL itself, and says so in one line', async () => {
    const cli = ['node_modules/typeorm/cli.js', 'migration:run', '-d', 'dist/ormconfig.js'];
    const env = { PATH: process.env['PATH'], DATABASE_URL: bouncer.url };
    const child = spawn(process.execPath, cli, { cwd: join(import.meta.dirname, '../..'), env });
    const written: string[] = [];
    child.stderr.on('data', (bytes: Buffer) => written.push(bytes.toString()));

    const [code] = await once(child, 'close');

    expect([code, written.join('')]).toEqual([1, 'DATABASE_URL: a pooler; for migrations name PostgreSQL itself\n']);
  });
});

describe('behind a pooler', () => {
  it('a session’s life: login, check, list, touch, rotation, logout', async () => {
    const { token, userId, sessionId } = await server.logIn('life@example.test');
    const listed = (await server.get('/api/v1/sessions', bearer(token))).json<{ sessions: { id: string }[] }>();
    await server.passTime(userId, '2 minutes');
    const touched = await server.statusOfSession(token);
    const isTouched = () =>
      server.sql(`select from sessions where id = $1 and last_seen_at > now() - interval '1 minute'`, [sessionId]);
    await expect.poll(async () => (await isTouched()).length, { timeout: 3_000 }).toBe(1);

    const rotated = await server.post('/api/v1/auth/rotate', bearer(token));
    const fresh = rotated.json<{ token: string }>().token;
    const beforeLogout = [await server.statusOfSession(token), await server.statusOfSession(fresh)];
    const logout = await server.post('/api/v1/auth/logout', bearer(fresh));

    expect([listed.sessions.map(({ id }) => id), touched, rotated.statusCode, beforeLogout]).toEqual([
      [sessionId],
      200,
      200,
      [401, 200],
    ]);
    expect([logout.statusCode, await server.statusOfSession(fresh), await server.causes(userId)]).toEqual([
      204,
      401,
      ['logout'],
    ]);
  });

  it('log out everywhere, and what administrators do', async () => {
    const logins = [await server.logIn('many@example.test'), await server.logIn('many@example.test')];
    const { token } = await server.logInAdmin();

    const all = await server.post('/api/v1/auth/logout', both(bearer(logins[0]!.token), json({ scope: 'all' })));
    const again = await server.logIn('many@example.test');
    const disabled = await server.patch(
      `/api/v1/admin/users/${again.userId}`,
      both(bearer(token), json({ status: 'disabled' })),
    );

    expect([all.statusCode, disabled.statusCode]).toEqual([204, 200]);
    expect(await Promise.all([...logins, again].map((one) => server.statusOfSession(one.token)))).toEqual([
      401, 401, 401,
    ]);
    expect(await server.causes(again.userId)).toEqual(['logout_all', 'logout_all', 'user_disabled']);
  });

  it.each(WIRE_CLIENTS)('a client’s day on the wire $contract', async (client) => {
    const tenant = await makeTenant(server, `pooled-${client.contract}`, { parallelSessions: { policy: 'unlimited' } });
    const login = `${client.contract}@example.test`;
    await makeUser(server, tenant, login);
    const token = await tokenFrom(client, server, tenant, login);

    const before = client.isLive(await client.ask(server, tenant, token));
    await client.logOut(server, tenant, token);

    expect([before, client.isLive(await client.ask(server, tenant, token))]).toEqual([true, false]);
  });

  it('P1 no ghost: of checks racing twenty logouts none that began after the answer is 200', async () => {
    const logins = await Promise.all(Array.from({ length: 20 }, () => server.logIn('ghost@example.test')));

    const seen = await Promise.all(
      logins.map(async ({ token }) => {
        let isAnswered = false;
        const late: number[] = [];
        const ask = async (): Promise<void> => {
          while (late.length < 5) {
            const isLate = isAnswered;
            const status = await server.statusOfSession(token);
            if (isLate) late.push(status);
          }
        };
        const asking = [ask(), ask()];
        const { statusCode } = await server.post('/api/v1/auth/logout', bearer(token));
        isAnswered = true;
        await Promise.all(asking);
        return [statusCode, ...new Set(late)];
      }),
    );

    expect(seen).toEqual(logins.map(() => [204, 401]));
  });

  it('checks go by key, however many share a statement, though every one is planned', async () => {
    await server.sql(`insert into users (id, application_id, username)
      select gen_random_uuid(), applications.id, 'crowd' || n from applications, generate_series(1, 5000) as n limit 5000`);
    await server.sql(`insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
      select id, gen_random_uuid(), application_id, 'native', sha256('x'), now() + interval '1 hour', now() + interval '1 hour'
      from users where username like 'crowd%'`);
    await server.sql('analyze');
    await server.sql('select pg_stat_force_next_flush()');
    const { token } = await server.logIn('plans@example.test');
    // A back end tells its numbers once a second, with the next statement. Only checks look at users here.
    const scans = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await Promise.all(Array.from({ length: 8 }, () => server.statusOfSession(token)));
      return server.sql(`select seq_scan from pg_stat_user_tables where relname = 'users'`);
    };
    const before = await scans();

    const statuses = await Promise.all(Array.from({ length: 600 }, () => server.statusOfSession(token)));

    expect([new Set(statuses), await scans()]).toEqual([new Set([200]), before]);
  });

  it('a login that was given up leaves no session behind', async () => {
    const userId = await server.signUp('late@example.test');
    await server.sql('begin');
    await server.sql('lock table sessions in exclusive mode');

    const answer = await server.post('/api/v1/auth/login', json({ login: 'late@example.test', password: PASSWORD }));
    await server.sql('rollback');
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect([answer.statusCode, await server.sql('select from sessions where user_id = $1', [userId])]).toEqual([
      503,
      [],
    ]);
  });

  it('503 while the pooler is away, 200 when it is back, and the session lives', async () => {
    const { token } = await server.logIn('outage@example.test');
    const ask = () => server.statusOfSession(token);
    await bouncer.kill();

    const away = [await ask(), (await server.post('/api/v1/auth/login', json(ADMIN))).statusCode];
    await bouncer.resume();

    expect(away).toEqual([503, 503]);
    await expect.poll(ask, { timeout: 3_000 }).toBe(200);
  });
});

describe('webhooks behind a pooler', () => {
  it('are delivered, and again where that was refused', async () => {
    const receiver = await Receiver.start((answer) => void answer.writeHead(503).end());
    const admin = await server.logInAdmin();
    const wanted = json({ url: receiver.url, types: ['session.ended'] });
    keep(
      (await server.post('/api/v1/admin/webhooks', both(bearer(admin.token), wanted))).json<{ secret: string }>()
        .secret,
    );

    await server.post('/api/v1/auth/logout', bearer(admin.token));
    await expect.poll(() => receiver.ended(), { timeout: 5_000 }).toEqual([admin.sessionId]);
    receiver.answering = (answer) => void answer.writeHead(204).end();
    await expect.poll(() => receiver.ended(), { timeout: 15_000 }).toEqual([admin.sessionId, admin.sessionId]);

    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    receiver.stop();
  });
});
