import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, both, json, PASSWORD, TestServer } from '../server.js';

let server: TestServer;
let admin: ReturnType<typeof bearer>;
beforeAll(async () => {
  server = await TestServer.start();
  admin = bearer((await server.logInAdmin()).token);
});
afterAll(() => server.stop());

const SESSIONS = '/api/v1/admin/sessions';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

interface Page {
  sessions: { id: string; username: string }[];
  next: string | null;
  total: { count: number; isExact: boolean } | null;
}

async function list(query: string, as = admin): Promise<Page> {
  const answer = await server.get(`${SESSIONS}?${query}`, as);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<Page>();
}

describe('GET /admin/sessions', () => {
  it('200 with whose they are and whence, newest first, and no token', async () => {
    const userId = await server.signUp('whose@example.test', { roles: ['editor'] });
    const login = { login: 'whose@example.test', password: PASSWORD, label: 'Desk' };
    const answer = await server.post('/api/v1/auth/login', both({ headers: { 'user-agent': CHROME } }, json(login)));
    const { session } = answer.json<{ session: { id: string } }>();

    const found = await server.get(`${SESSIONS}?userId=${userId}`, admin);

    expect(found.json()).toMatchObject({
      sessions: [
        {
          id: session.id,
          userId,
          username: 'whose@example.test',
          roles: ['editor'],
          contract: 'native',
          browser: 'Chrome 156',
          system: 'Linux',
          address: '127.0.0.1',
          label: 'Desk',
        },
      ],
      next: null,
    });
    expect(found.body).not.toMatch(/cfs_|[Hh]ash/);
  });
});
