import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../bench/keep-alive-client.js';
import { NodeProcess } from '../node-process.js';
import { rawRequest } from '../raw-request.js';
import { ADMIN, bearer, holdSweepers, TestServer, type LoggedIn } from '../server.js';

const SESSION = '/api/v1/auth/session';
const CROWD = 100_000;

let server: TestServer;
let node: NodeProcess;
let folder: string;
let alice: LoggedIn;
let crowded: LoggedIn;
let admin: string;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-load-'));
  node = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'silent' }, folder);
  await node.ready(60_000);
  alice = await server.logIn('alice@example.test');
  crowded = await server.logIn('crowded@example.test');
  admin = (await server.logInAs(ADMIN)).token;
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select id, gen_random_uuid(), application_id, 'native', sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
     from users, generate_series(1, $2::integer) n where id = $1`,
    [crowded.userId, CROWD],
  );
}, 120_000);
afterAll(async () => {
  NodeProcess.killAll();
  await rm(folder, { recursive: true });
  await server.stop();
});

const check = (options: object = {}) => ask(node.origin + SESSION, { ...bearer(alice.token), ...options });
/** Whether the node lives, and answers within two seconds. */
async function isServing(): Promise<boolean> {
  const { status, ms } = await check();
  return node.child.exitCode === null && status === 200 && ms < 2_000;
}
/** Asks again while the store has no answer: what fills tables of this size has it busy for a moment. */
async function askPatiently(url: string, options: object): ReturnType<typeof ask> {
  const answer = await ask(url, options);
  if (answer.status !== 503) return answer;
  await pause(500);
  return askPatiently(url, options);
}
const open = async (allowHalfOpen = false): Promise<Socket> => {
  const socket = connect({ port: node.port, host: '127.0.0.1', allowHalfOpen }).on('error', () => {});
  await once(socket, 'connect');
  return socket;
};
const head = (line: string, token = alice.token): string =>
  `${line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`;

/** In how many seconds the node hangs up on a client that goes on a byte a second. */
async function secondsUntilCut(bytes: string): Promise<number> {
  const startedAt = performance.now();
  const socket = await open();
  socket.resume().write(bytes);
  const dripping = setInterval(() => socket.write('x'), 1_000);
  await Promise.race([once(socket, 'close'), pause(20_000)]);
  clearInterval(dripping);
  socket.destroy();
  return (performance.now() - startedAt) / 1_000;
}

describe('clients that take their time', () => {
  // Side by side: most of it is waiting.
  it.concurrent(
    'bad D1 bad D2 P14 a head or a body that comes byte by byte is given up within 15 s, and nobody waits for it',
    async () => {
      const slow = [
        head(`GET ${SESSION}`),
        `${head('POST /api/v1/auth/logout')}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
        `${head('POST /api/v1/auth/logout')}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{`,
      ].map(secondsUntilCut);
      await pause(500);
      const meanwhile = await isServing();

      const seconds = await Promise.all(slow);

      expect(meanwhile).toBe(true);
      expect(seconds.filter((each) => each >= 15)).toEqual([]);
      expect(await isServing()).toBe(true);
    },
    90_000,
  );

  it.concurrent.for([
    ['our own', 'POST /api/v1/auth/logout', 'application/json', 'BODY_UNREADABLE'],
    ['a wire’s', 'POST /v1/login', 'application/json', 'invalid_json'],
    ['a service’s', 'POST /oauth2/introspect', 'application/x-www-form-urlencoded', 'invalid_request'],
  ] as const)(
    'bad D2 %s route: a body that stays away is its sender’s fault, and no overload of ours',
    async ([, line, type, code]) => {
      const bytes = `${head(line)}Content-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`;

      const answers = await rawRequest(node.port, bytes, 15_000);

      expect(answers.map(({ status }) => status)).toEqual([400]);
      expect(answers[0]?.body).toContain(code);
    },
  );

  it('bad D3 answers that nobody reads hold up nobody else', async () => {
    const path = `/api/v1/admin/users/${crowded.userId}/sessions`;
    const deaf = await Promise.all(Array.from({ length: 3 }, () => open()));
    for (const socket of deaf)
      socket.pause().write(`${head(`GET ${path}`, admin)}Accept: application/x-ndjson\r\n\r\n`);
    const chatty = await open();
    chatty.pause().write(`${head(`GET ${SESSION}`)}\r\n`.repeat(5_000));
    await pause(500);

    const fifty = async () =>
      new Set((await Promise.all(Array.from({ length: 50 }, () => check()))).map(({ status }) => status));
    await expect.poll(fifty, { timeout: 10_000 }).toEqual(new Set([200]));
    for (const socket of [...deaf, chatty]) socket.destroy();
  });

  it('bad D8 a client that closes its half gives its own request up, and nothing else', async () => {
    const ending = await Promise.all(Array.from({ length: 50 }, () => open(true)));
    const closings = ending.map((socket) => once(socket.resume(), 'close'));

    for (const socket of ending) socket.end(`${head(`GET ${SESSION}`)}\r\n`);
    await Promise.all(closings);

    expect(await isServing()).toBe(true);
  });
});

describe('clients in crowds', () => {
  // What this machine lets a process open is less here and there.
  const limits = (process.report.getReport() as unknown as { userLimits: Record<string, { soft: number | string }> })
    .userLimits;
  const count = Math.min(10_000, Number(limits['open_files']?.soft ?? 1_024) - 500 || 10_000);

  it(`bad D4 ${count} idle connections keep nobody waiting`, async () => {
    const idle: Socket[] = [];
    while (idle.length < count) idle.push(...(await Promise.all(Array.from({ length: 250 }, () => open()))));

    const serving = await isServing();
    const living = idle.filter(({ destroyed }) => !destroyed).length;
    for (const socket of idle) socket.destroy();

    expect([serving, living >= count]).toEqual([true, true]);
  }, 60_000);

  it('bad D5 a storm of connects and closes leaves nothing behind', async () => {
    for (let wave = 0; wave < 20; wave++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => open()));
      sockets.forEach((socket, place) => {
        if (place % 3 > 0) socket.write(place % 3 === 1 ? head(`GET ${SESSION}`) : `${head(`GET ${SESSION}`)}\r\n`);
        if (place % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      });
    }

    expect(await isServing()).toBe(true);
  });

  it('bad D9 a flood of logins leaves checks as they are', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 300 });
    const body = JSON.stringify({ login: 'nobody@example.test', password: 'not the password at all' });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const flood = Promise.all(
      Array.from({ length: 300 }, () =>
        ask(`${node.origin}/api/v1/auth/login`, { method: 'POST', agent, headers }, body),
      ),
    );
    const checks = [];

    for (let round = 0; round < 60; round++) checks.push(await check());
    const logins = await flood;
    agent.destroy();

    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
    expect(checks.map(({ ms }) => ms).toSorted((a, b) => a - b)[30]).toBeLessThan(250);
    expect(logins.map(({ status }) => status).filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
  });
});

describe(`${CROWD} sessions of one user`, () => {
  const path = (): string => `${node.origin}/api/v1/admin/users/${crowded.userId}/sessions`;

  it('bad D7 an answer that is reset in its middle leaves room for the next, each of ten times', async () => {
    for (let round = 0; round < 10; round++) {
      const asked = request(path(), { headers: { accept: 'application/x-ndjson', ...bearer(admin).headers } }).end();
      asked.on('error', () => {});
      const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
      // What was reset before counts among those under way no more.
      expect(answer.statusCode).not.toBe(429);
      answer.on('error', () => {});
      await once(answer, 'data');
      asked.socket!.resetAndDestroy();
      await pause(20);
    }

    expect(await isServing()).toBe(true);
  });

  it('bad D10 are listed a page at a time, each of them once', async () => {
    const seen = new Set<string>();
    let after = '';
    for (let page = 0; page < 10; page++) {
      const answer = await askPatiently(`${path()}?limit=200${after && `&after=${after}`}`, bearer(admin));
      const { sessions, next } = JSON.parse(answer.body) as { sessions: { id: string }[]; next: string };
      expect([answer.status, sessions.length]).toEqual([200, 200]);
      sessions.forEach(({ id }) => seen.add(id));
      after = encodeURIComponent(next);
    }

    expect(seen.size).toBe(2_000);
    const own = await askPatiently(`${node.origin}/api/v1/sessions?limit=200`, bearer(crowded.token));
    expect(own.status).toBe(200);
  }, 90_000);
});

it('bad D6 a connection that is kept over a shutdown is answered to its end, and then closed', async () => {
  const leaving = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'silent' }, folder);
  await leaving.ready();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const again = () => ask(leaving.origin + SESSION, { agent, ...bearer(alice.token) });
  const before = await again();

  leaving.child.kill('SIGTERM');
  await expect
    .poll(() => fetch(`${leaving.origin}/health/ready`).then(({ status }) => status), { interval: 10 })
    .toBe(503);
  const during = await again();
  const code = await leaving.exit;
  agent.destroy();

  expect([before.status, during.status, during.headers.connection, code]).toEqual([200, 200, 'close', 0]);
});
