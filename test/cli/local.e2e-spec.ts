import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../bench/server-process.js';
import { listen } from '../raw-request.js';
import { ADMIN, holdSweepers, keep, TestServer } from '../server.js';
import { curfew, type Running } from './command.js';

// A test is several processes, each of which loads the command line anew.
vi.setConfig({ testTimeout: 60_000 });

const COMMAND = resolve(import.meta.dirname, '../../bin/curfew.js');

let folder: string;
let server: TestServer;
let url: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-cli-'));
  await chmod(folder, 0o755);
  holdSweepers();
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
  env = { DATABASE_URL: server.databaseUrl, PORT: new URL(url).port };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

const ask = (args: string[], running: Running = {}) => curfew(args, { env, cwd: folder, ...running });

describe('on the database of this machine', () => {
  it('a command needs no key, and leaves none behind', async () => {
    const { token } = await server.logIn('local@example.test');

    const { code, out } = await ask(['users', 'disable', 'local@example.test', '--json']);

    expect([code, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ username: 'local@example.test', status: 'disabled' }),
    ]);
    expect(await server.statusOfSession(token)).toBe(401);
    expect(await server.sql(`select name from service_keys`)).toEqual([]);
  });

  it('what it did is on record with whoever typed it', async () => {
    const userId = await server.signUp('typed@example.test');

    await ask(['users', 'disable', 'typed@example.test']);

    const hands = () =>
      server.sql(`select user_agent from audit_log where act = 'users.change' and target_id = $1`, [userId]);
    await expect
      .poll(hands, { timeout: 10_000 })
      .toEqual([{ user_agent: `curfew-cli (${userInfo().username}@${hostname()})` }]);
  });

  it('nor does one that was refused, or stopped by Ctrl-C at its question', async () => {
    await server.logIn('kept@example.test');
    let isStopped = false;

    const refused = await ask(['users', 'add', ADMIN.login, '--password-stdin'], {
      input: 'correct horse battery\n',
    });
    const child = spawn(
      process.execPath,
      [COMMAND, 'sessions', 'end', '--user', 'kept@example.test', '--reason', 'x'],
      {
        env: { PATH: process.env['PATH'], ...env },
        cwd: folder,
      },
    );
    child.stderr.on('data', (chunk: Buffer) => {
      if (isStopped || !chunk.toString().includes('[y/N]')) return;
      isStopped = true;
      child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number];

    expect([refused.code, refused.errors]).toEqual([1, expect.stringMatching(/^curfew: Refused: /)]);
    expect(code).toBe(130);
    expect(await server.sql(`select name from service_keys`)).toEqual([]);
    expect(
      await server.sql(`select cause from session_events where type = 'session.ended' and cause = 'admin_filter'`),
    ).toEqual([]);
  });

  it('makes keys that outlive it, for every scope', async () => {
    const { code, out } = await ask(['keys', 'create', 'Gateway', '--scope', 'introspect,events', '--json']);

    const { id, key } = JSON.parse(out) as { id: string; key: string };
    keep(key);
    expect(code).toBe(0);
    expect(await server.sql(`select id, scopes, expires_at from service_keys`)).toEqual([
      { id, scopes: ['introspect', 'events'], expires_at: null },
    ]);
    expect((await ask(['keys', 'end', id])).code).toBe(0);
  });

  it('a database whose tables are behind is not touched', async () => {
    const [last] = await server.sql<{ id: number; timestamp: string; name: string }>(
      'delete from migrations where id = (select max(id) from migrations) returning *',
    );
    try {
      const { code, out, errors } = await ask(['users', 'list']);

      expect([code, out]).toEqual([1, '']);
      expect(errors).toMatch(/^curfew: The tables of this database are not up to date: run `curfew migrate`/);
      expect((await ask(['doctor'])).out).toMatch(/^✗ 1 migration to be applied\. curfew migrate/m);
    } finally {
      await server.sql('insert into migrations values ($1, $2, $3)', [last!.id, last!.timestamp, last!.name]);
    }
  });
});

describe('doctor', () => {
  it('finds nothing to mend, exit code 0, and changes nothing', async () => {
    const { code, out } = await ask(['doctor']);

    expect(out).not.toMatch(/^✗/m);
    expect(out).toMatch(/^✓ PostgreSQL \d+/m);
    expect(out).toMatch(/^✓ fsync, full_page_writes and synchronous_commit are on$/m);
    expect(out).toMatch(/^✓ This machine and the database are 0\.\d s apart$/m);
    expect(out).toMatch(/^✓ http:\/\/127\.0\.0\.1:\d+ is ready$/m);
    expect(out).toMatch(/\n\n0 faults, \d+ warnings?\n$/);
    expect(code).toBe(0);
  });

  it('names what is odd: keys without an end or a use, expired rows that nobody swept, each with advice', async () => {
    await server.serviceKey(['introspect']);
    await server.sql(`update service_keys set created_at = now() - interval '100 days'`);
    const { userId } = await server.logIn('expired@example.test');
    await server.passTime(userId, '30 days');

    const { code, out } = await ask(['doctor', '--json']);

    const { findings } = JSON.parse(out) as {
      findings: { level: string; check: string; detail: string; advice?: string }[];
    };
    const odd = findings.filter(({ level }) => level === 'warning').map(({ check, detail }) => [check, detail]);
    expect(odd).toContainEqual(['keys', '1 service key without an end']);
    expect(odd).toContainEqual(['keys', '1 service key unused for 90 days']);
    expect(odd).toContainEqual([
      'sweeper',
      expect.stringMatching(/^The oldest expired session is [\d,]+ minutes past its end/),
    ]);
    expect(findings.every(({ level, advice }) => level === 'ok' || advice !== undefined)).toBe(true);
    expect(code).toBe(0);
  });

  it('1 where something needs mending: nobody answers, nobody administers', async () => {
    await server.sql(`update users set roles = '{}' where 'admin' = any(roles)`);
    try {
      const { code, out } = await ask(['doctor', '--url', 'http://127.0.0.1:9']);

      expect(out).toMatch(/^✗ http:\/\/127\.0\.0\.1:9\/health\/ready does not answer \(.+\)\. Start the server/m);
      expect(out).toMatch(/^✗ Nobody administers the first application\./m);
      expect([code, out.endsWith('warnings\n') || out.endsWith('warning\n')]).toEqual([1, true]);
    } finally {
      await server.sql(`update users set roles = '{admin}' where username = $1`, [ADMIN.login]);
    }
  });

  it('a proxy whose X-Forwarded-For is not trusted, and an https origin nobody answers at', async () => {
    const { out } = await ask(['doctor'], { env: { ...env, BASE_URL: 'https://127.0.0.1:9' } });

    expect(out).toMatch(/^! A proxy speaks https for BASE_URL, and TRUST_PROXY names none/m);
    expect(out).toMatch(/^✗ https:\/\/127\.0\.0\.1:9: no handshake/m);
  });
});

describe('audit verify', () => {
  it('0 where the log is whole, 1 where a row was altered, which it names', async () => {
    await server.logIn('audited@example.test');
    await vi.waitUntil(async () => (await server.sql('select from audit_log')).length > 2, { timeout: 10_000 });

    const whole = await ask(['audit', 'verify', '--json']);
    expect([whole.code, JSON.parse(whole.out)]).toEqual([0, expect.objectContaining({ findings: [] })]);
    expect((await ask(['audit', 'verify', '--head', 'f'.repeat(64)])).code).toBe(1);

    await server.sql(`begin; set local session_replication_role = replica;
      update audit_log set act = 'forged' where number = 2; commit`);
    const { code, out, errors } = await ask(['audit', 'verify']);
    expect([code, out, errors]).toEqual([
      1,
      expect.stringMatching(/^number 2: altered: .+\n\d+ rows, [^]+\n1 findings?\n$/),
      '',
    ]);
  });
});

describe('conform', () => {
  it('hands over to the days, and their exit code is its own', async () => {
    const { code, out } = await ask(['conform', '--url', url, '--contract', 'dittofi', '--json'], {
      env: { ...env, ADMIN_PASSWORD: ADMIN.password },
    });

    const { passed, total } = JSON.parse(out) as { passed: number; total: number };
    expect([code, total > 0, passed]).toEqual([0, true, total]);
    expect((await ask(['conform', '--url', 'http://127.0.0.1:9'])).code).toBe(1);
  });
});

describe('from nothing', () => {
  it('migrate makes the database; start serves it; a command joins it; Ctrl-C stops both', async () => {
    const settings = {
      PATH: process.env['PATH'],
      PORT: String(await freePort()),
      ADMIN_PASSWORD: ADMIN.password,
      LOG_FORMAT: 'json',
    };
    const here = { env: settings, cwd: folder };

    const migrated = await curfew(['migrate', '--json'], here);
    expect([migrated.code, JSON.parse(migrated.out)]).toEqual([
      0,
      { applied: expect.arrayContaining([expect.stringContaining('CreateUsers')]) as string[] },
    ]);
    expect((await curfew(['migrate'], here)).out).toBe('The tables were up to date.\n');

    const serving = spawn(process.execPath, [COMMAND, 'start'], {
      env: settings,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(serving, 'exit');
    const ready = `http://127.0.0.1:${settings.PORT}/health/ready`;
    await vi.waitUntil(
      () =>
        fetch(ready).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 15_000, interval: 100 },
    );
    const listed = await curfew(['users', 'list'], here);
    expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/ {2}admin@localhost {2}active {2}admin /)]);
    expect((await fetch(ready)).status).toBe(200);

    serving.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
    expect(existsSync(join(folder, '.data/postgres/postmaster.pid'))).toBe(false);
  });
});
