import { afterAll, beforeAll, expect, it } from 'vitest';
import { both, TestServer } from '../server.js';
import { ALICE, apiToken, enter, form, isLive, LOGGED_OUT, NOT_LOGGED_IN, OWN } from './elvis.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: OWN });
  await server.signUp(ALICE);
});
afterAll(() => server.stop());

const LOGOUTS: [string, string][] = [
  ['bad Q1 logout=true&logout=false', 'logout=true&logout=false'],
  ['bad Q1 logout=false&logout=true', 'logout=false&logout=true'],
  ['bad Q2 logout=TRUE', 'logout=TRUE'],
  ['bad Q2 logout=1', 'logout=1'],
  ['bad Q2 logout empty', 'logout='],
];

it.each(LOGOUTS)(
  '%s means nothing here: the caller is known, a stranger is none, and nothing ends',
  async (_, query) => {
    const { cookie, csrf } = await enter(server);
    const url = `/services/profile?${query}`;

    const answers = [
      await server.get(url, { headers: cookie }),
      await server.post(url, { headers: { ...cookie, ...csrf } }),
      await server.post('/services/profile', both(form({}), { payload: query }, { headers: { ...cookie, ...csrf } })),
      await server.get(url),
    ];

    expect(answers.map((answer) => answer.json<object>())).toMatchObject([
      { username: ALICE },
      { username: ALICE },
      { username: ALICE },
      NOT_LOGGED_IN,
    ]);
    expect(await isLive(server, cookie)).toBe(true);
  },
);

it.each(LOGOUTS)('%s means nothing at the logout itself: it ends the session all the same', async (_, query) => {
  const { cookie, csrf } = await enter(server);

  const answer = await server.post(`/services/logout?${query}`, { headers: { ...cookie, ...csrf } });

  expect([answer.json(), await isLive(server, cookie)]).toEqual([LOGGED_OUT, false]);
});

it.each([
  ['a form', form({ key: '0123456789abcdef0123456789abcdef' })],
  ['JSON', { payload: { key: '0123456789abcdef0123456789abcdef' } }],
])('bad Q5 a key in the body only, as %s, means nothing here: it opens nothing and ends nothing', async (_, body) => {
  const headers = { authorization: `Bearer ${await apiToken(server)}` };

  const answers = [
    await server.post('/services/profile', both(body, { headers })),
    await server.post('/services/profile', body),
  ];

  expect(answers.map((answer) => answer.json<object>())).toMatchObject([{ username: ALICE }, NOT_LOGGED_IN]);
  expect(await isLive(server, headers)).toBe(true);
});
