import { hash } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { v7 as freshId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/metrics/metrics.js';
import { bearer, both, json, keep, PASSWORD, TestServer, type Answer } from '../server.js';
import {
  DISABLED,
  LOGINS,
  LONGWORDS,
  MOST,
  OWNER,
  REJECTED,
  SECRET,
  UNFIT,
  type LoginRow,
  type LoginWire,
} from './logins.js';
import { forged, SURFACE_KEY } from './surfaces.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY });
  await server.signUp(OWNER, { password: SECRET });
  const id = await server.signUp(DISABLED, { password: SECRET });
  const longwords = await server.signUp(LONGWORDS);
  await server.sql('update users set password_hash = $2 where id = $1', [longwords, await hash(MOST, 4)]);
  const { token } = await server.logInAdmin();
  await server.patch(`/api/v1/admin/users/${id}`, both(bearer(token), json({ status: 'disabled' })));
});
afterAll(() => server.stop());
beforeEach(() => server.sql('delete from login_attempts'));

const tryLogin = ({ url, field }: LoginWire, login: unknown, password: unknown): Promise<Answer> =>
  server.post(url, json({ [field]: login, password }));
const tries = async (outcome: string): Promise<number> =>
  (await METRICS.logins.get()).values
    .filter(({ labels }) => labels['outcome'] === outcome)
    .reduce((sum, { value }) => sum + value, 0);

/** All that a client could tell one answer from another by. */
function bytesOf({ statusCode, headers, body }: Answer): string {
  const { date: _, 'x-request-id': requestId, 'content-length': _length, ...rest } = headers;
  return JSON.stringify([statusCode, rest, body.replaceAll(String(requestId), '')]);
}

describe.each(LOGINS)('$name login', (wire) => {
  const hasOwnAnswer = ({ title }: LoginRow): boolean =>
    (wire.tellsDisabled === true && title.startsWith('bad L3')) ||
    (wire.refusesNul === true && title.startsWith('bad L7'));
  const rejected = REJECTED.filter((row) => !hasOwnAnswer(row));

  it('asvs 6.2.8 one answer for all failures, byte for byte, and no cookie', async () => {
    const answers: Answer[] = [];
    for (const { login, password } of rejected) answers.push(await tryLogin(wire, login, password));

    expect(answers[0]!.json()).toMatchObject(wire.refusal);
    expect(answers[0]!.headers['set-cookie']).toBeUndefined();
    expect(answers.map((answer, place) => [rejected[place]!.title, bytesOf(answer)])).toEqual(
      rejected.map(({ title }) => [title, bytesOf(answers[0]!)]),
    );
  });

  it('bad L14 200 for the name in any case, and for the exact password of 101 bytes', async () => {
    expect((await tryLogin(wire, OWNER.toUpperCase(), SECRET)).statusCode).toBe(200);
  });

  it.each(UNFIT)('$title: $status, and nothing is hashed', async ({ login, password, status }) => {
    const before = [await tries('rejected'), await tries('limited')];

    const answer = await tryLogin(wire, login, password);

    expect(answer.statusCode).toBe(wire.isAlways200 && status === 400 ? 200 : status);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect([await tries('rejected'), await tries('limited')]).toEqual(before);
    expect(await server.sql('select from login_attempts')).toEqual([]);
  });

  it('bad L8 200 for name and password in another normal form', async () => {
    const [login, password] = ['ren\u00e9e@example.test', 'cr\u00e8me br\u00fbl\u00e9e at noon'];
    await server.signUp(`${wire.name}.${login}`, { password });

    const answer = await tryLogin(wire, `${wire.name}.${login}`.normalize('NFD'), password.normalize('NFD'));

    expect(answer.statusCode).toBe(200);
  });

  it('bad L9 200 parallel logins are 200 or refused as too many, and nothing else', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => tryLogin(wire, OWNER, SECRET)));

    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => ![200, 503, wire.storeAway].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
  });

  it('bad L18 a session id chosen by the client is never adopted', async () => {
    const chosen = forged(freshId(), freshId(), randomBytes(32));
    keep(chosen);
    const names = ['__Host-curfew', 'session-key', '__Secure-rested-access-token', 'authToken', 'JSESSIONID'];
    const cookie = names.map((name) => `${name}=${chosen}`).join('; ');

    const answer = await server.post(
      wire.url,
      both(
        { headers: { cookie, 'user-token': chosen } },
        json({ [wire.field]: OWNER, password: SECRET, ...(wire.name === 'native' && { transport: 'cookie' }) }),
      ),
    );

    expect(answer.statusCode).toBe(200);
    const shown = JSON.stringify([answer.headers['set-cookie'], answer.body]);
    expect(shown).toMatch(/cfs_[\w-]{86}/);
    expect(shown).not.toContain(chosen);
    expect(await server.statusOfSession(chosen)).toBe(401);
  });
});

it.each(LOGINS.filter(({ refusesNul }) => refusesNul))('bad L7 $name: 400 for a NUL anywhere', async (wire) => {
  for (const { title, login, password } of REJECTED.filter(({ title: each }) => each.startsWith('bad L7')))
    expect([title, (await tryLogin(wire, login, password)).statusCode]).toEqual([title, 400]);
});

it.each(LOGINS.filter(({ tellsDisabled }) => tellsDisabled))(
  'bad L3 $name: a disabled user is told so for the right password alone, and gets no session',
  async (wire) => {
    const [right, wrong, unknown] = [
      await tryLogin(wire, DISABLED, SECRET),
      await tryLogin(wire, DISABLED, 'not the password at all'),
      await tryLogin(wire, 'nobody@example.test', 'not the password at all'),
    ];

    expect(bytesOf(wrong)).toBe(bytesOf(unknown));
    expect(right.body).toMatch(/disabled/i);
    expect([right.headers['set-cookie'], right.body.includes('cfs_')]).toEqual([undefined, false]);
  },
);

it.each(LOGINS.slice(0, 2))('bad L5 asvs 6.2.1 $name: 400 for 1,025 bytes within 20 ms', async (wire) => {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await tryLogin(wire, OWNER, 'x'.repeat(1_025));
    times.push(performance.now() - start);
  }

  expect(Math.min(...times)).toBeLessThan(20);
});

it('bad L9 asvs 6.3.1 whoever finds no place in the queue of 256 hears 503 OVERLOADED with Retry-After', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, index) => tryLogin(LOGINS[0]!, `nobody${index}@example.test`, 'not the password')),
  );

  const refused = answers.filter(({ statusCode }) => statusCode !== 401);
  expect(refused.length).toBeGreaterThan(0);
  expect(
    refused.map(({ headers, body }) => [headers['retry-after'], (JSON.parse(body) as { code: string }).code]),
  ).toEqual(refused.map(() => ['2', 'OVERLOADED']));
});

it('asvs 6.3.8 an unknown name takes as long as a wrong password', async () => {
  const times = { unknown: [] as number[], wrong: [] as number[] };
  const timed = async (kind: keyof typeof times, login: string): Promise<void> => {
    const start = performance.now();
    await server.post('/api/v1/auth/login', json({ login, password: 'not the password at all' }));
    times[kind].push(performance.now() - start);
  };
  for (let round = 0; round < 100; round++) {
    if (round % 10 === 0) await server.sql('delete from login_attempts');
    await timed('unknown', `nobody${round}@example.test`);
    await timed('wrong', OWNER);
  }

  const [unknown, wrong] = [median(times.unknown), median(times.wrong)];
  expect(Math.abs(unknown - wrong) / wrong).toBeLessThan(0.15);
});

it('bad L13 a log in which no name of a failed login stands', async () => {
  const name = `canary-${randomBytes(6).toString('hex')}\r\n\u001b[2J`;
  keep(name, name.slice(0, 19));

  const answer = await server.post('/api/v1/auth/login', json({ login: name, password: PASSWORD }));

  expect(answer.statusCode).toBe(401);
  expect(answer.body).not.toContain('canary');
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
