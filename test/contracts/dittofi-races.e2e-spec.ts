import { afterAll, beforeAll, expect, it } from 'vitest';
import { dittofiToken } from '../bad-input/surfaces.js';
import { PASSWORD, TestServer, type Answer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const times = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));
const logIn = (email: string) => server.post('/v1/login', { payload: { email, password: PASSWORD } });
const cookieOf = (answer: Answer) => ({ cookie: String(answer.headers['set-cookie']).split(';')[0]! });
const statusOf = async (headers: Record<string, string>): Promise<number> =>
  (await server.get('/v1/me', { headers })).statusCode;

it('bad R5 20 parallel logouts of one token: each 200, exactly one event', async () => {
  const id = await server.signUp('leaving@example.test');
  const headers = { cookie: `session-key=${await dittofiToken(server, 'leaving@example.test')}` };

  const answers = await times(20, () => server.get('/v1/logout_user', { headers }));

  expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual(answers.map(() => [200, { data: null }]));
  expect([await server.causes(id), await statusOf(headers)]).toEqual([['logout'], 401]);
});

it.each([
  [1, 'end_oldest'],
  [2, 'end_oldest'],
  [2, 'refuse'],
])(
  'bad R9 asvs 7.1.2 50 parallel logins with a limit of %i and %s: exactly as many tokens live',
  async (limit, atLimit) => {
    const email = `${atLimit}-${limit}@example.test`;
    await server.signUp(email);
    await server.sql('update applications set session_limit = $1, at_session_limit = $2', [limit, atLimit]);

    const answers = await times(50, () => logIn(email));
    const admitted = answers.filter(({ statusCode }) => statusCode === 200);
    const statuses = await Promise.all(admitted.map((answer) => statusOf(cookieOf(answer))));
    await server.sql('update applications set session_limit = null');

    const refused = answers.filter(({ statusCode }) => statusCode !== 200);
    expect(refused.map(({ statusCode, headers }) => [statusCode, headers['set-cookie']])).toEqual(
      Array.from({ length: atLimit === 'refuse' ? 50 - limit : 0 }, () => [403, undefined]),
    );
    expect(statuses.filter((status) => status === 200).length).toBe(limit);
  },
  60_000,
);
