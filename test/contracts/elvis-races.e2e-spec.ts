import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bearer, both, PASSWORD, TestServer } from '../server.js';
import { apiToken, enter, form, isLive, LOGGED_OUT, NOT_LOGGED_IN } from './elvis.js';

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>['app'];
beforeAll(async () => {
  server = await TestServer.start();
  other = (await TestServer.node(server.databaseUrl)).app;
});
afterAll(async () => {
  await other.close();
  await server.stop();
});
beforeEach(() => server.sql(`update applications set session_limit = null, at_session_limit = 'end_oldest'`));

const times = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));

it.each([
  [
    'a cookie with its csrf token',
    async (username: string) => {
      const { cookie, csrf } = await enter(server, username);
      return { ...cookie, ...csrf } as Record<string, string>;
    },
  ],
  ['a bearer', async (username: string) => bearer(await apiToken(server, username)).headers as Record<string, string>],
])('bad R5 20 parallel logouts of %s: each 200, exactly one event', async (_, logIn) => {
  const username = `${_.split(' ')[1]!}@example.test`;
  const id = await server.signUp(username);
  const headers = await logIn(username);

  const answers = await times(20, () => server.post('/services/logout', { headers }));

  expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual(answers.map(() => [200, LOGGED_OUT]));
  expect([await server.causes(id), await isLive(server, headers)]).toEqual([['logout'], false]);
});

it('bad R5 20 parallel logouts by redirect and by script: exactly one event', async () => {
  const id = await server.signUp('mixed@example.test');
  const { cookie, csrf } = await enter(server, 'mixed@example.test');

  const answers = await Promise.all([
    times(10, () => server.get('/logout', { headers: cookie })),
    times(10, () => server.post('/services/logout', { headers: { ...cookie, ...csrf } })),
  ]);

  expect(answers.map((each) => [...new Set(each.map(({ statusCode }) => statusCode))])).toEqual([[302], [200]]);
  expect(await server.causes(id)).toEqual(['logout']);
});

it.each([1, 2])('bad R9 asvs 7.1.2 50 parallel logins with %i and end_oldest: so many tokens live', async (limit) => {
  const username = `limit${limit}@example.test`;
  await server.signUp(username);
  await server.sql(`update applications set session_limit = $1, at_session_limit = 'end_oldest'`, [limit]);

  const sessions = await times(50, async () =>
    limit === 1
      ? (await enter(server, username)).cookie
      : { authorization: `Bearer ${await apiToken(server, username)}` },
  );

  const live = await Promise.all(sessions.map((headers) => isLive(server, headers as Record<string, string>)));
  expect(live.filter(Boolean).length).toBe(limit);
});

it('bad R9 asvs 7.1.2 50 parallel logins, at most 2, refusing: exactly two live', async () => {
  await server.signUp('refused@example.test');
  await server.sql(`update applications set session_limit = 2, at_session_limit = 'refuse'`);

  const answers = await times(50, () =>
    server.post('/services/apilogin', form({ username: 'refused@example.test', password: PASSWORD })),
  );

  const bodies = answers.map((answer) => answer.json<{ loginSuccess: boolean; authToken?: string }>());
  const tokens = bodies.flatMap(({ authToken }) => authToken ?? []);
  expect([bodies.filter(({ loginSuccess }) => loginSuccess).length, tokens.length]).toEqual([2, 2]);
  expect(await Promise.all(tokens.map((token) => isLive(server, { authorization: `Bearer ${token}` })))).toEqual([
    true,
    true,
  ]);
}, 60_000);

it('asvs 7.1.2 at the limit with refuse: loginSuccess false with its own text, and the sessions there live on', async () => {
  await server.signUp('first@example.test');
  await server.sql(`update applications set session_limit = 1, at_session_limit = 'refuse'`);
  const first = await enter(server, 'first@example.test');

  const answer = await server.post('/services/login', form({ username: 'first@example.test', password: PASSWORD }));

  expect([answer.statusCode, answer.json(), await isLive(server, first.cookie)]).toEqual([
    200,
    { loginSuccess: false, loginFaultMessage: expect.stringContaining('the limit') as string },
    true,
  ]);
});

it('P1 bad R1 from the moment a logout on one node is answered, no node knows the token', async () => {
  await server.signUp('nodes@example.test');
  const askOther = async (headers: Record<string, string>): Promise<object> =>
    (await other.inject({ url: '/services/profile', headers })).json();
  const round = async (): Promise<object> => {
    const { cookie, csrf } = await enter(server, 'nodes@example.test');
    const watching = times(5, () => askOther(cookie));
    await server.post('/services/logout', both({ headers: cookie }, { headers: csrf }));
    const after = await askOther(cookie);
    await watching;
    return after;
  };

  expect(await times(15, round)).toEqual(Array.from({ length: 15 }, () => NOT_LOGGED_IN));
});
