import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, rawRequest, requestText } from '../raw-request.js';
import { TestServer } from '../server.js';
import { AUTHORIZATIONS, COOKIES } from './carriers.js';
import { ELVIS_BY_STATUS, liveTokens, SURFACE_KEY } from './surfaces.js';

const RESTED_PATH = `/api/1/ce/examples/auth?key=${SURFACE_KEY}`;

let server: TestServer;
let port: number;
let live: Awaited<ReturnType<typeof liveTokens>>;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY });
  port = await listen(server.app);
  await server.sql(ELVIS_BY_STATUS);
  live = await liveTokens(server, 'carriers@example.test');
});
afterAll(() => server.stop());

async function statusOf(path: string, lines: string[]): Promise<number> {
  const text = requestText(`GET ${path}`).replace(/\r\n$/, '');
  const [answer] = await rawRequest(port, `${text}${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  return answer!.status;
}

describe.each([
  { path: '/api/v1/auth/session', name: '__Host-curfew', contract: 'native' },
  { path: '/v1/me', name: 'session-key', contract: 'dittofi' },
  { path: '/iapi/v1/me', name: 'session-key', contract: 'dittofi' },
  { path: '/services/profile', name: 'authToken', contract: 'elvis' },
  { path: '/services/profile', name: 'JSESSIONID', contract: 'elvis' },
  { path: RESTED_PATH, name: '__Secure-rested-access-token', contract: 'rested' },
  { path: RESTED_PATH, name: '__Secure-yawe-access-token', contract: 'rested' },
  { path: RESTED_PATH, name: 'yawe_access_token', contract: 'rested' },
] as const)('the cookie $name at $path', ({ path, name, contract }) => {
  it.each(COOKIES)('$title: $status', async ({ make, status }) => {
    expect(await statusOf(path, make(name, live[contract]))).toBe(status);
  });
});

describe('the header of our own routes', () => {
  it.each(AUTHORIZATIONS)('$title: $status', async ({ make, status }) => {
    expect(await statusOf('/api/v1/auth/session', make('__Host-curfew', live.native))).toBe(status);
  });

  it.each(['token', 'access_token', 'session', 'key', 'Authorization', 'Token'])(
    'bad K16 400 for a token in the query as %s',
    async (name) => {
      expect(await statusOf(`/api/v1/auth/session?${name}=${live.native}`, [])).toBe(400);
    },
  );
});

describe('the header on the Dittofi wire', () => {
  it('K: the bearer token of another backend is not looked at', async () => {
    const lines = [`Cookie: session-key=${live.dittofi}`, 'Authorization: Bearer x'];

    expect(await statusOf('/v1/me', lines)).toBe(200);
  });

  it('bad K16 401 for a token in the header or the query alone', async () => {
    expect(await statusOf('/v1/me', [`Authorization: Bearer ${live.dittofi}`])).toBe(401);
    expect(await statusOf(`/v1/me?session-key=${live.dittofi}`, [])).toBe(401);
  });
});

describe('the header on the Elvis wire', () => {
  // The header ranks before the cookies.
  const ROWS = AUTHORIZATIONS.map((row) => ({
    ...row,
    status: row.title === 'bad K2 good bearer, bad cookie' ? 200 : row.status,
  }));
  const read = async (lines: string[]): Promise<[number, unknown]> => {
    const text = requestText('GET /services/profile').replace(/\r\n$/, '');
    const [answer] = await rawRequest(port, `${text}${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
    const { errorcode, username } = JSON.parse(answer!.body) as Record<string, unknown>;
    return [answer!.status, errorcode ?? username];
  };
  const shown = (status: number): [number, unknown] => [status, status === 200 ? 'carriers@example.test' : status];

  it.each(ROWS)('$title: $status', async ({ make, status }) => {
    expect(await read(make('authToken', live.elvis))).toEqual(shown(status));
  });

  it.each(ROWS.filter(({ title }) => !title.startsWith('bad K2')))(
    '$title, and a good cookie behind it: $status',
    async ({ make, status }) => {
      const lines = [...make('authToken', live.elvis), `Cookie: authToken=${live.elvis}; JSESSIONID=${live.elvis}`];

      expect(await read(lines)).toEqual(shown(status));
    },
  );
});

describe('the header on the Rested wire', () => {
  // A client that was handed the header's value sends back what it stored; and the header wins over the cookie.
  const OTHERWISE: Record<string, number> = {
    'bad K15 the token alone': 200,
    'bad K2 good bearer, bad cookie': 200,
  };

  it.each(AUTHORIZATIONS.map((row) => ({ ...row, status: OTHERWISE[row.title] ?? row.status })))(
    '$title: $status',
    async ({ make, status }) => {
      expect(await statusOf(RESTED_PATH, make('__Secure-rested-access-token', live.rested))).toBe(status);
    },
  );

  it('bad K16 401 for a token in the query', async () => {
    expect(await statusOf(`${RESTED_PATH}&Authorization=${live.rested}&token=${live.rested}`, [])).toBe(401);
  });
});
