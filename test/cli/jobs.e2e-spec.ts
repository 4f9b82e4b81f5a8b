import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { countFrom, makeCrowd } from '../crowd.js';
import { listen } from '../raw-request.js';
import { TestServer } from '../server.js';
import { curfew, type Run, type Running } from './command.js';

// A test is several processes, each of which loads the command line anew.
vi.setConfig({ testTimeout: 60_000 });

const END = '/api/v1/admin/sessions/end';
const LOOK = /^\/api\/v1\/admin\/jobs\/[\w-]+$/;

type Way = 'pass' | 'hold' | 'cut' | 'cut the answer';

const folder = mkdtempSync(join(tmpdir(), 'curfew-cli-'));
const door = createServer((request, response) => void pass(request, response));
let server: TestServer;
let url: string;
let key: string;
/** How the way to the server is, for each request anew. */
let wayOf: (path: string, body: string) => Way | Promise<Way>;
let addresses = 0;

beforeAll(async () => {
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
});
afterAll(async () => {
  door.closeAllConnections();
  door.close();
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});
beforeEach(async () => {
  wayOf = () => 'pass';
  key = await server.serviceKey(['sessions']);
});

/** What stands between a command and its server, and does not always do what it should. */
async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString();
  const way = await wayOf(request.url!, body);
  if (way === 'hold') return;
  if (way === 'cut') return void request.socket.destroy();
  const { authorization = '', 'content-type': type } = request.headers;
  const answer = await fetch(url + request.url, {
    method: request.method!,
    headers: { authorization, ...(type && { 'content-type': type }) },
    ...(body && { body }),
  });
  const text = await answer.text();
  if (way === 'cut the answer') return void request.socket.destroy();
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' }).end(text);
}

const ask = (args: string[], running: Running = {}): Promise<Run> => {
  const env = { CURFEW_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}`, CURFEW_KEY: key };
  return curfew(args, { env, cwd: folder, ...running });
};

/** Ends what stands under an address that nobody else has; more than are ended at once. */
async function endCrowd(sessions: number, running: Running = {}): Promise<Run & { ip: string }> {
  const ip = `203.0.113.${++addresses}`;
  await makeCrowd(server, { users: sessions / 1_000, each: 1_000, ip });
  return { ip, ...(await ask(['sessions', 'end', '--address', ip, '--reason', 'x', '--yes'], running)) };
}

const statusOfLast = async (): Promise<string> =>
  (
    await server.sql<{ status: string }>(
      'select status from jobs where started_at is not null order by started_at desc limit 1',
    )
  )[0]!.status;

describe('a job that is followed', () => {
  it('is stopped by Ctrl-C also while an answer is awaited', async () => {
    let child: ChildProcess | undefined;
    wayOf = (path) => {
      if (!LOOK.test(path)) return 'pass';
      child!.kill('SIGINT');
      return 'hold';
    };

    const { code, errors, ip } = await endCrowd(10_000, { onStart: (started) => (child = started) });

    expect([code, errors]).toEqual([130, expect.stringMatching(/Stopped: [\d,]+ of 10,000 sessions ended/)]);
    expect(await statusOfLast()).toBe('stopped');
    expect(await countFrom(server, ip)).toBeGreaterThan(0);
  });

  it('is followed to its end by way of a server that is away for a moment', async () => {
    let looks = 0;
    wayOf = (path) => (LOOK.test(path) && ++looks < 3 ? 'cut' : 'pass');

    const { code, out, ip } = await endCrowd(2_000);

    expect([code, out]).toEqual([0, '2,000 sessions ended.\n']);
    expect(looks).toBeGreaterThan(2);
    expect(await countFrom(server, ip)).toBe(0);
  });

  it('goes on where the command may look no longer, which says so', async () => {
    wayOf = async (path): Promise<Way> => {
      if (LOOK.test(path)) await server.sql('delete from service_keys');
      return 'pass';
    };

    const { code, out, errors, ip } = await endCrowd(2_000);

    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/curfew: Refused: .+ The job [\w-]+ goes on all the same: see `curfew jobs list`/);
    await expect.poll(() => countFrom(server, ip), { timeout: 20_000 }).toBe(0);
  });

  it('may have begun where its answer got lost, which is said', async () => {
    wayOf = (path, body) => (path === END && body.includes('"confirmation"') ? 'cut the answer' : 'pass');

    const { code, out, errors, ip } = await endCrowd(2_000);

    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/does not answer .+ It may have begun all the same: see `curfew jobs list`/);
    await expect.poll(() => countFrom(server, ip), { timeout: 20_000 }).toBe(0);
  });
});

describe('jobs', () => {
  it('are listed, and stopping one that is done changes nothing', async () => {
    await endCrowd(2_000);

    const { out } = await ask(['jobs', 'list', '--limit', '1']);
    const [head, row, sum] = out.split('\n');
    expect(head).toMatch(/^ID +KIND +STATUS +DONE +LEFT +STARTED +REASON$/);
    expect(row).toMatch(/^[\w-]{36} {2}end_sessions {2}done +2,000 of 2,000 +- +\S+Z +x$/);
    expect(sum).toBe('1 job, and there are more: --limit shows them');

    const stopped = await ask(['jobs', 'stop', row!.split(' ')[0]!]);
    expect([stopped.code, stopped.out]).toEqual([0, expect.stringMatching(/ is done: 2,000 of 2,000 done\.\n$/)]);
  });

  it('one that never was is one line', async () => {
    const { code, errors } = await ask(['jobs', 'stop', '019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0']);

    expect([code, errors]).toEqual([1, expect.stringMatching(/^curfew: Refused: [^\n]+\n$/)]);
  });
});
