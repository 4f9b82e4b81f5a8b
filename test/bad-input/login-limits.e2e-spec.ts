import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOGIN_BUDGETS } from '../../src/auth/login-limits-statements.js';
import { json, PASSWORD, TestServer, type Answer } from '../server.js';
import { LOGINS } from './logins.js';
import { ELVIS_BY_STATUS, SURFACE_KEY } from './surfaces.js';

// Passport is one object a process: one server after the other.
let server: TestServer;
const serve = (settings: NodeJS.ProcessEnv): void => {
  beforeAll(async () => {
    server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY, ...settings });
    await server.sql(ELVIS_BY_STATUS);
    await server.signUp('victim@example.test');
  });
  afterAll(() => server.stop());
  beforeEach(() => server.sql('delete from login_attempts'));
};

const WRONG = 'not the password at all';

function attempt(login: string, password: string, address: string, { url, field } = LOGINS[0]!): Promise<Answer> {
  return server.post(url, { ...json({ [field]: login, password }), headers: { 'x-forwarded-for': address } });
}

/** The statuses of so many attempts, a hundred at a time. */
async function attempts(count: number, one: (index: number) => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let start = 0; start < count; start += 100) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(100, count - start) }, (_, index) => one(start + index)),
    );
    statuses.push(...answers.map(({ statusCode }) => statusCode));
  }
  return statuses;
}

const tally = (statuses: number[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const rotating = (index: number): string => `198.51.${index >> 8}.${index & 255}`;

describe('asvs 2.4.1 6.3.1 15.3.4 the budget of wrong tries, without a trusted proxy', () => {
  serve({});

  it('bad L10 one name at one address: 10 reach the hasher, whatever X-Forwarded-For says', async () => {
    const statuses = await attempts(200, (index) => attempt('victim@example.test', WRONG, rotating(index)));

    expect(tally(statuses)).toEqual({ 401: LOGIN_BUDGETS.pair, 429: 200 - LOGIN_BUDGETS.pair });
  });

  it('bad L10 a thousand names at one address: 300 reach the hasher, whatever X-Forwarded-For says', async () => {
    const statuses = await attempts(1_000, (index) => attempt(`user${index}@example.test`, WRONG, rotating(index)));

    expect(tally(statuses)).toEqual({ 401: LOGIN_BUDGETS.address, 429: 1_000 - LOGIN_BUDGETS.address });
  });
});

describe('behind a trusted proxy', () => {
  serve({ TRUST_PROXY: '127.0.0.1' });

  it('bad L12 one name at 400 addresses: 100 reach the hasher', async () => {
    const statuses = await attempts(400, (index) => attempt('victim@example.test', WRONG, rotating(index)));

    expect(tally(statuses)).toEqual({ 401: LOGIN_BUDGETS.name, 429: 400 - LOGIN_BUDGETS.name });
  });

  it('bad L10 asvs 6.1.3 6.3.4 every wire spends the same budget, and the right password is not even looked at', async () => {
    await attempts(LOGIN_BUDGETS.pair, (index) =>
      attempt('victim@example.test', WRONG, '192.0.2.1', LOGINS[index % LOGINS.length]),
    );

    const answers = await Promise.all(
      LOGINS.map((wire) => attempt('VICTIM@example.test', PASSWORD, '192.0.2.1', wire)),
    );

    expect(answers[0]!.json()).toMatchObject({ status: 429, code: 'LOGIN_LIMITED' });
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(LOGINS.map(() => 429));
    expect(Number(answers[0]!.headers['retry-after'])).toBeGreaterThan(LOGIN_BUDGETS.windowMinutes * 60 - 30);
  });

  it.each([
    [
      'an IPv6 /64 counts as one, in any spelling',
      [
        '2001:db8:1:2::1',
        '2001:0db8:0001:0002:0000:0000:0000:0002',
        '2001:DB8:1:2:ffff:ffff:ffff:ffff',
        '2001:db8:1:2:0:0:192.0.2.1',
        '2001:db8:1:2::5%eth0',
      ],
      '2001:db8:1:3::1',
    ],
    [
      'an IPv4 address and its IPv6 form count as one',
      ['198.51.100.7', '::ffff:198.51.100.7', '::FFFF:c633:6407'],
      '198.51.100.8',
    ],
    [
      'what a client puts in front of the proxy’s word counts for nothing',
      ['e.example, 192.0.2.9', '192.0.2.10, 192.0.2.9'],
      '192.0.2.10',
    ],
  ])('bad L11 %s', async (_, spellings, elsewhere) => {
    const statuses = await attempts(LOGIN_BUDGETS.pair, (index) =>
      attempt('victim@example.test', WRONG, spellings[index % spellings.length]!),
    );

    expect(tally(statuses)).toEqual({ 401: LOGIN_BUDGETS.pair });
    for (const spelling of spellings)
      expect((await attempt('victim@example.test', WRONG, spelling)).statusCode).toBe(429);
    expect((await attempt('victim@example.test', WRONG, elsewhere)).statusCode).toBe(401);
  });

  const HOME = '203.0.113.5';

  it('bad L12 asvs 6.1.1 an attack on a name does not lock its owner out at an address from which they logged in before', async () => {
    await attempt('victim@example.test', PASSWORD, HOME);

    const attack = await attempts(110, (index) => attempt('victim@example.test', WRONG, rotating(index)));
    const owner = await attempt('victim@example.test', PASSWORD, HOME);

    expect(tally(attack)[429]).toBeGreaterThan(0);
    expect(owner.statusCode).toBe(200);
  });

  it('bad L12 asvs 6.1.1 an attack on a name leaves sessions alone, and every other name', async () => {
    const { token } = await server.logIn('victim@example.test');
    await server.signUp('other@example.test');

    await attempts(110, (index) => attempt('victim@example.test', WRONG, rotating(index)));

    expect(await server.statusOfSession(token)).toBe(200);
    expect((await attempt('other@example.test', PASSWORD, rotating(1))).statusCode).toBe(200);
  });

  it('bad L12 asvs 6.1.1 an attack on a name is over when its window is: the name is free again', async () => {
    await attempts(110, (index) => attempt('victim@example.test', WRONG, rotating(index)));

    await server.sql(`update login_attempts set until = now() - interval '1 ms'`);

    expect((await attempt('victim@example.test', PASSWORD, '192.0.2.77')).statusCode).toBe(200);
  });

  it('a success gives back what it spent: eleven logins in a row are eleven sessions', async () => {
    const statuses: number[] = [];
    for (let round = 0; round <= LOGIN_BUDGETS.pair; round++)
      statuses.push((await attempt('victim@example.test', PASSWORD, HOME)).statusCode);

    expect(tally(statuses)).toEqual({ 200: LOGIN_BUDGETS.pair + 1 });
  });
});
