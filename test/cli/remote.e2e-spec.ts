import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen } from '../raw-request.js';
import { keep, TestServer } from '../server.js';
import { curfew, type Running } from './command.js';

// A test is several processes, each of which loads the command line anew.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'curfew-cli-'));
let server: TestServer;
let url: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await TestServer.start();
  url = `http://127.0.0.1:${await listen(server.app)}`;
  env = { CURFEW_URL: url, CURFEW_KEY: await server.serviceKey(['admin', 'introspect']) };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

const ask = (args: string[], running: Running = {}) => curfew(args, { env, cwd: folder, ...running });
const json = async <Document>(args: string[], running?: Running): Promise<Document> =>
  JSON.parse((await ask([...args, '--json'], running)).out) as Document;

describe('users', () => {
  it('are made with a password that is piped in, and listed', async () => {
    const made = await json<{ id: string }>(
      ['users', 'add', 'piped@example.test', '--password-stdin', '--role', 'editor,auditor'],
      {
        input: 'correct horse battery\n',
      },
    );

    expect(made).toMatchObject({ username: 'piped@example.test', roles: ['editor', 'auditor'] });
    await server.logInAs({ login: 'piped@example.test', password: 'correct horse battery' });
    const { code, out } = await ask(['users', 'list', '--login', 'PIPED@example.test']);
    expect([code, out.split('\n')]).toEqual([
      0,
      [
        expect.stringMatching(/^ID +NAME +STATUS +ROLES +LAST LOGIN$/),
        expect.stringMatching(new RegExp(`^${made.id} {2}piped@example.test {2}active {2}editor auditor {2}`)),
        '1 user',
        '',
      ],
    ]);
  });

  it('without a password they get a link for choosing one, by which they come in', async () => {
    const made = await json<{ id: string; invite: { link: string; code: string } }>([
      'users',
      'add',
      'invited@example.test',
    ]);

    const code = made.invite.code;
    keep(code);
    expect(made.invite.link).toMatch(new RegExp(`/password#${code}$`));
    const answer = await fetch(`${url}/api/v1/auth/password/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, newPassword: 'eleven grey herons' }),
    });
    expect(answer.ok).toBe(true);
    await server.logInAs({ login: 'invited@example.test', password: 'eleven grey herons' });
    const { out } = await ask(['users', 'reset', 'invited@example.test']);
    keep(...(out.match(/cfl_[\w-]+/g) ?? []));
    expect(out).toMatch(
      /^A link for choosing a password, shown once, good until .+:\n {2}http:\/\/.+\/password#cfl_[\w-]+\n$/,
    );
  });

  it('are found by the beginning of their names, by role, and when they never logged in', async () => {
    await server.signUp('found-by@example.test', { roles: ['finder'] });

    const names = async (...options: string[]) =>
      (await json<{ users: { username: string }[] }>(['users', 'list', ...options])).users.map(
        ({ username }) => username,
      );

    expect(await names('--prefix', 'FOUND-')).toEqual(['found-by@example.test']);
    expect(await names('--role', 'finder', '--never')).toEqual(['found-by@example.test']);
    expect(await names('--role', 'finder', '--status', 'disabled')).toEqual([]);
    expect(await names('--role', 'finder', '--last-login-before', '1s')).toEqual([]);
  });

  it('a weak password makes none, and the line says why', async () => {
    const { code, out, errors } = await ask(['users', 'add', 'weak@example.test', '--password-stdin'], {
      input: 'short\n',
    });

    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/^curfew: Refused: [^\n]+\n$/);
  });

  it('no password makes none', async () => {
    const { code, errors } = await ask(['users', 'add', 'none@example.test', '--password-stdin']);

    expect([code, errors]).toEqual([2, 'curfew: No password was given, and no user was made.\n']);
  });

  it('disabling ends their sessions; enabling lets them in again', async () => {
    const { token } = await server.logIn('leaver@example.test');

    const { code, out } = await ask(['users', 'disable', 'leaver@example.test']);

    expect([code, out]).toEqual([0, 'leaver@example.test is disabled; all of their sessions have ended.\n']);
    expect(await server.statusOfSession(token)).toBe(401);
    expect((await ask(['users', 'enable', 'leaver@example.test'])).code).toBe(0);
    await server.logIn('leaver@example.test');
  });

  it('one whom nobody knows is one line', async () => {
    const { code, errors } = await ask(['users', 'disable', 'nobody@example.test']);

    expect([code, errors]).toEqual([
      1,
      'curfew: There is no user "nobody@example.test"; `curfew users list` shows who there is.\n',
    ]);
  });
});

describe('sessions', () => {
  it('are listed by filter, for people and for programs', async () => {
    const { sessionId, userId } = await server.logIn('lister@example.test');

    const { out } = await ask(['sessions', 'list', '--user', 'lister@example.test', '--exact']);

    expect(out).toMatch(
      new RegExp(
        `^ID +USER +CONTRACT +CLIENT +ADDRESS +STARTED +LAST SEEN\n${sessionId} +lister@example.test +native `,
      ),
    );
    expect(out).toMatch(/\n1 of 1 session\n$/);
    expect(await json(['sessions', 'list', '--user', userId, '--exact'])).toMatchObject({
      sessions: [{ id: sessionId, userId }],
      total: { count: 1, isExact: true },
    });
  });

  it('nobody fits: a head and no rows', async () => {
    const { code, out } = await ask(['sessions', 'list', '--address', '192.0.2.0/24', '--exact']);

    expect([code, out]).toEqual([0, 'ID  USER  CONTRACT  CLIENT  ADDRESS  STARTED  LAST SEEN\n0 of 0 sessions\n']);
  });

  it.each([
    ['--csv', /^id,userId,[^\n]+\r?\n[^\n]*exporter@example\.test/],
    ['--ndjson', /^(\{[^\n]*"username":"exporter@example\.test"[^\n]*\}\n){1,2}$/],
  ])('%s has them all', async (option, shape) => {
    await server.logIn('exporter@example.test');

    const { code, out } = await ask(['sessions', 'list', '--user', 'exporter@example.test', option]);

    expect(code).toBe(0);
    expect(out).toMatch(shape);
  });

  it('a filter that the server refuses is one line', async () => {
    const { code, out, errors } = await ask(['sessions', 'list', '--address', '203.0.113.0/99']);

    expect([code, out, errors.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(errors).toMatch(/^curfew: Refused: address/);
  });

  it('a reader that has seen enough ends the list without a complaint', async () => {
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
       select (select id from users limit 1), gen_random_uuid(), (select id from applications limit 1), 'native',
              sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h' from generate_series(1, 5000) n`,
    );

    const command = join(import.meta.dirname, '../../bin/curfew.js');
    const script = `"${process.execPath}" "${command}" sessions list --ndjson | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['--norc', '-c', script], {
      env: { PATH: process.env['PATH'], ...env },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    await once(child, 'close');

    const lines = written.join('').trim().split('\n');
    expect(lines).toEqual([expect.stringMatching(/^\{.+\}$/), '0']);
  });
});

describe('ending', () => {
  beforeEach(() =>
    server.sql(
      `delete from sessions where secret_hash in (select sha256(n::text::bytea) from generate_series(1, 5000) n)`,
    ),
  );

  it('asks first, and a no ends nothing', async () => {
    const { token } = await server.logIn('asked@example.test');

    const { code, out, errors } = await ask(['sessions', 'end', '--user', 'asked@example.test', '--reason', 'x'], {
      input: 'n\n',
    });

    expect([code, out]).toEqual([1, '']);
    expect(errors).toMatch(/End 1 session of 1 user\? \[y\/N\] .*Not confirmed/);
    expect(await server.statusOfSession(token)).toBe(200);
  });

  it('a yes ends what was shown, with its cause and reason', async () => {
    const { token, userId } = await server.logIn('sure@example.test');

    const { code, out } = await ask(['sessions', 'end', '--user', 'sure@example.test', '--reason', 'Lost phone'], {
      input: 'y\n',
    });

    expect([code, out]).toEqual([0, '1 session ended.\n']);
    expect(await server.statusOfSession(token)).toBe(401);
    expect(
      await server.sql(`select cause, reason from session_events where user_id = $1 and type = 'session.ended'`, [
        userId,
      ]),
    ).toEqual([{ cause: 'admin_filter', reason: 'Lost phone' }]);
  });

  it('--dry-run shows and ends nothing, and gives no confirmation away', async () => {
    const { token } = await server.logIn('dry@example.test');

    const shown = await json(['sessions', 'end', '--user', 'dry@example.test', '--dry-run']);

    expect(shown).toEqual({
      count: 1,
      users: 1,
      includesOwnSession: false,
      sample: [expect.objectContaining({ username: 'dry@example.test' })],
    });
    expect(await server.statusOfSession(token)).toBe(200);
  });

  it('no filter is no everyone', async () => {
    const { code, errors } = await ask(['sessions', 'end', '--reason', 'x', '--yes']);

    expect([code, errors]).toEqual([2, expect.stringContaining('For everyone: curfew logout --everyone.')]);
  });

  it('one session alone', async () => {
    const [first, second] = [await server.logIn('two@example.test'), await server.logIn('two@example.test')];

    const { code, out } = await ask(['sessions', 'end', '--user', 'two@example.test', '--session', first.sessionId]);

    expect([code, out]).toEqual([0, `The session ${first.sessionId} of two@example.test ended.\n`]);
    expect([await server.statusOfSession(first.token), await server.statusOfSession(second.token)]).toEqual([401, 200]);
  });

  it('of one user, of an application, of everyone', async () => {
    const { token } = await server.logIn('everywhere@example.test');
    const { applicationId } = await json<{ applicationId: string }>(
      ['users', 'add', 'one@example.test', '--password-stdin'],
      {
        input: 'correct horse battery\n',
      },
    );

    expect((await ask(['logout', '--user', 'everywhere@example.test'])).out).toBe(
      '1 session of everywhere@example.test ended.\n',
    );
    expect(await server.statusOfSession(token)).toBe(401);

    const again = await server.logIn('everywhere@example.test');
    const application = await ask(['logout', '--application', applicationId, '--reason', 'x'], { input: 'y\n' });
    expect([application.code, application.out]).toEqual([
      0,
      expect.stringMatching(/^Everyone of First application is logged out/),
    ]);
    expect(await server.statusOfSession(again.token)).toBe(401);

    const last = await server.logIn('everywhere@example.test');
    expect((await ask(['logout', '--everyone', '--reason', 'x'])).code).toBe(1);
    expect(await server.statusOfSession(last.token)).toBe(200);
    expect(await json(['logout', '--everyone', '--reason', 'x', '--yes'])).toMatchObject({
      endedAt: expect.any(String) as string,
    });
    expect(await server.statusOfSession(last.token)).toBe(401);
  });

  it('is told by history, with its cause', async () => {
    const { sessionId } = await server.logIn('past@example.test');
    await ask(['sessions', 'end', '--user', 'past@example.test', '--reason', 'Lost phone', '--yes']);

    const { sessions } = await json<{ sessions: object[] }>(['history', '--user', 'past@example.test', '--from', '1h']);

    expect(sessions).toContainEqual(
      expect.objectContaining({ id: sessionId, cause: 'admin_filter', reason: 'Lost phone' }),
    );
    const { code, out } = await ask([
      'history',
      '--user',
      'past@example.test',
      '--cause',
      'admin_filter',
      '--from',
      '1h',
    ]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^USER +.+\npast@example\.test .+ admin_filter +Lost phone\n1 session\. Endings are known since /,
      ),
    ]);
    expect((await ask(['history', '--csv', '--from', '1h'])).out).toMatch(/^id,userId,/);
  });

  it('130 for Ctrl-C in the middle of a long one, which stops, and tells how many have ended', async () => {
    const userId = await server.signUp('crowd@example.test');
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
       select $1, gen_random_uuid(), application_id, 'native', sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
       from users, generate_series(5001, 45000) n where users.id = $1`,
      [userId],
    );

    let child: ChildProcess | undefined;
    const running = ask(['sessions', 'end', '--user', userId, '--reason', 'x', '--yes'], {
      onStart: (started) => (child = started),
    });
    const living = async (): Promise<number> =>
      Number(
        (await server.sql<{ count: string }>('select count(*) from sessions where user_id = $1', [userId]))[0]!.count,
      );
    await expect.poll(living, { timeout: 30_000, interval: 50 }).toBeLessThan(40_000);
    child!.kill('SIGINT');
    const { code, out, errors } = await running;

    expect([code, out]).toEqual([130, '']);
    const [, ended] = /Stopped: ([\d,]+) of 40,000 sessions ended/.exec(errors) ?? [];
    expect(await living()).toBeGreaterThan(0);
    expect(40_000 - Number(ended!.replaceAll(',', ''))).toBe(await living());
    await server.sql('delete from sessions where user_id = $1', [userId]);
  });
});

describe('statistics', () => {
  it('say how many are in, in words, as a document and as a drawing', async () => {
    await server.logIn('counted@example.test');
    await expect.poll(() => server.sql(`select from audit_log where act = 'session.started'`)).not.toEqual([]);

    const { code, out } = await ask(['statistics']);

    expect(code).toBe(0);
    expect(out).toMatch(
      /^\d+ live sessions?; [\d,]+ logins? from .+Z to .+Z\.\n\nWHAT +WHICH +COUNT\nlive, by contract +native +\d+\n/,
    );
    expect(out).toMatch(/\nMOST LOGINS SINCE .+Z +LOGINS\n\S+ +\d+\n/);
    expect(await json(['statistics'])).toMatchObject({ live: { isEstimate: false } });
    expect((await ask(['statistics', '--chart', 'live'])).out).toMatch(/^<svg [^]+<\/svg>\s*$/);
  });
});

describe('keys', () => {
  it('are made, shown once, listed and ended', async () => {
    const made = await json<{ id: string; key: string }>([
      'keys',
      'create',
      'Gateway',
      '--scope',
      'introspect',
      '--expires',
      '90d',
    ]);

    expect(made.key).toMatch(/^cfk_[\w-]{64}$/);
    const { out } = await ask(['keys', 'list']);
    expect(out).toContain(`${made.id}  Gateway`);
    expect(out).not.toContain('cfk_');
    expect((await ask(['keys', 'end', made.id])).out).toBe(`Ended ${made.id}.\n`);
    expect((await ask(['users', 'list'], { env: { CURFEW_URL: url, CURFEW_KEY: made.key } })).errors).toMatch(
      /^curfew: Refused: .+ The key is wrong, ended or expired/,
    );
  });

  it('one in a file does as well', async () => {
    const file = join(folder, 'key');
    writeFileSync(file, `${env['CURFEW_KEY']}\n`);

    const { code } = await ask(['users', 'list', '--key-file', file], { env: { CURFEW_URL: url } });

    expect(code).toBe(0);
  });

  it('one without the scope is told which it lacks', async () => {
    const key = await server.serviceKey(['introspect']);

    const { code, errors } = await ask(['users', 'list'], { env: { CURFEW_URL: url, CURFEW_KEY: key } });

    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/^curfew: Refused: .+users.+ Take a key that has it: [^\n]+\n$/),
    ]);
  });
});
