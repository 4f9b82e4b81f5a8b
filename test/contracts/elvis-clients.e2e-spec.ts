import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, rawRequest, type RawAnswer } from '../raw-request.js';
import { keep, PASSWORD, TestServer } from '../server.js';
import { ALICE, credOf } from './elvis.js';

/** Each client as it writes to the socket, byte for byte where it matters. */
let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await TestServer.start({ BASE_URL: 'https://sessions.example.test' });
  port = await listen(server.app);
  await server.signUp(ALICE, { displayName: 'Alice' });
});
afterAll(() => server.stop());
beforeEach(() => server.sql(`update applications set wires = '{}'`));

const QUERY = new URLSearchParams({ username: ALICE, password: PASSWORD }).toString().replaceAll('+', '%20');
const FORM = 'Content-Type: application/x-www-form-urlencoded';
const BOUNDARY = '----------------------------849216345297123456789012';
const MULTIPART = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
const SUCCESS = { logoutSuccess: true };
const NOT_LOGGED_IN = { errorcode: 401, message: 'Not logged in' };

const parts = (fields: Record<string, string>): string =>
  `${Object.entries(fields)
    .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--${BOUNDARY}--\r\n`;

async function send(line: string, headers: string[] = [], body = ''): Promise<RawAnswer> {
  const length = line.startsWith('GET') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${line} HTTP/1.1`, 'Host: sessions.example.test', 'Connection: close', ...headers, ...length];
  const [answer] = await rawRequest(port, `${head.join('\r\n')}\r\n\r\n${body}`);
  keep(...(JSON.stringify(answer).match(/cfs_[\w-]{20,}/g) ?? []));
  return answer!;
}

const read = ({ body }: RawAnswer) => JSON.parse(body) as Record<string, string>;
/** The lines as they stand, name and attributes and all. */
const setCookies = ({ head }: RawAnswer): string[] =>
  [...head.matchAll(/^set-cookie: (.+)$/gim)].map(([, line]) => line!);
/** What a cookie jar sends back of them. */
const jar = (answer: RawAnswer): string =>
  `Cookie: ${setCookies(answer)
    .map((line) => line.split(';')[0]!)
    .join('; ')}`;
const profile = (...headers: string[]) => send('GET /services/profile', headers);

describe('WoodWing’s Node samples: query of a POST, empty body, a jar for the process, csrf on all calls', () => {
  it('log in, log in again with the old cookie and the old csrf header, ask, log out', async () => {
    const first = await send(`POST /services/login?${QUERY}`);
    const again = await send(`POST /services/login?${QUERY}`, [jar(first), `X-CSRF-TOKEN: ${read(first).csrfToken}`]);
    const headers = [jar(again), `X-CSRF-TOKEN: ${read(again).csrfToken}`];

    const known = await send('POST /services/profile', headers);
    const loggedOut = await send('POST /services/logout', headers);
    const after = await send('POST /services/profile', headers);

    expect([read(first).loginSuccess, read(again).loginSuccess, read(known).username]).toEqual([true, true, ALICE]);
    expect(read(again).csrfToken).not.toBe(read(first).csrfToken);
    expect([read(loggedOut), read(after), after.status]).toEqual([SUCCESS, NOT_LOGGED_IN, 200]);
    expect(read(await profile(jar(first)))).toEqual(NOT_LOGGED_IN);
  });

  it('a base address with a slash behind', async () => {
    expect(read(await send(`POST //services/login?${QUERY}`)).loginSuccess).toBe(true);
  });

  it('errorcode 401 after the session is gone: log in again and repeat the call, at once', async () => {
    const first = await send(`POST /services/login?${QUERY}`);
    await server.sql('delete from sessions');

    const lost = await profile(jar(first));
    const again = await send(`POST /services/login?${QUERY}`, [jar(first)]);
    const repeated = await profile(jar(again));

    expect([read(lost).errorcode, read(again).loginSuccess, read(repeated).username]).toEqual([401, true, ALICE]);
  });
});

describe('the Assets collection: multipart for everything', () => {
  const pair = parts({ username: ALICE, password: PASSWORD });

  it('log in with a cookie, API login, ask, log out with zero parts', async () => {
    const loggedIn = await send('POST /services/login', [MULTIPART], pair);
    const csrf = `X-CSRF-TOKEN: ${read(loggedIn).csrfToken}`;
    const api = await send('POST /services/apilogin', [MULTIPART, jar(loggedIn)], pair);

    const known = await send('POST /services/profile', [MULTIPART, jar(loggedIn), csrf], parts({}));
    const loggedOut = await send('POST /services/logout', [MULTIPART, jar(loggedIn), csrf], parts({}));

    expect([loggedIn.status, read(loggedIn).loginSuccess, setCookies(loggedIn)[0]]).toEqual([
      200,
      true,
      expect.stringMatching(/^authToken=cfs_[\w-]{86}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    expect([read(known).username, read(loggedOut)]).toEqual([ALICE, SUCCESS]);
    expect(setCookies(loggedOut).map((line) => line.split(';')[0])).toEqual(['authToken=', 'JSESSIONID=']);
    expect(read(api).authToken).toMatch(/^cfs_/);
  });

  it('the token of the API login as cookie, logged out with zero parts and without csrf', async () => {
    const api = await send('POST /services/apilogin', [MULTIPART], pair);
    const cookie = `Cookie: authToken=${read(api).authToken}`;

    const known = await send('POST /services/profile', [MULTIPART, cookie], parts({}));
    const loggedOut = await send('POST /services/logout', [MULTIPART, cookie], parts({}));

    expect([setCookies(api), read(known).username, read(loggedOut), read(await profile(cookie))]).toEqual([
      [],
      ALICE,
      SUCCESS,
      NOT_LOGGED_IN,
    ]);
  });

  it('a multipart type without a single byte of body', async () => {
    expect(read(await send('POST /services/logout', [MULTIPART]))).toEqual(SUCCESS);
  });
});

describe('the PHP client of the Spiegel', () => {
  it('API login, multipart ping, logout; a content type that begins with application/json', async () => {
    const api = await send('POST /services/apilogin', [MULTIPART], parts({ username: ALICE, password: PASSWORD }));
    const bearer = `Authorization: Bearer ${read(api).authToken}`;

    const ping = await send('POST /services/ping', [MULTIPART, bearer], parts({ uid: '5f0c9ad1' }));
    const loggedOut = await send('POST /services/logout', [MULTIPART, bearer], parts({}));
    const lost = await send('POST /services/ping', [MULTIPART, bearer], parts({ uid: '5f0c9ad1' }));

    expect([read(api).loginSuccess, read(api).loginFaultMessage, read(api).serverVersion]).toEqual([
      true,
      null,
      '6.0.1.8',
    ]);
    // An empty object would be an empty array there, and that is false.
    expect(Object.keys(read(ping)).length).toBeGreaterThan(0);
    expect([read(ping).errorcode, read(loggedOut), read(lost)]).toEqual([undefined, SUCCESS, NOT_LOGGED_IN]);
    for (const { head } of [api, ping, loggedOut, lost])
      expect(head).toMatch(/^content-type: application\/json;charset=utf-8$/im);
  });

  it('asks for the profile with login, and reads a failure from loginFaultMessage', async () => {
    const fields = { username: ALICE, password: PASSWORD, returnProfile: 'true' };

    const right = await send('POST /services/login', [MULTIPART], parts(fields));
    const wrong = await send('POST /services/login', [MULTIPART], parts({ ...fields, password: 'wrong one' }));

    expect(read(right).userProfile).toMatchObject({ username: ALICE, fullName: 'Alice' });
    expect([wrong.status, read(wrong)]).toEqual([
      200,
      { loginSuccess: false, loginFaultMessage: 'The credentials were not accepted.' },
    ]);
  });
});

describe('elvis-driver', () => {
  const enter = () => send('POST /services/login', [FORM], QUERY);

  it('sends the whole Set-Cookie lines back', async () => {
    const cookie = `Cookie: ${setCookies(await enter()).join('; ')}`;

    const [known, alive] = [
      await send('POST /services/profile', [FORM, cookie]),
      await send('POST /alive.txt', [FORM, cookie], 'uid=1'),
    ];

    expect(cookie).toMatch(/^Cookie: authToken=.+; Path=\/; HttpOnly; .*; JSESSIONID=.+; Path=\/; HttpOnly/);
    expect([read(known).username, alive.status, alive.body]).toEqual([ALICE, 200, 'alive']);
  });

  it('the lines as the original server writes them, without blanks', async () => {
    const [token] = /cfs_[\w-]+/.exec(setCookies(await enter())[0]!)!;

    const known = await profile(`Cookie: authToken=${token};Path=/;HttpOnly; JSESSIONID=${token};Path=/;HttpOnly`);

    expect(read(known).username).toBe(ALICE);
  });

  it('in Node: logs out with neither cookie nor csrf nor body, and is told success; its session lives until the time-out', async () => {
    const loggedIn = await enter();

    const loggedOut = await send('POST /services/logout', [FORM]);

    expect([loggedOut.status, read(loggedOut), read(await profile(jar(loggedIn))).username]).toEqual([
      200,
      SUCCESS,
      ALICE,
    ]);
  });

  it('in a browser: logs out with the cookie and without csrf, and gets the errorcode with HTTP 200; the session stays', async () => {
    const loggedIn = await enter();

    const refused = await send('POST /services/logout', [
      FORM,
      jar(loggedIn),
      'Sec-Fetch-Site: same-origin',
      'Sec-Fetch-Dest: empty',
    ]);

    expect([refused.status, read(refused), read(await profile(jar(loggedIn))).username]).toEqual([
      200,
      { errorcode: 403, message: 'Invalid CSRF token' },
      ALICE,
    ]);
  });

  it('counts itself logged in by JSESSIONID or csrfToken, out by 200 with errorcode 401, and fails at an unknown path', async () => {
    const loggedIn = await enter();

    const [lost, unknown] = [
      await profile('Cookie: JSESSIONID=gone'),
      await send('POST /services/unknown', [FORM], 'a=b'),
    ];

    expect([
      setCookies(loggedIn).some((line) => line.startsWith('JSESSIONID=')),
      typeof read(loggedIn).csrfToken,
    ]).toEqual([true, 'string']);
    expect([lost.status, read(lost).errorcode, unknown.status, read(unknown).errorcode]).toEqual([200, 401, 404, 404]);
  });
});

describe('jquery.elvis.js, in a page of our own origin', () => {
  const page = [
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Dest: empty',
    'X-Requested-With: XMLHttpRequest',
    'Origin: https://sessions.example.test',
  ];

  it('logs in by form, has no sessionId, is known, and logs out with the csrf token', async () => {
    const loggedIn = await send('POST /services/login', [...page, FORM], `cred=${encodeURIComponent(credOf())}`);

    const known = await send('POST /services/profile', [...page, FORM, jar(loggedIn)]);
    const loggedOut = await send('POST /services/logout', [
      ...page,
      jar(loggedIn),
      `X-CSRF-TOKEN: ${read(loggedIn).csrfToken}`,
    ]);

    expect([read(loggedIn).loginSuccess, read(loggedIn).sessionId, read(loggedIn).loginFaultMessage]).toEqual([
      true,
      undefined,
      undefined,
    ]);
    expect([read(known).username, read(loggedOut), read(await profile(jar(loggedIn)))]).toEqual([
      ALICE,
      SUCCESS,
      NOT_LOGGED_IN,
    ]);
  });
});

describe('the curl-based PHP client', () => {
  it('reads the last line as JSON, and carries the cookie’s value as ;jsessionid= with the csrf token', async () => {
    const loggedIn = await send('POST /services/login', [FORM], QUERY);
    const lastLine = `${loggedIn.head}\r\n\r\n${loggedIn.body}`.split('\n').at(-1)!;
    const { csrfToken, sessionId } = JSON.parse(lastLine) as Record<string, string>;
    const [, value] = /^set-cookie: JSESSIONID=([^;]+)/im.exec(loggedIn.head)!;
    const csrf = `X-CSRF-TOKEN: ${csrfToken}`;

    const known = await send(`POST /services/profile;jsessionid=${value}?a=b`, [FORM, csrf]);
    const refused = await send(`POST /services/logout;jsessionid=${value}`, [FORM]);
    const loggedOut = await send(`POST /services/logout;jsessionid=${value}`, [FORM, csrf]);
    const after = await send(`POST /services/profile;jsessionid=${value}`, [FORM, csrf]);

    expect(sessionId).toBeUndefined();
    expect([read(known).username, read(refused).errorcode, read(loggedOut), read(after)]).toEqual([
      ALICE,
      403,
      SUCCESS,
      NOT_LOGGED_IN,
    ]);
  });
});

describe('the Laravel client, and those for Java and C#: GET alone', () => {
  it.each([
    ['a pair', QUERY],
    ['cred', `cred=${encodeURIComponent(credOf())}`],
  ])('errorcode 405 by default; with the legacy setting a sessionId, by %s', async (_, query) => {
    const closed = await send(`GET /services/login?${query}`);
    await server.sql(`update applications set wires = '{"elvis":{"isGetLoginOpen":true}}'`);

    const open = await send(`GET /services/login?${query}`);
    const known = await send(`GET /services/profile;jsessionid=${read(open).sessionId}`);
    const loggedOut = await send(`GET /services/logout;jsessionid=${read(open).sessionId}`);

    expect([closed.status, read(closed).errorcode, read(open).loginSuccess, read(known).username]).toEqual([
      200,
      405,
      true,
      ALICE,
    ]);
    expect([loggedOut.status, read(loggedOut).errorcode]).toEqual([200, 405]);
  });
});

describe('the TypeScript Assets client', () => {
  it('API login by form, bearer on all calls; errorcode 401 after the logout', async () => {
    const api = await send('POST /services/apilogin', [FORM], QUERY);
    const bearer = `Authorization: Bearer ${read(api).authToken}`;

    const known = await send('POST /services/profile', [bearer]);
    const loggedOut = await send('POST /services/logout', [bearer]);
    const after = await send('POST /services/profile', [bearer]);

    expect([read(known).username, read(loggedOut), read(after)]).toEqual([ALICE, SUCCESS, NOT_LOGGED_IN]);
  });

  it('API login with a made-up bearer: it is not looked at', async () => {
    const api = await send('POST /services/apilogin', [FORM, 'Authorization: Bearer undefined'], QUERY);

    expect(read(api).loginSuccess).toBe(true);
  });

  it('takes HTTP 401 where the operator wants statuses', async () => {
    await server.sql(`update applications set wires = '{"elvis":{"sendServiceErrorAsJson":false}}'`);

    const lost = await send('POST /services/profile', ['Authorization: Bearer gone']);

    expect([lost.status, read(lost)]).toEqual([401, NOT_LOGGED_IN]);
  });
});

describe('the PowerShell comment', () => {
  const TYPE = 'Content-Type: application/json';

  it.each([
    ['line feeds', '%0A'],
    ['CRLF and blanks', '%0D%0A%20%20'],
  ])(
    'API login with cred and the pair broken over lines by %s, then logout with bearer, JSON type and empty body',
    async (_, gap) => {
      const cred = `cred=${encodeURIComponent(credOf())}`;
      const [username, password] = QUERY.split('&') as [string, string];

      const api = await send(`POST /services/apilogin?${gap}${cred}%0A&${gap}${username}%0A&${gap}${password}%0D%0A`, [
        TYPE,
      ]);
      const bearer = `Authorization: Bearer ${read(api).authToken}`;
      const known = await profile(bearer);
      const loggedOut = await send('POST /services/logout', [TYPE, bearer]);

      expect([api.status, read(api).loginSuccess, read(known).username]).toEqual([200, true, ALICE]);
      expect([loggedOut.status, loggedOut.body, read(await profile(bearer))]).toEqual([
        200,
        '{"logoutSuccess":true}',
        NOT_LOGGED_IN,
      ]);
    },
  );
});
