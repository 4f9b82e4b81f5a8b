import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Answer } from '../bench/keep-alive-client.js';
import { Nginx } from '../bench/nginx.js';
import { NodeProcess } from '../node-process.js';
import { ADMIN, keep, TestServer } from '../server.js';

let server: TestServer;
let folder: string;
let nodes: NodeProcess[];
let nginx: Nginx;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-nodes-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.stop();
});

const headersOf = (token: string) => ({ authorization: `Bearer ${token}` });
const check = (origin: string, token: string, agent?: Agent): Promise<Answer> =>
  ask(`${origin}/api/v1/auth/session`, { headers: headersOf(token), ...(agent && { agent }) });
const post = (origin: string, path: string, headers: object, body = '', agent?: Agent): Promise<Answer> =>
  ask(
    `${origin}/api/v1/auth/${path}`,
    { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, ...(agent && { agent }) },
    body,
  );
async function logInAt(origin: string, agent?: Agent): Promise<Answer> {
  const answer = await post(origin, 'login', { 'content-type': 'application/json' }, JSON.stringify(ADMIN), agent);
  if (answer.status === 200) keep((JSON.parse(answer.body) as { token: string }).token);
  return answer;
}

/** Checks through nginx, four at a time over kept connections, until told to stop: what each was answered, or its error. */
function keepChecking(token: string): { stop(): Promise<(number | string)[]> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const outcomes: (number | string)[] = [];
  const wanted = new AbortController();
  const asking = Array.from({ length: 4 }, async () => {
    while (!wanted.signal.aborted)
      outcomes.push(
        await check(nginx.origin, token, agent).then(
          ({ status }) => status,
          (error: Error) => error.message,
        ),
      );
  });
  const stop = async () => {
    wanted.abort();
    await Promise.all(asking);
    agent.destroy();
    return outcomes;
  };
  return { stop };
}

describe('two nodes behind nginx', () => {
  beforeEach(async () => {
    const settings = { DATABASE_URL: server.databaseUrl, TRUST_PROXY: '127.0.0.1' };
    nodes = await Promise.all([1, 2].map(() => NodeProcess.boot(settings, folder)));
    await Promise.all(nodes.map((node) => node.ready()));
    nginx = await Nginx.start(nodes.map(({ origin }) => origin));
  });
  afterEach(async () => {
    await nginx.stop();
    NodeProcess.killAll();
  });
  it('P1 a logout on either, or through nginx, is 401 on both and through nginx from its answer on', async () => {
    const origins = [...nodes.map(({ origin }) => origin), nginx.origin];
    const tokens = await Promise.all(
      Array.from({ length: 30 }, async (_, place) => (await server.logIn(`nodes${place % 3}@example.test`)).token),
    );

    const seen = await Promise.all(
      tokens.map(async (token, place) => {
        const before = await Promise.all(origins.map((origin) => check(origin, token)));
        const logout = await post(origins[place % origins.length]!, 'logout', headersOf(token));
        const after = await Promise.all([...origins, nginx.origin].map((origin) => check(origin, token)));
        return [before, [logout], after].map((answers) => answers.map(({ status }) => status));
      }),
    );

    expect(seen).toEqual(tokens.map(() => [[200, 200, 200], [204], [401, 401, 401, 401]]));
  });

  it('a node killed: checks go on with the other, none of them fails, and new logins do', async () => {
    const { token } = await server.logIn('killed@example.test');
    const checks = keepChecking(token);
    await new Promise((resolve) => setTimeout(resolve, 300));

    nodes[0]!.child.kill('SIGKILL');
    await nodes[0]!.exit;
    const logins = await Promise.all(Array.from({ length: 4 }, () => logInAt(nginx.origin)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const outcomes = await checks.stop();

    expect([new Set(outcomes), logins.map(({ status }) => status)]).toEqual([new Set([200]), [200, 200, 200, 200]]);
  });

  it('P13 SIGTERM to one: every check and login through nginx is answered', async () => {
    const { token } = await server.logIn('drained@example.test');
    const checks = keepChecking(token);
    await new Promise((resolve) => setTimeout(resolve, 300));

    nodes[0]!.child.kill('SIGTERM');
    const logins: number[] = [];
    while (nodes[0]!.child.exitCode === null) logins.push((await logInAt(nginx.origin)).status);
    const outcomes = await checks.stop();

    expect([await nodes[0]!.exit, new Set(outcomes), new Set(logins)]).toEqual([0, new Set([200]), new Set([200])]);
    expect(outcomes.length).toBeGreaterThan(100);
  });
});

describe('nodes that take a request and die', () => {
  it('a check is asked of the next, a login is never sent twice', async () => {
    const taken: (string | undefined)[] = [];
    const dying = [1, 2].map(() =>
      createServer((request) => {
        taken.push(request.method);
        request.socket.destroy();
      }).listen(0, '127.0.0.1'),
    );
    await Promise.all(dying.map((one) => once(one, 'listening')));
    const proxy = await Nginx.start(dying.map((one) => `http://127.0.0.1:${(one.address() as AddressInfo).port}`));
    taken.length = 0;
    // Both are tried again only when the time for which nginx takes them for dead, in whole seconds, is over.
    await new Promise((resolve) => setTimeout(resolve, 3_100));

    const statuses = [(await check(proxy.origin, 'a token')).status];
    const checksTaken = taken.splice(0);
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    statuses.push((await logInAt(proxy.origin)).status);

    await proxy.stop();
    dying.forEach((one) => one.close());
    expect([statuses, checksTaken, taken]).toEqual([[502, 502], ['GET', 'GET'], ['POST']]);
  });
});
