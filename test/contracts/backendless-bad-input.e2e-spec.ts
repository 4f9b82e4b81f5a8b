import { randomBytes } from 'node:crypto';
import { v7 as freshId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COOKIES } from '../bad-input/carriers.js';
import { forged } from '../bad-input/surfaces.js';
import { MALFORMED, UNSPEAKABLE } from '../bad-input/tokens.js';
import { listen, rawRequest, type RawAnswer } from '../raw-request.js';
import { bearer, keep, PASSWORD, TestServer, type Answer } from '../server.js';
import {
  isValid,
  logIn,
  newApp,
  refusal,
  refused,
  register,
  someone,
  withToken,
  type BackendlessApp,
  type Known,
} from './backendless.js';

let server: TestServer;
let port: number;
let app: BackendlessApp;
let live: string;
beforeAll(async () => {
  server = await TestServer.start();
  port = await listen(server.app);
  app = await newApp(server);
  live = (await someone(server, app.base))['user-token'];
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

const rolesWith = (headers: Record<string, string>) => server.get(`${app.base}/users/userroles`, { headers });
const STRANGER = ['NotAuthenticatedUser', 'RestUser'];

/** Real bytes over a real socket: an HTTP client would mend, or refuse, half of these. */
async function raw(line: string, headers: (string | Buffer)[] = []): Promise<RawAnswer> {
  const lines = headers.flatMap((header) => [header, '\r\n']);
  const parts = [`${line} HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n`, ...lines, '\r\n'];
  const [answer] = await rawRequest(port, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  return answer!;
}

describe('T: the header user-token', () => {
  const present = (path: string, token: string | Buffer): Promise<RawAnswer> =>
    raw(`GET ${app.base}/users/${path}`, [Buffer.concat([Buffer.from('user-token: '), Buffer.from(token)])]);
  const rows = MALFORMED.filter(({ title }) => title !== 'bad T1 empty');

  it('bad T1 empty: no token, so a stranger; and a logout with nothing to end', async () => {
    const [roles, logout] = [await present('userroles', ''), await present('logout', '')];

    expect([JSON.parse(roles.body), logout.status, logout.body]).toEqual([STRANGER, 200, '']);
  });

  it.each(rows)('$title: 400 with 3064, also at logout, and the live one lives on', async ({ make }) => {
    const token = make(live);
    if (token.length >= 60) keep(token);

    const answers = [await present('userroles', token), await present('logout', token)];

    expect(answers.map(({ status, body }) => [status, (JSON.parse(body) as { code: number }).code])).toEqual([
      [400, 3064],
      [400, 3064],
    ]);
    expect(await isValid(server, app.base, live)).toBe('true');
  });

  it.each(UNSPEAKABLE)('$title: refused', async ({ make, status }) => {
    const answer = await present('userroles', make(live));

    expect(answer.status).toBe(status === 401 ? 400 : status);
    expect(await isValid(server, app.base, live)).toBe('true');
  });

  it('the token goes back printable, and cut', async () => {
    const answer = await raw(`GET ${app.base}/users/userroles`, [
      Buffer.concat([Buffer.from('user-token: '), Buffer.of(0xff, 0x41), Buffer.from('B'.repeat(5_000))]),
    ]);

    expect((JSON.parse(answer.body) as { message: string }).message).toBe(
      `Not existing user token - ?A${'B'.repeat(126)}. Relogin user to update your user token`,
    );
  });
});

describe('T: the path of the token check', () => {
  const rows = MALFORMED.filter(({ title }) => !/NUL byte|newline$/.test(title));

  it.each(rows)('$title: false', async ({ make }) => {
    const token = make(live);
    if (token.length >= 60) keep(token);
    const path = encodeURIComponent(token).replaceAll('%25', '%');

    const answer = await raw(`GET ${app.base}/users/isvalidusertoken/${path}`, []);

    expect([answer.status, answer.body]).toEqual([200, 'false']);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['bad T8 unknown: ids that never were', () => forged(freshId(), freshId(), randomBytes(32))],
    [
      'bad T8 unknown: a living session, with another secret',
      () =>
        `cfs_${Buffer.concat([Buffer.from(live.slice(4), 'base64url').subarray(0, 32), randomBytes(32)]).toString('base64url')}`,
    ],
    [
      'bad T10 expired by 1 ms',
      async () => {
        const user = await someone(server, app.base);
        await server.sql(`update sessions set expires_at = now() - interval '1 ms' where user_id = $1`, [
          user.objectId,
        ]);
        return user['user-token'];
      },
    ],
    ['bad T13 of another application', async () => (await someone(server, (await newApp(server)).base))['user-token']],
  ])('%s: false, and 3064 in the header', async (_, make) => {
    const token = await make();
    keep(token);

    expect(await isValid(server, app.base, token)).toBe('false');
    expect(refusal(await rolesWith({ 'user-token': token }))).toEqual(refused(400, 3064));
    expect(refusal(await server.get(`${app.base}/users/logout`, withToken(token)))).toEqual(refused(400, 3064));
  });
});

describe('C: pages of other sites', () => {
  const SITE = { origin: 'https://e.example', referer: 'https://e.example/', 'sec-fetch-site': 'cross-site' };
  // What a browser sends by itself: every cookie, and never the header that carries this wire's token.
  const rows: [string, 'GET' | 'POST' | 'HEAD', Record<string, string>][] = [
    ['bad C1 <img src>', 'GET', { ...SITE, 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
    ['bad C2 an auto-posting form', 'POST', { ...SITE, 'content-type': 'application/x-www-form-urlencoded' }],
    ['bad C3 fetch no-cors text/plain', 'POST', { ...SITE, 'content-type': 'text/plain', 'sec-fetch-mode': 'no-cors' }],
    ['bad C4 a multipart form', 'POST', { ...SITE, 'content-type': 'multipart/form-data; boundary=x' }],
    ['bad C5 an iframe', 'GET', { ...SITE, 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    ['bad C6 rel=prefetch', 'GET', { ...SITE, 'sec-purpose': 'prefetch' }],
    ['bad C7 Purpose: prefetch', 'GET', { ...SITE, purpose: 'prefetch' }],
    ['bad C8 HEAD', 'HEAD', SITE],
    ['bad C9 a link', 'GET', { ...SITE, 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }],
    ['bad C10 Origin: null', 'GET', { ...SITE, origin: 'null' }],
    ['bad C21 a method in a header', 'POST', { ...SITE, 'x-http-method-override': 'GET' }],
    ['bad C22 a Referer that names us', 'GET', { ...SITE, referer: 'https://e.example/?https://us' }],
  ];

  it.each(rows)('%s: the session lives', async (_, method, headers) => {
    const user = await someone(server, app.base);
    const cookie = `user-token=${user['user-token']}; session-key=${user['user-token']}`;

    const answer = await server.request({ method, url: `${app.base}/users/logout`, headers: { ...headers, cookie } });

    expect(answer.statusCode).toBe(method === 'GET' ? 200 : 405);
    expect(await isValid(server, app.base, user['user-token'])).toBe('true');
  });

  it.each(['https://e.example', 'null', 'http://us', 'https://us.e.example', 'https://US:443'])(
    'bad C10 to C14 %s gets the star, and never credentials',
    async (origin) => {
      const answer = await server.get('/api/users/userroles', { headers: { origin } });

      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    },
  );

  it('bad C15 two Origin headers get no more than one', async () => {
    const answer = await raw(`GET ${app.base}/users/userroles`, [
      'Origin: https://a.example',
      'Origin: https://b.example',
    ]);

    expect(answer.head.match(/^access-control-allow-origin: \*$/gim)).toHaveLength(1);
    expect(answer.head).not.toMatch(/allow-credentials/i);
  });

  it('204 to a preflight on every path of this wire, in each form of the address', async () => {
    const paths = [...new Set(server.routes().map((route) => route.split(' ')[1]!))]
      .filter((path) => /^\/api\/(users|data|info|log)\b/.test(path))
      .map((path) => path.replaceAll(/\{\w+\}/g, freshId()));
    const urls = paths.flatMap((path) => [path, path.replace('/api', app.base)]);

    const answers = await Promise.all(
      urls.map((url) =>
        server.request({
          method: 'OPTIONS',
          url,
          headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
        }),
      ),
    );

    expect(
      answers.map(({ statusCode, body, headers }) => [statusCode, body, headers['access-control-allow-origin']]),
    ).toEqual(urls.map(() => [204, '', '*']));
    expect(paths.length).toBeGreaterThan(10);
  });

  it.each([
    ['/api', {}],
    ['path', {}],
    ['/v1', { 'access-control-request-headers': 'application-id,secret-key,application-type' }],
  ])('the preflight of a browser under %s: 204 with what its SDK asks for', async (form, more) => {
    const answer = await server.request({
      method: 'OPTIONS',
      url: `${form === 'path' ? app.base : form}/users/login`,
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,user-token',
        ...more,
      },
    });

    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(String(answer.headers['access-control-allow-methods']).split(', ')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'DELETE']),
    );
    expect(String(answer.headers['access-control-allow-headers']).split(', ')).toEqual(
      expect.arrayContaining([
        'content-type',
        'user-token',
        'application-id',
        'secret-key',
        'application-type',
        'x-backendless-application-id',
        'x-backendless-rest-api-key',
      ]),
    );
  });

  it('bad C16 a preflight with odd headers is told the same, and nothing is done', async () => {
    const { 'user-token': token } = await someone(server, app.base);
    const odd = {
      'access-control-request-method': 'LOGOUT',
      'access-control-request-headers': 'x-evil',
    };

    const answer = await server.request({
      method: 'OPTIONS',
      url: `${app.base}/users/logout`,
      headers: { origin: 'https://e.example', 'user-token': token, ...odd },
    });

    expect([answer.statusCode, await isValid(server, app.base, token)]).toEqual([204, 'true']);
    expect(answer.headers['access-control-allow-headers']).not.toContain('x-evil');
  });

  it.each(['bad C17 a csrf token is not asked for', 'bad C19 nor looked at in the query'])('%s', async () => {
    const { 'user-token': token } = await someone(server, app.base);

    const answer = await server.get(`${app.base}/users/logout?csrf=x`, withToken(token));

    expect(answer.statusCode).toBe(200);
  });

  it('bad C18 another session’s token as csrf token, in headers or in the query, changes nothing', async () => {
    const [one, other] = [await someone(server, app.base), await someone(server, app.base)];
    const foreign = other['user-token'];
    const headers = { 'user-token': one['user-token'], 'x-csrf-token': foreign, 'x-xsrf-token': foreign };

    const answer = await server.get(`${app.base}/users/logout?csrf=${foreign}`, { headers });

    expect([
      answer.statusCode,
      await isValid(server, app.base, one['user-token']),
      await isValid(server, app.base, foreign),
    ]).toEqual([200, 'false', 'true']);
  });

  it('bad C20 login CSRF: a form’s login sets nothing that a browser would carry', async () => {
    const { email } = await someone(server, app.base);

    const answer = await server.post(`${app.base}/users/login`, {
      headers: { ...SITE, 'content-type': 'text/plain' },
      payload: JSON.stringify({ login: email, password: PASSWORD }),
    });

    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([200, undefined]);
  });
});

describe('K: carriers', () => {
  it.each<[string, (token: string) => Record<string, string>]>([
    ['bad K1 a cookie of the header’s name', (token) => ({ cookie: `user-token=${token}` })],
    ['bad K3 a cookie in another case', (token) => ({ cookie: `User-Token=${token}` })],
    ['bad K5 a cookie with a version', (token) => ({ cookie: `$Version=1; user-token=${token}` })],
    ['bad K6 a nameless cookie', (token) => ({ cookie: `=user-token=${token}` })],
    [
      'bad K10 200 cookies',
      (token) => ({
        cookie: Array.from({ length: 200 }, () => `user-token=${token}`)
          .join('; ')
          .slice(0, 8_000),
      }),
    ],
    ['bad K12 Bearer without a value', () => ({ authorization: 'Bearer' })],
    ['bad K13 the token as a bearer', (token) => ({ authorization: `Bearer ${token}` })],
    [
      'bad K15 Basic with the token',
      (token) => ({ authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` }),
    ],
    ['bad K19 the cookie of another wire', (token) => ({ cookie: `session-key=${token}` })],
    ['bad K20 __proto__ as a cookie', (token) => ({ cookie: `__proto__=${token}` })],
    ['another header: X-User-Token', (token) => ({ 'x-user-token': token })],
    ['another header: user_token', (token) => ({ user_token: token })],
  ])('%s: a stranger', async (_, headers) => {
    const answer = await rolesWith(headers(live));

    expect([answer.statusCode, answer.json()]).toEqual([200, STRANGER]);
  });

  it.each(COOKIES.filter(({ title }) => /K(4|7|8|9|11|17|18) /.test(title)))(
    '$title: cookies are not looked at, a stranger stays a stranger and a live header stays live',
    async ({ make }) => {
      const lines = make('user-token', live);

      const answers = [
        await raw(`GET ${app.base}/users/userroles`, lines),
        await raw(`GET ${app.base}/users/logout`, lines),
        await raw(`GET ${app.base}/users/userroles`, [...lines, `user-token: ${live}`]),
      ];

      expect(answers.map(({ status, body }) => [status, body])).toEqual([
        [200, JSON.stringify(STRANGER)],
        [200, ''],
        [200, JSON.stringify(['AuthenticatedUser', 'RestUser'])],
      ]);
    },
  );

  it('bad K2 a good header beside a bad bearer and a bad cookie: the header alone decides', async () => {
    const answer = await rolesWith({ 'user-token': live, authorization: 'Bearer x', cookie: 'user-token=x' });

    expect(answer.json()).toEqual(['AuthenticatedUser', 'RestUser']);
  });

  it('bad K3 the header’s name in another case is the header', async () => {
    const answer = await raw(`GET ${app.base}/users/userroles`, [`USER-TOKEN: ${live}`]);

    expect(JSON.parse(answer.body)).toEqual(['AuthenticatedUser', 'RestUser']);
  });

  it.each([
    ['twice the same', (token: string) => [token, token]],
    ['good, then bad', (token: string) => [token, 'x']],
    ['bad, then good', (token: string) => ['x', token]],
  ])('bad K14 two headers, %s: 3064, and a logout ends nothing', async (_, tokens) => {
    const headers = tokens(live).map((token) => `user-token: ${token}`);

    const answers = [
      await raw(`GET ${app.base}/users/userroles`, headers),
      await raw(`GET ${app.base}/users/logout`, headers),
    ];

    expect(answers.map(({ status, body }) => [status, (JSON.parse(body) as { code: number }).code])).toEqual([
      [400, 3064],
      [400, 3064],
    ]);
    expect(await isValid(server, app.base, live)).toBe('true');
  });

  it.each(['user-token', 'token', 'access_token', 'user_token'])(
    'bad K16 %s in the query: a stranger',
    async (name) => {
      const answer = await server.get(`${app.base}/users/userroles?${name}=${live}`);

      expect(answer.json()).toEqual(STRANGER);
    },
  );

  it('bad L18 a token chosen by the client in the body of a login is not adopted', async () => {
    const { email } = await someone(server, app.base);
    const chosen = forged(freshId(), freshId(), randomBytes(32));

    const answer = await server.post(`${app.base}/users/login`, {
      payload: { login: email, password: PASSWORD, 'user-token': chosen },
    });

    expect(answer.json<Known>()['user-token']).not.toBe(chosen);
    expect(await isValid(server, app.base, chosen)).toBe('false');
  });
});

describe('Q: queries decide nothing', () => {
  it.each([
    ['bad Q1 twice', '?logout=true&logout=false'],
    ['bad Q2 in other spellings', '?logout=TRUE&logout=1&logout='],
    ['bad Q4 as an array', '?user-token[]=x'],
    ['bad Q6 encoded', '?%6cogout=true'],
    ['bad Q7 1,000 parameters', `?${'a=1&'.repeat(1_000)}`],
    ['bad Q8 empty ones', '?&&&='],
    ['bad Q9 + and %20', '?a=+%20'],
    ['bad Q10 __proto__', '?__proto__[x]=1'],
    ['bad Q11 semicolons', '?a=1;b=2'],
    ['bad Q12 an invalid percent', '?a=%'],
  ])('%s', async (_, query) => {
    const roles = await server.get(`${app.base}/users/userroles${query}`, withToken(live));
    const validity = await server.get(`${app.base}/users/isvalidusertoken/${live}${query}`);

    expect([roles.json(), validity.body]).toEqual([['AuthenticatedUser', 'RestUser'], 'true']);
  });

  it('bad Q3 an application named in the query is not looked at', async () => {
    const other = await newApp(server);

    const answer = await server.get(`${app.base}/info?application-id=${other.id}&secret-key=${other.key}`);

    expect(answer.json()).toMatchObject({ appId: app.id });
  });

  it('bad Q5 an application named in the headers does not change the one in the path', async () => {
    const other = await newApp(server);

    const answer = await server.get(`${app.base}/info`, {
      headers: { 'application-id': other.id, 'secret-key': other.key },
    });

    expect(answer.json()).toMatchObject({ appId: app.id });
  });
});

describe('B and L: bodies of a login', () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
    server.post(`${app.base}/users/login`, { payload, headers });

  it.each<[string, string | Buffer, number]>([
    ['bad B1 half an object', '{', 400],
    ['bad B3 an array', '[]', 400],
    ['bad B4 nested 2,000 deep, all that fits', '{"a":'.repeat(2_000) + '1' + '}'.repeat(2_000), 400],
    ['bad B5 a key twice', '{"login":"a","login":"b","password":"c"}', 400],
    ['bad B6 __proto__', '{"__proto__":{"login":"a"},"password":"c"}', 400],
    ['bad B7 constructor.prototype', '{"constructor":{"prototype":{"login":"a"}},"password":"c"}', 400],
    ['bad B9 17 KiB', `{"login":"${'x'.repeat(17_000)}"}`, 413],
    ['bad B15 UTF-16', Buffer.from('{"login":"a","password":"b"}', 'utf16le'), 400],
    ['bad B16 a byte order mark', Buffer.from('\ufeff{"login":"a","password":"b"}'), 400],
    ['bad B17 a form', 'login=a&password=b', 400],
    ['bad B24 half of a surrogate pair', String.raw`{"login":"\ud800","password":"b"}`, 400],
    ['bad B26 trailing bytes', '{"login":"a","password":"b"} x', 400],
  ])('%s', async (_, payload, status) => {
    expect(refusal(await post(payload))).toEqual(refused(status, status));
  });

  it('bad B11 a compressed body: 415', async () => {
    expect(refusal(await post('x', { 'content-encoding': 'gzip' }))).toEqual(refused(415, 415));
  });

  it.each([
    ['bad L7 NUL', 'a\0b'],
    ['bad L13 CRLF', 'a\r\nb'],
    ['bad L13 ESC', 'a\u001bb'],
    ['bad L13 U+202E', 'a\u202eb'],
    ['bad L14 a trailing space', 'nobody '],
  ])('%s in the name: the one answer for every failure', async (_, login) => {
    expect(refusal(await logIn(server, app.base, login))).toEqual(refused(401, 3003));
  });

  it('bad L1 to L3 an unknown user costs as much as a wrong password', async () => {
    const { email } = await someone(server, app.base);
    const time = async (login: string): Promise<number> => {
      const startedAt = performance.now();
      await logIn(server, app.base, login, 'not it at all');
      return performance.now() - startedAt;
    };
    const [known, unknown] = [[] as number[], [] as number[]];
    for (let round = 0; round < 7; round++) {
      known.push(await time(email));
      unknown.push(await time(`nobody-${round}@example.test`));
    }

    const median = (times: number[]): number => times.toSorted((a, b) => a - b)[3]!;
    expect(median(unknown)).toBeGreaterThan(median(known) / 3);
  });
});

describe('H: paths and methods', () => {
  it.each([
    ['bad H1 an encoded letter', 'users/log%6Fut'],
    ['bad H2 two slashes', '/users/logout'],
    ['bad H3 a slash at the end', 'users/logout/'],
    ['bad H4 a parameter of the path', 'users/logout;x=1'],
    ['bad H5 a dot', 'users/./logout'],
    ['bad H6 an encoded slash', 'users/logout%2f'],
    ['bad H7 upper case', 'users/LOGOUT'],
    ['bad H8 NUL', 'users/logout%00'],
  ])('%s: the session lives, or the route is the route', async (title, path) => {
    const { 'user-token': token } = await someone(server, app.base);

    const answer = await raw(`GET ${app.base}/${path}`, [`user-token: ${token}`]);

    const isRoute = title.includes('H1');
    expect(answer.status).toBe(isRoute ? 200 : 404);
    expect(await isValid(server, app.base, token)).toBe(String(!isRoute));
  });

  it.each(['login', 'logout', 'register', 'userroles', 'userclassprops', 'verifypassowrd'])(
    'PUT users/%s is not the update of a user of that name: 405',
    async (name) => {
      const answer = await server.request({
        method: 'PUT',
        url: `${app.base}/users/${name}`,
        ...withToken(live),
        payload: {},
      });

      expect([answer.statusCode, answer.headers.allow]).toEqual([405, expect.stringMatching(/^(GET|POST)$/)]);
    },
  );
});

describe('R: races', () => {
  const tokenOf = (answer: Answer): string[] => (answer.statusCode === 200 ? [answer.json<Known>()['user-token']] : []);
  const alive = async (base: string, tokens: string[]): Promise<number> =>
    (await Promise.all(tokens.map((token) => isValid(server, base, token)))).filter((body) => body === 'true').length;

  it('bad R5 20 logouts of one token at once: each 200 or 3064, exactly one event', async () => {
    const user = await someone(server, app.base);

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.get(`${app.base}/users/logout`, withToken(user['user-token']))),
    );

    const kinds = answers.map((answer) => (answer.statusCode === 200 ? 200 : answer.json<{ code: number }>().code));
    expect(kinds.filter((kind) => kind === 200)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 3064)).toHaveLength(19);
    expect(await server.causes(user.objectId)).toEqual(['logout']);
  });

  it.each([
    ['bad R9 newest wins leaves exactly one', {}, 1],
    ['bad R9 at most two, ending the oldest, leaves exactly two', { session_limit: 2 }, 2],
    ['bad R9 at most two, refusing, leaves exactly two', { session_limit: 2, at_session_limit: 'refuse' }, 2],
  ])(
    '50 logins of one user at once: %s',
    async (_, columns, expected) => {
      const { base } = await newApp(server, columns);
      await register(server, base, { email: 'crowd@example.test' });

      const answers = await Promise.all(Array.from({ length: 50 }, () => logIn(server, base, 'crowd@example.test')));

      const refusals = answers.filter(({ statusCode }) => statusCode !== 200).map(refusal);
      const isRefusing = 'at_session_limit' in columns;
      expect(refusals).toEqual(isRefusing ? refusals.map(() => refused(409, 3044)) : []);
      expect(await alive(base, answers.flatMap(tokenOf))).toBe(expected);
    },
    60_000,
  );

  it('bad R8 a user disabled while logging in has no session afterwards', async () => {
    const { token: admin } = await server.logInAdmin();
    const id = await server.signUp('racer@example.test');

    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 5 }, () => logIn(server, '/api', 'racer@example.test'))),
      server.patch(`/api/v1/admin/users/${id}`, { ...bearer(admin), payload: { status: 'disabled' } }),
    ]);

    expect(await alive('/api', answers.flatMap(tokenOf))).toBe(0);
  });

  it('bad R11 20 registrations of one guest at once: one wins', async () => {
    const guest = (await server.post(`${app.base}/users/register/guest`)).json<Known>();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        server.post(`${app.base}/users/register`, {
          headers: { 'user-token': guest['user-token'] },
          payload: { objectId: guest.objectId, email: `guest-${place}@example.test`, password: PASSWORD },
        }),
      ),
    );

    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await server.sql('select from identities where user_id = $1', [guest.objectId])).toHaveLength(1);
  });
});
