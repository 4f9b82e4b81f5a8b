import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen, rawRequest, requestText } from '../raw-request.js';
import { PASSWORD, TestServer } from '../server.js';
import { AUTH, COOKIE, cookiesOf, KEY, ORIGIN, RestedProject, statusesOf, tokenOf } from './rested-project.js';

let project: RestedProject;
let port: number;
beforeAll(async () => {
  project = await RestedProject.start();
  await project.register('alice');
  port = await listen(project.server.app);
});
beforeEach(() => project.set(`allowed_origins = '{}', requires_origin = false`));
afterAll(() => project.server.stop());

const isLive = async (cookie: Record<string, string>): Promise<boolean> =>
  (await project.get('', cookie)).statusCode === 200;
const base = `/api/1/ce/${AUTH}`;
const preflight = (origin: string, headers: Record<string, string> = {}, key = KEY) =>
  project.call(
    'OPTIONS',
    AUTH,
    'login=true',
    { headers: { origin, 'access-control-request-method': 'POST', ...headers } },
    key,
  );

describe('Q: in the query, first-wins never decides', () => {
  // What logs out, and what leaves the session alone with this status.
  it.each([
    ['bad Q1 logout=true&logout=false', `key=${KEY}&logout=true&logout=false`, 400, true],
    ['bad Q1 logout=false&logout=true', `key=${KEY}&logout=false&logout=true`, 400, true],
    ['bad Q1 logout=true twice', `key=${KEY}&logout=true&logout=true`, 400, true],
    ['bad Q1 logout[]=true', `key=${KEY}&logout[]=true`, 400, true],
    ['bad Q1 logout=true&logout[]=x', `key=${KEY}&logout=true&logout[]=x`, 400, true],
    ['bad Q1 login twice', `key=${KEY}&login=true&login=false`, 400, true],
    ['bad Q2 logout=TRUE', `key=${KEY}&logout=TRUE`, 400, true],
    ['bad Q2 logout=1', `key=${KEY}&logout=1`, 400, true],
    ['bad Q2 logout=yes', `key=${KEY}&logout=yes`, 400, true],
    ['bad Q2 logout=', `key=${KEY}&logout=`, 400, true],
    ['bad Q2 logout without a value', `key=${KEY}&logout`, 400, true],
    ['bad Q2 Logout=true', `key=${KEY}&Logout=true`, 400, true],
    ['bad Q3 key twice, first right', `key=${KEY}&key=x&logout=true`, 400, true],
    ['bad Q3 key twice, last right', `key=x&key=${KEY}&logout=true`, 400, true],
    ['bad Q3 key twice, both right', `key=${KEY}&key=${KEY}&logout=true`, 400, true],
    ['bad Q3 key twice, one encoded', `key=${KEY}&%6bey=${KEY}&logout=true`, 400, true],
    ['bad Q4 key[]=', `key[]=${KEY}&logout=true`, 400, true],
    ['bad Q4 key[0]=', `key[0]=${KEY}&logout=true`, 400, true],
    ['bad Q4 key[a]=', `key%5Ba%5D=${KEY}&logout=true`, 400, true],
    ['bad Q6 %6cogout=true is logout=true, and is one', `key=${KEY}&%6cogout=true`, 204, false],
    ['bad Q6 %6cogout=true besides logout=false', `key=${KEY}&%6cogout=true&logout=false`, 400, true],
    ['bad Q6 the key encoded is the key', `key=%30${KEY.slice(1)}&logout=true`, 204, false],
    ['bad Q7 1,000 parameters', `key=${KEY}&logout=true${'&a=b'.repeat(1_000)}`, 400, true],
    ['bad Q7 1,000 of the same', `key=${KEY}&logout=true${'&uniqueId=x'.repeat(1_000)}`, 400, true],
    ['bad Q8 &&&=', `&&&=&key=${KEY}&&logout=true&=&`, 204, false],
    ['bad Q8 nothing but &&&=', '&&&=', 403, true],
    ['bad Q8 key==', `key==${KEY}&logout=true`, 400, true],
    ['bad Q9 + behind the value', `key=${KEY}&logout=true+`, 400, true],
    ['bad Q9 %20 behind the value', `key=${KEY}&logout=true%20`, 400, true],
    ['bad Q9 + in the key', `key=${KEY}+&logout=true`, 400, true],
    ['bad Q9 %20 before the key', `key=%20${KEY}&logout=true`, 400, true],
    ['bad Q9 %20 in the name', `key=${KEY}&%20logout=true`, 400, true],
    ['bad Q10 __proto__[logout]=true', `key=${KEY}&__proto__[logout]=true`, 400, true],
    ['bad Q10 __proto__[key]', `__proto__[key]=${KEY}&logout=true`, 403, true],
    ['bad Q10 constructor[prototype][key]', `constructor[prototype][key]=${KEY}&logout=true`, 403, true],
    ['bad Q10 __proto__ beside what is right', `key=${KEY}&logout=true&__proto__[x]=1`, 204, false],
    ['bad Q11 semicolon separators', `key=${KEY};logout=true`, 400, true],
    ['bad Q11 a semicolon behind the value', `key=${KEY}&logout=true;a=b`, 400, true],
    ['bad Q12 invalid percent', `key=${KEY}&logout=true&a=%zz`, 400, true],
    ['bad Q12 half a percent', `key=${KEY}&logout=true&a=%`, 400, true],
    ['bad Q12 bytes that are no UTF-8', `key=${KEY}&logout=true&a=%ff`, 400, true],
    ['bad Q12 a lone surrogate', `key=${KEY}&logout=true&a=%ed%a0%80`, 400, true],
    ['bad Q12 in the key', `key=%zz&logout=true`, 400, true],
    ['bad Q12 NUL in the key', `key=${KEY}%00&logout=true`, 400, true],
    ['bad Q12 NUL behind the value', `key=${KEY}&logout=true%00`, 400, true],
    ['a question mark more', `?key=${KEY}&logout=true`, 403, true],
    ['a fragment', `key=${KEY}&logout=true%23x`, 400, true],
  ])('%s: %s', async (_, query, status, lives) => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.server.post(`${base}?${query}`, { headers: cookie });

    expect([answer.statusCode, await isLive(cookie)]).toEqual([status, lives]);
    expect(({} as Record<string, unknown>)['logout']).toBeUndefined();
  });

  it.each([
    ['JSON', 'application/json', JSON.stringify({ key: KEY, logout: 'true' })],
    ['a form', 'application/x-www-form-urlencoded', `key=${KEY}&logout=true`],
  ])('bad Q5 key in body only, as %s: 403', async (_, type, payload) => {
    const { cookie } = await project.logIn('alice');
    const headers = { ...cookie, 'content-type': type };

    const answers = [
      await project.server.post(`${base}?logout=true`, { headers, payload }),
      await project.server.post(base, { headers, payload }),
    ];

    expect([...statusesOf(answers), await isLive(cookie)]).toEqual([403, 403, true]);
  });

  it('bad Q5 the key in a header or a cookie names nothing', async () => {
    const headers = { key: KEY, 'x-api-key': KEY, cookie: `key=${KEY}` };

    expect((await project.server.post(`${base}?logout=true`, { headers })).statusCode).toBe(403);
  });

  it('bad Q7 a query of 20 KiB: refused before it is read', async () => {
    const [answer] = await rawRequest(port, requestText(`POST ${base}?key=${KEY}&logout=true&a=${'x'.repeat(20_480)}`));

    expect(answer!.status).toBe(431);
  });
});

describe('C: requests that another page tricked a browser into', () => {
  const listed = () => project.set('allowed_origins = $1', [['https://us', ORIGIN]]);
  const EVIL = 'https://e.example';

  it.each([
    ['bad C1 an image whose URL logs out', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['bad C5 an iframe', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
    ['bad C6 rel=prefetch', { 'sec-purpose': 'prefetch' }],
    ['bad C7 Purpose: prefetch', { purpose: 'prefetch' }],
    ['bad C9 link navigation with a Lax cookie', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }],
  ])('%s: a GET logs nobody out', async (_, headers) => {
    await listed();
    const { cookie } = await project.logIn('alice');

    await project.get('logout=true', { ...headers, ...cookie });

    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C8 HEAD: 405, the session lives', async () => {
    const { cookie } = await project.logIn('alice');

    expect((await project.call('HEAD', AUTH, 'logout=true', { headers: cookie })).statusCode).toBe(405);
    expect(await isLive(cookie)).toBe(true);
  });

  it.each([
    ['bad C2 auto-posting form', { origin: EVIL, 'content-type': 'application/x-www-form-urlencoded' }],
    ['bad C3 fetch no-cors text/plain', { origin: EVIL, 'content-type': 'text/plain', 'sec-fetch-mode': 'no-cors' }],
    ['bad C4 multipart form', { origin: EVIL, 'content-type': 'multipart/form-data; boundary=x' }],
    ['bad C10 Origin: null', { origin: 'null' }],
    ['bad C11 a subdomain', { origin: 'https://us.e.example' }],
    ['bad C11 a suffix', { origin: `${ORIGIN}.e.example` }],
    ['bad C12 http for https', { origin: 'http://us' }],
    ['bad C13 origin with another port', { origin: 'https://us:8443' }],
    ['bad C13 origin with the port of http', { origin: 'https://us:80' }],
    ['bad C15 two Origin headers in one line', { origin: `https://us, ${EVIL}` }],
    ['a path behind the origin', { origin: 'https://us/' }],
    ['userinfo', { origin: 'https://us@e.example' }],
    ['an empty origin', { origin: '' }],
    ['a name that folds to it', { origin: 'https://u\u017f' }],
  ])('%s: 403 without CORS headers or a cookie, the session lives', async (_, headers) => {
    await listed();
    const { cookie } = await project.logIn('alice');

    const answer = await project.call('POST', AUTH, 'logout=true', {
      headers: { ...headers, ...cookie },
      payload: 'content-type' in headers ? 'a=b' : '',
    });

    expect([answer.statusCode, answer.json(), cookiesOf(answer)]).toEqual([
      403,
      { error: { status: 403, message: 'This origin is not on the list of the application.' } },
      [],
    ]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(await isLive(cookie)).toBe(true);
  });

  it('bad C15 two Origin headers in two lines: 403', async () => {
    await listed();
    const text = requestText(`POST ${base}?key=${KEY}&logout=true`).replace(/\r\n$/, '');

    const [answer] = await rawRequest(port, `${text}Origin: https://us\r\nOrigin: ${EVIL}\r\n\r\n`);

    expect(answer!.status).toBe(403);
  });

  it.each([
    ['as it is listed', 'https://us'],
    ['bad C13 with its default port', 'https://us:443'],
    ['bad C14 upper-case: the case of scheme and host is ignored', 'HTTPS://US'],
  ])('an origin %s is admitted, and echoed as it came', async (_, origin) => {
    await listed();

    const answer = await project.logout({ origin });

    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([204, origin]);
  });

  it.each(['https://US/', 'HTTPS://us:443', 'https://us:443/'])('the setting %s means https://us', async (setting) => {
    await project.set('allowed_origins = $1', [[setting]]);

    expect((await project.logout({ origin: 'https://us' })).statusCode).toBe(204);
    expect((await project.logout({ origin: 'https://us2' })).statusCode).toBe(403);
  });

  it('Origin: null is a value: admitted where it is listed', async () => {
    await project.set('allowed_origins = $1', [['null']]);

    expect(
      statusesOf([await project.logout({ origin: 'null' }), await project.logout({ origin: 'https://us' })]),
    ).toEqual([204, 403]);
  });

  it('bad C16 preflight with odd headers: they are not among those allowed', async () => {
    await listed();

    const answer = await preflight(ORIGIN, { 'access-control-request-headers': 'x-http-method-override, cookie, *' });

    expect([answer.statusCode, answer.headers['access-control-allow-headers']]).toEqual([
      204,
      'content-type, authorization',
    ]);
  });

  it('bad C17 bad C18 bad C19 no csrf token is issued here; made-up, foreign or in the query, they change nothing', async () => {
    await listed();
    const login = await project.login('alice');
    const victim = { cookie: `${COOKIE}=${tokenOf(login)}` };
    const other = await project.logIn('alice');
    const shown = { 'x-csrf-token': other.token, 'x-xsrf-token': other.token };

    const answers = [
      await project.logout({ ...victim, ...shown, origin: EVIL }),
      await project.logout({ ...victim, origin: EVIL }, 'logout=true&csrf=x&csrfToken=x'),
      await project.logout({ ...victim, ...shown }, 'logout=true&csrf=x'),
    ];

    expect(login.body + cookiesOf(login).join('')).not.toMatch(/csrf|xsrf/i);
    expect(statusesOf(answers)).toEqual([403, 403, 204]);
    expect([await isLive(victim), await isLive(other.cookie)]).toEqual([false, true]);
  });

  it('bad C20 login CSRF: what a form can send is no login', async () => {
    const payload = JSON.stringify({ username: 'alice', password: PASSWORD });

    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await project.call('POST', AUTH, 'login=true', { headers: { 'content-type': type }, payload });
      expect([answer.statusCode, cookiesOf(answer)]).toEqual([400, []]);
    }
  });

  it('bad C21 _method and X-HTTP-Method-Override are not looked at', async () => {
    const { cookie } = await project.logIn('alice');

    const answer = await project.get('logout=true&_method=POST', { ...cookie, 'x-http-method-override': 'POST' });

    expect([answer.statusCode, await isLive(cookie)]).toEqual([200, true]);
  });

  it('bad C22 a Referer is no origin: 403 where one is required', async () => {
    await project.set('allowed_origins = $1, requires_origin = true', [['https://us']]);
    const { cookie } = await project.logIn('alice').catch(() => ({ cookie: {} }));

    const answers = [
      await project.logout({ ...cookie, referer: 'https://e.example/?https://us' }),
      await project.logout({ ...cookie, referer: 'https://us/' }),
      await project.get('', { referer: 'https://us/' }),
    ];

    expect(statusesOf(answers)).toEqual([403, 403, 403]);
  });
});

describe('7. CORS', () => {
  it('an admitted origin is echoed with credentials, and may read Authorization', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    const answer = await project.login('alice', { origin: ORIGIN }, 'login=true&noATCookie=true');

    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(String(answer.headers['access-control-expose-headers']).split(', ')).toContain('authorization');
  });

  it('a refusal of an admitted origin has CORS headers, so that its page can read the status', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    expect((await project.get('', { origin: ORIGIN })).headers['access-control-allow-origin']).toBe(ORIGIN);
  });

  it('an empty list admits every origin, and echoes it', async () => {
    const answers = await Promise.all(['https://anyone.example', 'null'].map((origin) => project.logout({ origin })));

    expect(answers.map((answer) => [answer.statusCode, answer.headers['access-control-allow-origin']])).toEqual([
      [204, 'https://anyone.example'],
      [204, 'null'],
    ]);
  });

  it('the cookie is SameSite=None for an origin on the list, and Lax for everyone else', async () => {
    const sameSite = async (headers: Record<string, string>) => {
      const answers = [await project.login('alice', headers), await project.logout(headers)];
      answers.map(tokenOf);
      return answers.map((answer) => /Secure; SameSite=(\w+)$/.exec(cookiesOf(answer).join(''))?.[1]);
    };
    const empty = await sameSite({ origin: ORIGIN });
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    expect([empty, await sameSite({ origin: ORIGIN }), await sameSite({})]).toEqual([
      ['Lax', 'Lax'],
      ['None', 'None'],
      ['Lax', 'Lax'],
    ]);
  });

  it('preflight of an admitted origin: 204 with the headers and methods of this wire', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    const answer = await preflight(ORIGIN);

    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type, authorization',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    });
  });

  it('preflight of a refused origin: 403, without a key: 403, with an unknown one: 400; none with CORS headers', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    const answers = [
      await preflight('https://evil.example'),
      await preflight('null'),
      await preflight(ORIGIN, {}, ''),
      await preflight(ORIGIN, {}, 'f'.repeat(32)),
    ];

    expect(answers.map((answer) => [answer.statusCode, answer.headers['access-control-allow-origin']])).toEqual([
      [403, undefined],
      [403, undefined],
      [403, undefined],
      [400, undefined],
    ]);
    expect(answers[0]!.json()).toEqual({
      error: { status: 403, message: 'This origin is not on the list of the application.' },
    });
  });

  it('the preflights of other paths are as they were', async () => {
    const answer = await project.server.request({
      method: 'OPTIONS',
      url: '/api/v1/profile',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    });

    expect(answer.statusCode).toBe(405);
  });

  it('no origin although required: 403 for each method', async () => {
    await project.set('requires_origin = true');

    const answers = await Promise.all(['GET', 'POST', 'PUT', 'DELETE'].map((method) => project.call(method, AUTH, '')));
    const withOrigin = await project.get('', { origin: ORIGIN });

    expect(statusesOf([...answers, withOrigin])).toEqual([403, 403, 403, 403, 401]);
  });
});

describe('K: where the token travels', () => {
  const get = (headers: Record<string, string>) => project.get('', headers);

  it('the header wins over the cookie, right or wrong', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];
    await project.logout(second.cookie);

    expect(
      statusesOf([
        await get({ authorization: first.token, ...second.cookie }),
        await get({ authorization: second.token, ...first.cookie }),
      ]),
    ).toEqual([200, 401]);
  });

  it.each(['yawe_access_token', '__Secure-yawe-access-token'])(
    'the older cookie %s is read, and a logout ends and expires it',
    async (name) => {
      const { token } = await project.logIn('alice');
      const cookie = { cookie: `${name}=${token}` };

      const [known, loggedOut] = [await get(cookie), await project.logout(cookie)];

      expect(statusesOf([known, loggedOut, await get(cookie)])).toEqual([200, 204, 401]);
      expect(cookiesOf(loggedOut).map((line) => line.split(';')[0])).toEqual([`${name}=`, `${COOKIE}=`]);
    },
  );

  it('bad K1 two cookies of a name are no login, and a logout ends both', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];
    const both = { cookie: `${first.cookie.cookie}; ${second.cookie.cookie}` };

    const [known, loggedOut] = [await get(both), await project.logout(both)];

    expect(statusesOf([known, loggedOut])).toEqual([401, 204]);
    expect([await isLive(first.cookie), await isLive(second.cookie)]).toEqual([false, false]);
  });

  it('bad K2 a cookie and an older one: today’s decides, and a logout ends both', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];
    const both = (one: string, other: string) => ({ cookie: `yawe_access_token=${one}; ${COOKIE}=${other}` });

    expect(statusesOf([await get(both(first.token, second.token)), await get(both(first.token, 'x'))])).toEqual([
      200, 401,
    ]);
    await project.logout(both(first.token, second.token));
    expect([await isLive(first.cookie), await isLive(second.cookie)]).toEqual([false, false]);
  });

  it('bad K14 two Authorization headers are no login, and a logout ends both', async () => {
    const [first, second] = [await project.logIn('alice'), await project.logIn('alice')];
    const lines = `Authorization: ${first.token}\r\nauthorization: Bearer ${second.token}\r\n`;
    const send = (line: string) => rawRequest(port, `${requestText(line).replace(/\r\n$/, '')}${lines}\r\n`);

    const [known] = await send(`GET ${base}?key=${KEY}`);
    const [loggedOut] = await send(`POST ${base}?key=${KEY}&logout=true`);

    expect([known!.status, loggedOut!.status]).toEqual([401, 204]);
    expect([await isLive(first.cookie), await isLive(second.cookie)]).toEqual([false, false]);
  });

  it('bad K19 a token in the path or the query is none', async () => {
    const { token } = await project.logIn('alice');

    const answers = await Promise.all(
      [`&token=${token}`, `&access_token=${token}`, `&${COOKIE}=${token}`, `&Authorization=${token}`].map((query) =>
        project.server.get(`${base}?key=${KEY}${query}`),
      ),
    );
    const inPath = await project.server.get(`${base};jsessionid=${token}?key=${KEY}`);

    expect(statusesOf([...answers, inPath])).toEqual([401, 401, 401, 401, 400]);
  });
});

describe('H: one path', () => {
  it.each([
    ['bad H1 a letter encoded', '/%61pi/1/ce/examples/auth', 400],
    ['bad H1 a letter of the route encoded', '/api/1/c%65/examples/auth', 400],
    ['bad H2 two slashes', '//api/1/ce/examples/auth', 404],
    ['bad H3 a trailing slash', '/api/1/ce/examples/auth/', 400],
    ['bad H4 ;x=1', '/api/1/ce/examples/auth;x=1', 400],
    ['bad H5 dots', '/api/1/ce/examples/../examples/auth', 400],
    ['bad H6 %2f', '/api/1/ce/examples%2fauth', 400],
    ['bad H7 upper-case', '/API/1/ce/examples/auth', 404],
    ['bad H8 %00', '/api/1/ce/examples/auth%00', 400],
  ])('%s: %s is not the endpoint', async (_, path, status) => {
    const { cookie } = await project.logIn('alice');

    const [answer] = await rawRequest(
      port,
      requestText(`POST ${path}?key=${KEY}&logout=true`, { Cookie: cookie.cookie }),
    );

    expect([answer!.status, await isLive(cookie)]).toEqual([status, true]);
  });
});

describe('at the start', () => {
  const warnings = async (): Promise<number> => {
    const warn = vi.spyOn(Logger.prototype, 'warn');
    const { app } = await TestServer.node(project.server.databaseUrl);
    await listen(app);
    await new Promise((resolve) => setTimeout(resolve, 500)); // Nobody waits for the line.
    await app.close();
    const count = warn.mock.calls.filter(([text]) => String(text).includes('pages of every origin')).length;
    warn.mockRestore();
    return count;
  };

  it('one line warns where an application with endpoints has an empty list', async () => {
    await project.addProject();

    expect(await warnings()).toBe(1);
  });

  it('and none where each has a list, no endpoints, or is off', async () => {
    await project.set('allowed_origins = $1', [[ORIGIN]]);

    expect(await warnings()).toBe(0);
  });
});
