import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, json, both, PASSWORD, TestServer } from '../server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const SESSIONS = '/api/v1/sessions';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

describe('GET /sessions', () => {
  it('asvs 7.5.2 200 with the caller’s own, newest first, in words', async () => {
    const first = await server.logIn('list@example.test', { label: 'Kitchen' });
    const login = both({ headers: { 'user-agent': CHROME } }, json({ login: 'list@example.test', password: PASSWORD }));
    const { token, session } = (await server.post('/api/v1/auth/login', login)).json<{
      token: string;
      session: { id: string };
    }>();
    await server.logIn('someone@example.test');

    const answer = await server.get(SESSIONS, bearer(token));

    expect(answer.json()).toMatchObject({
      sessions: [
        {
          id: session.id,
          isCurrent: true,
          label: null,
          contract: 'native',
          browser: 'Chrome 156',
          system: 'Linux',
          address: '127.0.0.1',
        },
        { id: first.sessionId, isCurrent: false, label: 'Kitchen', browser: null, system: null },
      ],
      next: null,
    });
    expect(answer.body).not.toContain('cfs_');
  });

  it('goes on where the page before ended', async () => {
    const logins = [];
    for (let count = 0; count < 5; count++) logins.push(await server.logIn('pages@example.test'));
    const { token } = logins[0]!;

    const ids: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: { sessions: { id: string }[]; next: string | null } = (
        await server.get(`${SESSIONS}?limit=2${next && `&after=${next}`}`, bearer(token))
      ).json();
      ids.push(...page.sessions.map(({ id }) => id));
      next = page.next;
    }

    expect(ids).toEqual(logins.map(({ sessionId }) => sessionId).toReversed());
  });

  it('leaves out what is dead but not swept', async () => {
    const [here, dead] = [await server.logIn('unswept@example.test'), await server.logIn('unswept@example.test')];
    await server.sql(`update sessions set idle_until = now() - interval '1 ms' where id = $1`, [dead.sessionId]);

    const { sessions } = (await server.get(SESSIONS, bearer(here.token))).json<{ sessions: { id: string }[] }>();

    expect(sessions.map(({ id }) => id)).toEqual([here.sessionId]);
  });

  it.each(['limit=0', 'limit=201', 'limit=many', 'after=x', 'surprise=1'])('400 for ?%s', async (query) => {
    const { token } = await server.logIn('query@example.test');

    expect((await server.get(`${SESSIONS}?${query}`, bearer(token))).json()).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ field: query.split('=')[0] }],
    });
  });
});

describe('DELETE /sessions/{id}', () => {
  it('204, and the other session is dead from then on', async () => {
    const [here, there] = [await server.logIn('end@example.test'), await server.logIn('end@example.test')];

    expect((await server.delete(`${SESSIONS}/${there.sessionId}`, bearer(here.token))).statusCode).toBe(204);

    expect(await Promise.all([here, there].map(({ token }) => server.statusOfSession(token)))).toEqual([200, 401]);
    expect(await server.causes(here.userId)).toEqual(['logout_others']);
  });

  it('asvs 8.2.2 404 for what is not mine, and it lives on', async () => {
    const [mine, theirs] = [await server.logIn('mine@example.test'), await server.logIn('theirs@example.test')];

    const answer = await server.delete(`${SESSIONS}/${theirs.sessionId}`, bearer(mine.token));

    expect(answer.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await server.statusOfSession(theirs.token)).toBe(200);
  });

  it('asvs 7.5.2 403 for another session when the login is older than five minutes; the own one ends all the same', async () => {
    const [here, there] = [await server.logIn('old@example.test'), await server.logIn('old@example.test')];
    await server.passTime(here.userId, '6 minutes');

    const other = await server.delete(`${SESSIONS}/${there.sessionId}`, bearer(here.token));
    const own = await server.delete(`${SESSIONS}/${here.sessionId}`, bearer(here.token));

    expect([other.statusCode, own.statusCode]).toEqual([403, 204]);
    expect(await Promise.all([here, there].map(({ token }) => server.statusOfSession(token)))).toEqual([401, 200]);
  });

  it('400 for what is no id', async () => {
    const { token } = await server.logIn('noid@example.test');

    expect((await server.delete(`${SESSIONS}/nonsense`, bearer(token))).json()).toMatchObject({
      status: 400,
      errors: [{ field: 'id' }],
    });
  });
});
