import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NodeProcess } from './node-process.js';
import { ADMIN, bearer, keep, TestServer, holdSweepers } from './server.js';

const POSTGRES_ADDRESS =
  'a PostgreSQL address such as postgres://user:password@host:5432/database, with one host or several (host1:5432,host2:5432) whose primary is asked';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-operations-'));
});
afterEach(() => NodeProcess.killAll());
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.stop();
});

const boot = (settings: NodeJS.ProcessEnv = {}): Promise<NodeProcess> =>
  NodeProcess.boot({ DATABASE_URL: server.databaseUrl, ...settings }, folder);
const ready = (process_: NodeProcess): Promise<void> => process_.ready();

it('asvs 13.2.3 not ready while the database could forget a logout, and it says which setting', async () => {
  const node = await boot();
  await ready(node);
  const name = new URL(server.databaseUrl).pathname.slice(1);
  const renewConnections = () =>
    server.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'curfew%' and datname = current_database()`,
    );
  const answer = async () => {
    const { status, body } = await fetch(`${node.origin}/health/ready`).then(async (got) => ({
      status: got.status,
      body: (await got.json()) as unknown,
    }));
    return [status, body];
  };

  await server.sql(`alter database ${name} set synchronous_commit = off`);
  await renewConnections();

  const detail =
    'PostgreSQL has synchronous_commit off and could forget a logout in a crash; set synchronous_commit = on.';
  await expect.poll(answer).toEqual([503, { status: 'store_unsafe', detail }]);
  await server.sql(`alter database ${name} reset synchronous_commit`);
  await renewConnections();
  await expect.poll(answer).toEqual([200, { status: 'ready' }]);
});

describe('P13 SIGTERM', () => {
  it('not ready at once, every accepted request answered, exit 0 within 15 s', async () => {
    const { token } = await server.logIn('drain@example.test');
    const process_ = await boot();
    await ready(process_);
    const url = `http://127.0.0.1:${process_.port}`;
    const outcomes: (number | string)[] = [];
    const wanted = new AbortController();
    const ask = () =>
      fetch(`${url}/api/v1/auth/session`, bearer(token) as RequestInit).then(
        ({ status }) => status,
        (error: Error) => String(error.cause),
      );
    const clients = Array.from({ length: 8 }, async () => {
      while (!wanted.signal.aborted) outcomes.push(await ask());
    });

    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    process_.child.kill('SIGTERM');
    await expect.poll(() => fetch(`${url}/health/ready`).then(({ status }) => status), { interval: 10 }).toBe(503);
    const untilNotReady = performance.now() - startedAt;
    // A proxy that asks every second takes the node out of rotation by now.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    wanted.abort();
    await Promise.all(clients);
    const code = await process_.exit;

    expect([code, untilNotReady < 1_000, performance.now() - startedAt < 15_000]).toEqual([0, true, true]);
    expect(new Set(outcomes)).toEqual(new Set([200]));
    expect(outcomes.length).toBeGreaterThan(100);
  });

  it('a login already accepted is answered', async () => {
    const process_ = await boot();
    await ready(process_);
    const logins = Array.from({ length: 20 }, () =>
      fetch(`http://127.0.0.1:${process_.port}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ADMIN),
      }),
    );

    await new Promise((resolve) => setTimeout(resolve, 50));
    process_.child.kill('SIGTERM');
    const answers = await Promise.all(logins);
    for (const answer of answers) keep(((await answer.json()) as { token: string }).token);

    expect(answers.map(({ status }) => status)).toEqual(logins.map(() => 200));
    expect(await process_.exit).toBe(0);
  });
});

describe.each([
  ['says nothing', ''],
  ['has begun a request', 'GET /api/v1/auth/session HTTP/1.1\r\nHost: x\r\n'],
  ['never ends its body', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
])('a client that %s', (_, bytes) => {
  it('P13 keeps no node from ending: exit 0 within 15 s', async () => {
    const process_ = await boot();
    await ready(process_);
    const client = connect(process_.port, '127.0.0.1').on('error', () => {});
    await once(client, 'connect');
    client.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = performance.now();

    process_.child.kill('SIGTERM');
    const code = await process_.exit;
    client.destroy();

    expect(code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

it('sweeps by itself, some ten seconds after its start', async () => {
  const { userId, sessionId } = await server.logIn('swept@example.test');
  await server.sql(`update sessions set expires_at = now() - interval '1 s' where id = $1`, [sessionId]);
  const process_ = await boot();
  await ready(process_);

  await expect.poll(() => server.causes(userId), { timeout: 15_000, interval: 200 }).toEqual(['expired']);
}, 20_000);

describe('a bad setting stops the start with one line', () => {
  it.each([
    [{ PORT: '70000' }, 'PORT: "70000" is not a port from 1 to 65535\n'],
    [{ SESSION_IDLE: '48h' }, 'SESSION_IDLE: longer than SESSION_LIFETIME; it must be at most as long\n'],
    [
      { CONTRACTS: 'dittofi,soap' },
      'CONTRACTS: "dittofi,soap" is not none, or any of dittofi, backendless, rested, elvis, separated by commas\n',
    ],
    [{ SESION_IDLE: '1h' }, 'SESION_IDLE: unknown setting; did you mean SESSION_IDLE?\n'],
    [
      { BASE_URL: 'http://sessions.example.org', NODE_ENV: 'production' },
      'BASE_URL: http://sessions.example.org is plain http; in production it must be an https origin\n',
    ],
    [{ DATABASE_URL: 'mysql://x' }, `DATABASE_URL: the value given is not ${POSTGRES_ADDRESS}\n`],
    [
      { DATABASE_URL: 'postgres://u@a:5432,b:5433/d?target_session_attrs=prefer-standby' },
      `DATABASE_URL: the value given is not ${POSTGRES_ADDRESS}\n`,
    ],
  ])('%j', async (settings, line) => {
    const process_ = await boot(settings);

    expect([await process_.exit, process_.output()]).toEqual([1, line]);
  });

  it('a port that is taken', async () => {
    const first = await boot();
    await ready(first);
    const second = await boot({ PORT: String(first.port) });

    expect([await second.exit, second.output()]).toEqual([
      1,
      `PORT: ${first.port} on 127.0.0.1 is in use; choose another\n`,
    ]);
  });

  it('a folder that cannot hold the database', async () => {
    const process_ = await boot({ DATABASE_URL: '', DATA_DIR: '/dev/null/x' });

    expect(await process_.exit).toBe(1);
    expect(process_.output()).toMatch(/^DATA_DIR: .+\n$/);
  });

  it.each(['password1', 'curfew2026'])(
    'asvs 6.3.2 13.2.3 %s as the password of the first administrator',
    async (password) => {
      const process_ = await boot({ ADMIN_PASSWORD: password });

      expect(await process_.exit).toBe(1);
      expect(process_.output()).toMatch(/ADMIN_PASSWORD: The password is (made of|one of the most)[^\n]*\n$/);
    },
  );

  it('P2 a database that could forget a logout', async () => {
    const name = new URL(server.databaseUrl).pathname.slice(1);
    await server.sql(`alter database ${name} set synchronous_commit = off`);

    const process_ = await boot();

    expect([await process_.exit, process_.output()]).toEqual([
      1,
      'DATABASE_URL: this PostgreSQL has synchronous_commit off and could forget a logout in a crash; set synchronous_commit = on\n',
    ]);
    await server.sql(`alter database ${name} reset synchronous_commit`);
  });

  it('asvs 13.2.3 a database that would not tell that a logout missed its standby', async () => {
    const name = new URL(server.databaseUrl).pathname.slice(1);
    await server.sql(`alter database ${name} set client_min_messages = error`);

    const process_ = await boot();

    expect([await process_.exit, process_.output()]).toEqual([
      1,
      'DATABASE_URL: this PostgreSQL has client_min_messages error and would not tell that a logout missed its standby; set client_min_messages = warning\n',
    ]);
    await server.sql(`alter database ${name} reset client_min_messages`);
  });

  it('another first application than the one that is there', async () => {
    const process_ = await boot({ APPLICATION_ID: '00000000-0000-4000-8000-000000000000' });

    expect(await process_.exit).toBe(1);
    expect(process_.output()).toMatch(
      /APPLICATION_ID: the first application is [\da-f-]{36} already; leave the setting out, or give it this value\n$/,
    );
  });
});

it('asvs 16.5.4 a fault that nobody caught is logged, accepted requests are answered, and the process ends with 1', async () => {
  const plant = `process.on("SIGUSR2",()=>{void Promise.reject(new Error("planted"))})`;
  const { token } = await server.logIn('fault@example.test');
  const process_ = await boot({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(plant)}`,
    LOG_FORMAT: 'json',
  });
  await ready(process_);

  process_.child.kill('SIGUSR2');
  await expect.poll(() => process_.output()).toContain('a fault that nobody caught');
  const during = await fetch(`${process_.origin}/api/v1/auth/session`, bearer(token) as RequestInit);
  const code = await process_.exit;

  const line = process_
    .output()
    .split('\n')
    .find((each) => each.includes('a fault that nobody caught'));
  expect([during.status, code]).toEqual([200, 1]);
  expect(JSON.parse(line!)).toMatchObject({
    level: 'fatal',
    err: { message: 'planted', stack: expect.stringContaining('planted') as string },
  });
});

describe('GET /metrics', () => {
  it('200 for administrators: requests, checks, batches, logins, endings, lag and connections', async () => {
    const { token } = await server.logInAdmin();
    await server.get('/api/v1/auth/session', bearer(token));

    const { statusCode, headers, body } = await server.get('/metrics', bearer(token));

    expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    for (const line of [
      /^curfew_request_seconds_count\{method="GET",route="\/api\/v1\/auth\/session",status="200"\} [1-9]/m,
      /^curfew_session_checks_total\{outcome="live"\} [1-9]/m,
      /^curfew_session_check_batch_size_count [1-9]/m,
      /^curfew_logins_total\{contract="native",outcome="accepted"\} [1-9]/m,
      /^# TYPE curfew_sessions_ended_total counter/m,
      /^curfew_sweeper_lag_seconds 0/m,
      /^curfew_database_connections\{pool="checks",state="total"\} [12]/m,
    ]) {
      expect(body).toMatch(line);
    }
  });
});

describe('the log', () => {
  it('one line for people with LOG_FORMAT pretty, and no JSON', async () => {
    const process_ = await boot({ LOG_FORMAT: 'pretty' });
    await ready(process_);

    await fetch(`http://127.0.0.1:${process_.port}/api/v1/profile`);

    await expect.poll(() => process_.output()).toMatch(/INFO.*GET \/api\/v1\/profile 401.*"code":"SESSION_UNKNOWN"/);
    expect(process_.output()).not.toContain('"level"');
  });
  it('asvs 16.2.1 16.2.2 16.2.4 one JSON line a request, with request id, session id and user id', async () => {
    const process_ = await boot({ LOG_LEVEL: 'debug', LOG_FORMAT: 'json' });
    await ready(process_);
    const bob = await server.logIn('log@example.test');

    const answer = await fetch(`http://127.0.0.1:${process_.port}/api/v1/profile`, bearer(bob.token) as RequestInit);

    const line = () =>
      process_
        .output()
        .split('\n')
        .find((each) => each.includes('/api/v1/profile 200'));
    await expect.poll(line).toBeDefined();
    expect(JSON.parse(line()!)).toMatchObject({
      level: 'debug',
      time: expect.stringMatching(/Z$/) as string,
      requestId: answer.headers.get('x-request-id'),
      method: 'GET',
      route: '/api/v1/profile',
      status: 200,
      sid: bob.sessionId,
      uid: bob.userId,
    });
    expect(process_.output()).not.toContain(bob.token);
  });
});
