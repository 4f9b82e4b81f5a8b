import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from '../server.js';

const IMPORT = '/api/v1/admin/users/import';
const USERS = '/api/v1/admin/users';
const BCRYPT = '$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG';
const HASHES = {
  bcrypt: BCRYPT,
  argon2id: '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$PLACEHOLDER',
  scrypt: '$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$tjK03tRvEjqCcPwmgtddMkgjlXrk8U/b9rIvfeBMKCc',
  pbkdf2: '$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$yqSq2SygY1sB4EcH9f2FG0JTMES+wqLsOT5YmiRBplI',
  django: 'pbkdf2_sha256$1000$seasalt12345$lc9upgiPQ2muevvuisr7qA/SNSmKyk+QjwXhw/n1uhw=',
};

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
  const { hash } = await import('@node-rs/argon2');
  HASHES.argon2id = await hash(PASSWORD, { memoryCost: 1_024, timeCost: 1 });
});
afterAll(() => server.stop());

const linesOf = (...lines: (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

const send = (payload: string | Buffer, headers: Record<string, string> = {}, query = '') =>
  server.post(
    IMPORT + query,
    both(admin, { payload, headers: { 'content-type': 'application/x-ndjson', ...headers } }),
  );

const hashOf = async (name: string) =>
  (
    await server.sql<{ password_hash: string; password_version: number }>(
      'select password_hash, password_version from users where username = $1',
      [name],
    )
  )[0]!;

describe('POST /admin/users/import', () => {
  it('200, with all that a line says', async () => {
    const id = randomUUID();
    const line = {
      id,
      username: 'whole',
      email: 'Whole@example.test',
      displayName: 'Whole',
      roles: ['editor'],
      status: 'disabled',
      properties: { phone: '555' },
      passwordHash: BCRYPT,
      createdAt: '2019-02-28T12:00:00+02:00',
    };

    const answer = await send(linesOf(line));

    expect(answer.json()).toEqual({ lines: 1, imported: 1, refused: 0, isComplete: true, faults: [] });
    expect((await server.get(`${USERS}/${id}`, admin)).json()).toMatchObject({
      id,
      username: 'whole',
      email: 'Whole@example.test',
      displayName: 'Whole',
      status: 'disabled',
      roles: ['editor'],
      createdAt: '2019-02-28T10:00:00.000Z',
      lastLoginAt: null,
    });
    expect(await server.sql('select properties from users where id = $1', [id])).toEqual([
      { properties: { phone: '555' } },
    ]);
  });

  it.each(Object.keys(HASHES) as (keyof typeof HASHES)[])(
    'asvs 11.4.2 a hash of %s lets its user in, and gives way to ours without ending a session',
    async (kind) => {
      const username = `from-${kind}`;
      await send(linesOf({ username, passwordHash: HASHES[kind] }));
      const before = await hashOf(username);

      const first = await server.logInAs({ login: username, password: PASSWORD });
      const after = await hashOf(username);
      await server.logInAs({ login: username, password: PASSWORD });

      expect(before).toEqual({ password_hash: HASHES[kind], password_version: 1 });
      expect(after).toEqual({
        password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) as string,
        password_version: 1,
      });
      expect(await hashOf(username)).toEqual(after);
      expect(await server.statusOfSession(first.token)).toBe(200);
    },
  );

  it('bad L2 a wrong password is refused and renews nothing; so is a right one of a user who is disabled', async () => {
    await send(
      linesOf(
        { username: 'wrong', passwordHash: BCRYPT },
        { username: 'shut', passwordHash: BCRYPT, status: 'disabled' },
        { username: 'none' },
      ),
    );

    for (const body of [
      { login: 'wrong', password: `${PASSWORD}!` },
      { login: 'shut', password: PASSWORD },
      { login: 'none', password: PASSWORD },
    ])
      await expect(server.logInAs(body)).rejects.toThrow('CREDENTIALS_REJECTED');

    expect((await hashOf('wrong')).password_hash).toBe(BCRYPT);
  });

  it('bad L6 a password of 73 bytes never matches a bcrypt of its first 72', async () => {
    const { hash } = await import('@node-rs/bcrypt');
    const most = 'x1'.repeat(36);
    await send(linesOf({ username: 'longwords', passwordHash: await hash(most, 4) }));

    await expect(server.logInAs({ login: 'longwords', password: `${most}y` })).rejects.toThrow('CREDENTIALS_REJECTED');

    expect((await server.logInAs({ login: 'longwords', password: most })).token).toMatch(/^cfs_/);
  });

  it('a bad line refuses itself and no other', async () => {
    const answer = await send(
      linesOf(
        { username: 'good-1' },
        '{"username":',
        '[]',
        '{"username":"twice","username":"twice"}',
        '{"username":"polluted","__proto__":{"roles":["admin"]}}',
        { username: 'x\u202ey' },
        { username: 'odd', email: 'no address' },
        { username: 'odd', passwordHash: 'md5:5f4dcc3b5aa765d61d8327deb882cf99' },
        { username: 'odd', passwordHash: BCRYPT.replace('$04$', '$31$') },
        { username: 'odd', password: PASSWORD },
        { username: 'odd', status: 'locked' },
        { username: 'odd', createdAt: 'yesterday' },
        { username: 'odd', properties: { note: 'a\0b' } },
        { username: 'odd', roles: ['a,b'] },
        { username: 'x'.repeat(255) },
        { username: 'padded', properties: { pad: 'p'.repeat(17_000) } },
        '',
        { username: 'good-2' },
      ),
    );

    const { faults, ...counts } = answer.json<{ faults: { line: number; field: string }[] }>();
    expect(counts).toEqual({ lines: 17, imported: 2, refused: 15, isComplete: true });
    expect(faults.map(({ line, field }) => [line, field])).toEqual([
      [2, ''],
      [3, ''],
      [4, ''],
      [5, ''],
      [6, 'username'],
      [7, 'email'],
      [8, 'passwordHash'],
      [9, 'passwordHash'],
      [10, 'password'],
      [11, 'status'],
      [12, 'createdAt'],
      [13, 'properties'],
      [14, 'roles'],
      [15, 'username'],
      [16, ''],
    ]);
  });

  it('repeating it is safe: who is there already is refused by line, and stays as they are', async () => {
    const id = randomUUID();
    const lines = linesOf(
      { id, username: 'again', email: 'again@example.test' },
      { username: 'AGAIN', displayName: 'Another' },
      { username: 'again-2', email: 'again@EXAMPLE.test' },
      { id, username: 'again-3' },
      { username: 'again-4' },
      { username: 'again-4' },
    );

    const first = (await send(lines)).json<{ imported: number; faults: object[] }>();
    const second = (await send(lines)).json<{ imported: number; faults: object[] }>();

    expect(first).toMatchObject({
      imported: 2,
      faults: [
        { line: 2, field: 'username', message: 'is taken' },
        { line: 3, field: 'email', message: 'is taken' },
        { line: 4, field: 'id', message: 'is taken' },
        { line: 6, field: 'username', message: 'is taken' },
      ],
    });
    expect(second).toMatchObject({ imported: 0, refused: 6 });
    expect(await server.sql(`select from users where username ilike 'again%'`)).toHaveLength(2);
  });

  it('two imports of the same people at once leave each of them once', async () => {
    const lines = linesOf(...Array.from({ length: 1_200 }, (_, place) => ({ username: `race-${place}` })));

    const answers = await Promise.all([send(lines), send(lines.split('\n').toReversed().join('\n'))]);

    const counts = answers.map((answer) => answer.json<{ imported: number; refused: number }>());
    expect(counts.reduce((sum, { imported }) => sum + imported, 0)).toBe(1_200);
    expect(counts.reduce((sum, { refused }) => sum + refused, 0)).toBe(1_200);
    expect(
      await server.sql(`select from users join identities on user_id = users.id where username like 'race-%'`),
    ).toHaveLength(1_200);
  });

  it('answers refused lines and progress as a stream for Accept: application/x-ndjson', async () => {
    const many = Array.from({ length: 1_001 }, (_, place) => ({ username: `stream-${place}` }));

    const answer = await send(linesOf({ username: '' }, ...many), { accept: 'application/x-ndjson' });

    const lines = answer.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(lines).toEqual([
      { line: 1, field: 'username', message: expect.any(String) as string },
      { lines: 501, imported: 500, refused: 1, isComplete: false },
      { lines: 1_001, imported: 1_000, refused: 1, isComplete: false },
      { lines: 1_002, imported: 1_001, refused: 1, isComplete: true },
    ]);
  });

  it('tells of the first thousand faults and counts them all', async () => {
    const answer = await send('x\n'.repeat(1_500));

    const { faults, refused } = answer.json<{ faults: object[]; refused: number }>();
    expect([faults.length, refused]).toEqual([1_000, 1_500]);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['another charset', { 'content-type': 'application/x-ndjson; charset=utf-16' }],
    ['compressed', { 'content-encoding': 'gzip' }],
  ])('bad B11 B15 415 for a body that is %s', async (_, headers) => {
    expect((await send('{}', headers)).json()).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
  });

  it('415 for no body, and 200 for an empty one', async () => {
    expect((await server.post(IMPORT, admin)).statusCode).toBe(415);
    expect((await send('')).json()).toMatchObject({ lines: 0, imported: 0, isComplete: true });
  });

  it('the same type on other routes is refused as before', async () => {
    const answer = await server.post(
      USERS,
      both(admin, { payload: '{}', headers: { 'content-type': 'application/x-ndjson' } }),
    );

    expect(answer.json()).toMatchObject({ status: 415, code: 'MEDIA_TYPE_UNSUPPORTED' });
  });

  it('tenants: a key of one application imports into no other, and makes no administrator without the scope', async () => {
    const other = (await server.post('/api/v1/admin/applications', both(admin, json({ name: 'Other' })))).json<{
      id: string;
    }>().id;
    const users = bearer(await server.serviceKey(['users'], other));
    const all = bearer(await server.serviceKey(['admin'], other));
    const home = (await server.get(USERS, admin)).json<{ users: { applicationId: string }[] }>().users[0]!
      .applicationId;
    const ask = (key: typeof users, query = '') =>
      server.post(
        IMPORT + query,
        both(key, {
          payload: linesOf({ username: 'chief', roles: ['admin'] }),
          headers: { 'content-type': 'application/x-ndjson' },
        }),
      );

    expect((await ask(users, `?applicationId=${home}`)).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await ask(users)).json()).toMatchObject({ imported: 0, faults: [{ line: 1, field: 'roles' }] });
    expect((await ask(all)).json()).toMatchObject({ imported: 1, faults: [] });
  });
});

describe('over a real connection', () => {
  let port: number;
  beforeAll(async () => {
    await server.app.listen(0, '127.0.0.1');
    ({ port } = server.app.getHttpServer().address() as AddressInfo);
  });

  const open = (headers: Record<string, string> = {}) =>
    httpRequest({
      port,
      path: IMPORT,
      method: 'POST',
      agent: false,
      headers: { ...(admin.headers as Record<string, string>), 'content-type': 'application/x-ndjson', ...headers },
    });

  async function textOf(answer: IncomingMessage): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  }

  it('goes on while pieces come, for longer than a request may take otherwise', async () => {
    const asking = open();
    const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
    for (let turn = 0; turn < 3; turn++) {
      asking.write(linesOf({ username: `slow-${turn}` }));
      await pause(3_500);
    }
    asking.end();
    const [answer] = await answered;

    expect(JSON.parse(await textOf(answer))).toMatchObject({ imported: 3, isComplete: true });
  });

  it('what was committed before a client went away stays', async () => {
    const asking = open().on('error', () => {});
    asking.write(linesOf(...Array.from({ length: 600 }, (_, place) => ({ username: `left-${place}` }))));
    await expect.poll(() => server.sql(`select from users where username like 'left-%'`)).toHaveLength(500);

    asking.destroy();

    await pause(200);
    expect(await server.sql(`select from users where username like 'left-%'`)).toHaveLength(500);
    expect((await server.get('/health/ready')).statusCode).toBe(200);
  });

  it('asvs 16.3.4 one that is streamed and breaks off stands in the audit log as failed, with how far it came', async () => {
    const asking = open({ accept: 'application/x-ndjson' }).on('error', () => {});
    const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
    asking.write(linesOf(...Array.from({ length: 600 }, (_, place) => ({ username: `broken-${place}` }))));
    const [answer] = await answered;
    answer.on('error', () => {}).resume();

    asking.destroy();

    const requestId = String(answer.headers['x-request-id']);
    await expect
      .poll(() => server.sql('select outcome, details from audit_log where request_id = $1', [requestId]))
      .toEqual([{ outcome: 'failed', details: { imported: 500, refused: 0 } }]);
  });
});
