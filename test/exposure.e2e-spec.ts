import { once } from 'node:events';
import type { InjectOptions } from 'light-my-request';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ELVIS_BY_STATUS, SURFACE_KEY } from './bad-input/surfaces.js';
import { ENDPOINT_ROUTES, OPEN } from './open-routes.js';
import { listen, rawRequest, requestText } from './raw-request.js';
import { bearer, both, json, PASSWORD, TestServer, type Answer } from './server.js';

const LOGIN = '/api/v1/auth/login';
const PAGES = ['/docs', '/password', '/logout/done'];

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await TestServer.start({ APPLICATION_KEY: SURFACE_KEY, BASE_URL: 'https://sessions.example.test' });
  await server.sql(ELVIS_BY_STATUS);
  port = await listen(server.app);
});
afterAll(() => server.stop());

const routesFor = (answer: (route: string) => Promise<Answer>, routes: string[]): Promise<[string, Answer][]> =>
  Promise.all(routes.map(async (route) => [route, await answer(route)]));

const ask = (route: string, options: InjectOptions = {}): Promise<Answer> => {
  const [method, path] = route.split(' ') as ['GET', string];
  const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
  return server.request({ method, url, ...options });
};

it('asvs 3.2.1 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8 3.5.8 14.2.2 14.2.5 14.3.2 the security headers stand on every answer of every route', async () => {
  const routes = [...server.routes(), ...PAGES.map((page) => `GET ${page}`), 'GET /docs/json', 'GET /nowhere'];

  const answers = await routesFor(ask, routes);

  for (const [route, { headers }] of answers) {
    expect([route, headers]).toEqual([
      route,
      expect.objectContaining({
        'cache-control': expect.stringMatching(/\bno-store\b/) as string,
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^[\da-f]{12}-\w+$/) as string,
        'referrer-policy': expect.stringMatching(/^(no-referrer|same-origin|strict-origin)$/) as string,
        // With `default-src 'none'` objects are forbidden, too.
        'content-security-policy': expect.stringMatching(
          /^(?=.*default-src 'none')(?=.*base-uri 'none')(?=.*frame-ancestors 'none')(?!.*unsafe-inline)/,
        ) as string,
      }),
    ]);
  }
  expect(answers.length).toBeGreaterThan(80);
});

it('asvs 4.1.1 every body has its type, with the charset', async () => {
  const answers = await routesFor(ask, [...server.routes(), ...PAGES.map((page) => `GET ${page}`), 'GET /nowhere']);

  const odd = answers.filter(
    ([, { body, headers }]) =>
      body !== '' &&
      !/^(application\/(problem\+)?json|text\/(html|plain)); ?charset=utf-8$/.test(String(headers['content-type'])),
  );

  expect(odd.map(([route, { headers }]) => [route, headers['content-type']])).toEqual([]);
});

it.each([
  '/.git/HEAD',
  '/.git/config',
  '/.svn/entries',
  '/.env',
  '/.data/postgres.url',
  '/package.json',
  '/package-lock.json',
  '/dist/src/main.js',
  '/src/main.ts',
  '/docs/package.json',
  '/docs/README.md',
  '/docs/index.js',
  '/docs/swagger-ui.css.map',
  '/docs/swagger-ui-bundle.js.map',
  '/docs/oauth2-redirect.html',
  '/docs/../package.json',
  '/docs/%2e%2e/package.json',
  '/docs/..%2f..%2fpackage.json',
  '/node_modules/',
  '/openapi/',
  '/debug',
  '/server-status',
  '/actuator/env',
])('asvs 13.4.1 13.4.3 13.4.7 nothing is served at %s', async (path) => {
  const [answer] = await rawRequest(port, requestText(`GET ${path}`));

  expect(answer!.status).toBe(404);
  expect(answer!.head).toMatch(/^content-type: application\/problem\+json/im);
});

it.each(['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'])(
  'the page of /docs finds its %s',
  async (file) => {
    expect((await server.get('/docs')).body).toContain(file);
    expect((await server.get(`/docs/${file}`)).statusCode).toBe(200);
  },
);

it('asvs 13.4.6 no answer tells what is behind it, or its version', async () => {
  const answers = await Promise.all(
    ['/health/live', '/health/ready', '/nowhere', '/api/v1/profile', '/password'].map((path) => server.get(path)),
  );

  for (const { headers, body } of answers) {
    expect(Object.keys(headers)).not.toContain('server');
    expect(Object.keys(headers)).not.toContain('x-powered-by');
    expect(body).not.toMatch(/fastify|nestjs|postgres|node\.js|\bv?\d+\.\d+\.\d+\b/i);
  }
});

it('asvs 13.4.5 metrics are for those who have the right; what is open beside them holds no numbers', async () => {
  const { token } = await server.logIn('metrics@example.test');

  const answers = await Promise.all([
    server.get('/metrics'),
    server.get('/metrics', bearer(token)),
    server.get('/health/live'),
    server.get('/health/ready'),
  ]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 403, 200, 200]);
  expect(answers.slice(2).map(({ body }) => body)).toEqual(['{"status":"live"}', '{"status":"ready"}']);
});

it('asvs 13.4.2 16.5.1 500 for what nobody foresaw, without a word of tables, statements or code', async () => {
  const alice = await server.logIn('broken@example.test');
  await server.sql('alter table users rename column display_name to hidden_name');

  const answers = await Promise.all([
    server.get('/api/v1/profile', bearer(alice.token)),
    server.get('/api/v1/profile?debug=true', both(bearer(alice.token), { headers: { 'x-debug': '1' } })),
  ]);
  await server.sql('alter table users rename column hidden_name to display_name');

  for (const answer of answers) {
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: expect.any(String) as string,
      status: 500,
      detail: 'Something went wrong on our side. The request id finds it in the log.',
      code: 'INTERNAL',
      request_id: answer.headers['x-request-id'],
    });
    expect(answer.json<{ title: string }>().title).not.toMatch(/users|column|select|\.[jt]s/i);
  }
});

describe('asvs 7.2.2 fixed keys open nothing of a user', () => {
  const carried = (key: string): InjectOptions => ({
    headers: {
      authorization: `Bearer ${key}`,
      'user-token': key,
      'application-id': key,
      'secret-key': key,
      'x-api-key': key,
    },
  });

  it('401 or 403 for the client key and the id of the application, at every guarded route', async () => {
    const [application] = await server.sql<{ id: string }>('select id from applications');
    const guarded = server
      .routes()
      .filter(
        (route) => !OPEN.includes(route) && !ENDPOINT_ROUTES.includes(route) && !/ \/api\/(users|data)\//.test(route),
      );

    for (const key of [SURFACE_KEY, application!.id]) {
      const answers = await routesFor((route) => ask(route, carried(key)), guarded);

      expect(answers.filter(([, { statusCode }]) => ![401, 403].includes(statusCode)).map(([route]) => route)).toEqual(
        [],
      );
    }
    expect(guarded.length).toBeGreaterThan(40);
  });

  it('nor on the wires that are named an application by it', async () => {
    const [application] = await server.sql<{ id: string }>('select id from applications');

    const answers = await Promise.all([
      server.get(`/api/1/ce/examples/auth?key=${SURFACE_KEY}`),
      server.get(`/api/1/ce/examples/notes?key=${SURFACE_KEY}`),
      server.get(`/${application!.id}/${SURFACE_KEY}/data/Users/${application!.id}`),
      server.get(`/${application!.id}/${SURFACE_KEY}/users/userroles`),
    ]);

    expect(answers.slice(0, 3).map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(answers[3]!.json()).not.toContain('AuthenticatedUser');
  });
});

describe('a page of another site', () => {
  const CROSS = { origin: 'https://e.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
  const credentials = (login: string): [string, string][] => [
    ['application/json', JSON.stringify({ login, password: PASSWORD, transport: 'cookie' })],
    ['text/plain', JSON.stringify({ login, password: PASSWORD, transport: 'cookie' })],
    ['application/x-www-form-urlencoded', new URLSearchParams({ login, password: PASSWORD }).toString()],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="login"\r\n\r\n${login}\r\n--x--\r\n`,
    ],
  ];

  it('asvs 7.6.2 logs nobody in, whatever the body looks like: no session without a deed', async () => {
    const userId = await server.signUp('forged@example.test');

    const answers = await Promise.all(
      credentials('forged@example.test').map(([type, payload]) =>
        server.post(LOGIN, { headers: { ...CROSS, 'content-type': type }, payload }),
      ),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 415, 415, 415]);
    expect(answers.map(({ headers }) => headers['set-cookie'])).toEqual(answers.map(() => undefined));
    expect(await server.sql('select from sessions where user_id = $1', [userId])).toEqual([]);
  });

  it('asvs 3.5.1 3.5.2 ends and changes nothing with the cookie of a user, also by what needs no preflight', async () => {
    await server.signUp('victim@example.test');
    const login = await server.post(
      LOGIN,
      json({ login: 'victim@example.test', password: PASSWORD, transport: 'cookie' }),
    );
    const cookie = String(login.headers['set-cookie']).split(';')[0]!;
    const forged = (type: string | undefined, payload?: string): Promise<Answer> =>
      server.post('/api/v1/auth/logout', {
        headers: { ...CROSS, cookie, ...(type && { 'content-type': type }) },
        ...(payload && { payload }),
      });

    const answers = [
      await forged(undefined),
      await forged('text/plain', '{"scope":"all"}'),
      await forged('application/x-www-form-urlencoded', 'scope=all'),
      await forged('multipart/form-data; boundary=x', '--x--\r\n'),
      await forged('application/json', '{"scope":"all"}'),
    ];

    for (const { statusCode } of answers) expect([403, 415]).toContain(statusCode);
    expect(answers.map(({ headers }) => headers['access-control-allow-origin'])).toEqual(answers.map(() => undefined));
    expect((await server.get('/api/v1/auth/session', { headers: { cookie } })).statusCode).toBe(200);
  });

  it('asvs 3.5.6 3.5.7 finds neither JSONP nor a script that knows its user', async () => {
    const { token } = await server.logIn('script@example.test');
    const asked = await server.get('/api/v1/auth/session?callback=steal&jsonp=steal', bearer(token));
    const scripts = ['/docs/swagger-ui-init.js', '/docs/swagger-ui-bundle.js'];

    const [known, strange] = await Promise.all([
      Promise.all(scripts.map((path) => server.get(path, bearer(token)))),
      Promise.all(scripts.map((path) => server.get(path))),
    ]);

    expect(asked.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(asked.json()).toMatchObject({ user: { username: 'script@example.test' } });
    expect(known.map(({ body }) => body)).toEqual(strange.map(({ body }) => body));
  });
});

it('asvs 14.2.3 14.3.3 our pages load nothing from elsewhere, tell nobody, and keep nothing in the browser', async () => {
  const confirmation = await server.get('/logout', {
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  });
  const pages = [
    ...(await Promise.all([...PAGES, '/docs/swagger-ui-init.js'].map((path) => server.get(path)))),
    confirmation,
  ];

  for (const { body } of pages) {
    expect(body).not.toMatch(/\b(src|href|action)="(https?:)?\/\//i);
    expect(body).not.toMatch(/localStorage|sessionStorage|indexedDB|sendBeacon|persistAuthorization/i);
  }
  expect(confirmation.body).toContain('<form method="post">');
});

it('asvs 3.3.1 3.3.2 3.3.4 3.3.5 every cookie of every wire is Secure, HttpOnly, Lax, bound to the host, and small', async () => {
  await server.signUp('cookies@example.test');
  const name = { username: 'cookies@example.test', password: PASSWORD };
  const answers = await Promise.all([
    server.post(LOGIN, json({ login: name.username, password: PASSWORD, transport: 'cookie' })),
    server.post('/v1/login', json(name)),
    server.post(`/api/1/ce/examples/auth?key=${SURFACE_KEY}&login=true`, json(name)),
    server.post('/services/login', json(name)),
  ]);

  const cookies = answers.flatMap(({ headers }) => headers['set-cookie'] ?? []);

  expect(new Set(cookies.map((cookie) => cookie.split('=')[0]))).toEqual(
    new Set(['JSESSIONID', '__Host-curfew', '__Secure-rested-access-token', 'authToken', 'session-key']),
  );
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^(?=.*; Path=\/;)(?=.*; HttpOnly)(?=.*; Secure)(?=.*; SameSite=Lax)(?!.*Domain)/);
    expect(cookie.length).toBeLessThan(200);
  }
});

it('asvs 11.4.2 a password is kept as argon2id of 19 MiB and two passes', async () => {
  await server.signUp('hashed@example.test');

  const [user] = await server.sql<{ password_hash: string }>(
    'select password_hash from users order by created_at desc limit 1',
  );

  const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(user!.password_hash) ?? [];
  expect([Number(memory) >= 19_456, Number(passes) >= 2]).toEqual([true, true]);
});

it('asvs 6.2.10 a password of ten years ago is as good as one of today', async () => {
  const userId = await server.signUp('years@example.test');
  await server.sql(
    `update users set created_at = now() - interval '10 years', updated_at = now() - interval '10 years' where id = $1`,
    [userId],
  );

  expect((await server.logInAs({ login: 'years@example.test', password: PASSWORD })).userId).toBe(userId);
});

describe('messages', () => {
  /** All bytes of the answer to a request that closes its connection. */
  const bytesOf = async (text: string): Promise<Buffer> => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1').on('data', (piece: Buffer) => received.push(piece));
    socket.write(text);
    await once(socket, 'close');
    return Buffer.concat(received);
  };

  it.each(['/health/live', '/docs/json', '/password', '/nowhere', '/alive.txt', '/docs/favicon-32x32.png'])(
    'asvs 4.2.2 what Content-Length says is what comes, for %s',
    async (path) => {
      const bytes = await bytesOf(requestText(`GET ${path}`));

      const end = bytes.indexOf('\r\n\r\n') + 4;
      const lengths = [...bytes.toString('latin1', 0, end).matchAll(/^content-length: (\d+)\r$/gim)];
      expect(lengths.map(([, length]) => Number(length))).toEqual([bytes.length - end]);
    },
  );

  it('asvs 4.2.3 4.2.4 HTTP/2 is not spoken, and no line breaks stand in headers', async () => {
    const answers = await Promise.all([
      rawRequest(port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      rawRequest(port, requestText('GET /health/live', { x: 'a\nb: c' })),
      rawRequest(port, requestText('GET /health/live', { x: 'a\rb: c' })),
    ]);

    expect(answers.map(([answer]) => answer!.status)).toEqual([400, 400, 400]);
  });
});
