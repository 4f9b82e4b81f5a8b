import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, rawRequest } from '../raw-request.js';
import { TestServer } from '../server.js';

const PATH = '/api/v1/forward-auth';
const PAGE = 'https://www.example.test/login?lang=en';
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const FORWARDED = {
  'x-forwarded-method': 'GET',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'app.example.test:8443',
  'x-forwarded-uri': '/orders/1?sort=a,b&to=%2Fx',
};
const ORIGINAL = 'https://app.example.test:8443/orders/1?sort=a,b&to=%2Fx';
const withReturn = (url: string) => `${PAGE}&return_to=${encodeURIComponent(url).replaceAll('%20', '+')}`;

let server: TestServer;
let believing: NestFastifyApplication;
let doubting: NestFastifyApplication;
let port: number;
beforeAll(async () => {
  server = await TestServer.start();
  believing = (await TestServer.node(server.databaseUrl, { LOGIN_PAGE: PAGE, TRUST_PROXY: '10.0.0.0/8,127.0.0.1' }))
    .app;
  port = await listen(believing);
  doubting = (
    await TestServer.node(server.databaseUrl, { LOGIN_PAGE: PAGE, TRUST_PROXY: '10.0.0.0/8,fd00::/8,fe80::1' })
  ).app;
});
afterAll(async () => {
  await Promise.all([believing.close(), doubting.close()]);
  await server.stop();
});

/** Status, and where the login page is told: in the header, and in Location. */
async function shown(
  headers: Record<string, string>,
  { node = believing, query = '', method = 'GET' as 'GET' | 'POST' | 'HEAD', peer = '127.0.0.1' } = {},
): Promise<unknown[]> {
  const answer = await node.inject({ method, url: PATH + query, headers, remoteAddress: peer });
  return [answer.statusCode, answer.headers['x-auth-login'], answer.headers.location];
}

describe('a browser without a session', () => {
  it('401 with the login page and the way back', async () => {
    expect(await shown({ ...BROWSER, ...FORWARDED })).toEqual([401, withReturn(ORIGINAL), undefined]);
  });

  it('302 to it where the proxy wants that', async () => {
    const there = withReturn(ORIGINAL);

    expect(await shown({ ...BROWSER, ...FORWARDED }, { query: '?login=redirect' })).toEqual([302, there, there]);
  });

  it('the redirect is stored nowhere and has no body', async () => {
    const answer = await believing.inject({ url: `${PATH}?login=redirect`, headers: BROWSER });

    expect([answer.statusCode, answer.body]).toEqual([302, '']);
  });

  it('401 alone where no page is set', async () => {
    expect(await shown({ ...BROWSER, ...FORWARDED }, { node: server.app, query: '?login=redirect' })).toEqual([
      401,
      undefined,
      undefined,
    ]);
  });
});

describe('who is no browser that opens a page gets 401 alone', () => {
  it.each<[string, Record<string, string>]>([
    ['a script', { accept: 'application/json' }],
    ['whoever takes anything', { accept: '*/*' }],
    ['no Accept', {}],
    ['bad I15 HTML with a weight of nought', { accept: 'application/json, text/html;q=0' }],
    ['bad I15 the same in other writing', { accept: 'text/html; Q = 0.00, */*' }],
    ['a form that was sent', { ...BROWSER, 'x-forwarded-method': 'POST' }],
    ['HEAD', { ...BROWSER, 'x-forwarded-method': 'HEAD' }],
  ])('%s', async (_, headers) => {
    expect(await shown({ ...FORWARDED, ...headers }, { query: '?login=redirect' })).toEqual([
      401,
      undefined,
      undefined,
    ]);
  });

  it('a POST from a proxy that keeps the method', async () => {
    expect(await shown(BROWSER, { method: 'POST', query: '?login=redirect' })).toEqual([401, undefined, undefined]);
  });

  it('bad I15 HTML among two types is HTML', async () => {
    const accept = 'application/json;q=0.5, TEXT/HTML ; level=1;q=0.1';

    expect(await shown({ ...FORWARDED, accept })).toEqual([401, withReturn(ORIGINAL), undefined]);
  });
});

describe('the way back is left out', () => {
  it.each<[string, Record<string, string>]>([
    ['without a host', { 'x-forwarded-host': '' }],
    ['bad U28 another scheme', { 'x-forwarded-proto': 'javascript' }],
    ['two schemes', { 'x-forwarded-proto': 'https, http' }],
    ['two hosts', { 'x-forwarded-host': 'e.example, app.example.test' }],
    ['bad U12 a name before the host', { 'x-forwarded-host': 'app.example.test@e.example' }],
    ['bad U18 a backslash', { 'x-forwarded-host': 'e.example\\' }],
    ['a path in the host', { 'x-forwarded-host': 'e.example/x' }],
    ['bad U43 half an address', { 'x-forwarded-host': '[::1' }],
    ['a port that is none', { 'x-forwarded-host': 'app.example.test:99999' }],
    ['an absolute target', { 'x-forwarded-uri': 'https://e.example/' }],
    ['a target without slash', { 'x-forwarded-uri': '.e.example/' }],
    ['a space in the target', { 'x-forwarded-uri': '/a b' }],
    ['bad U26 letters that are no ASCII', { 'x-forwarded-uri': '/\u00e9' }],
    ['bad U51 8 KiB', { 'x-forwarded-uri': `/${'a'.repeat(8_192)}` }],
    ['bad U46 a fragment', { 'x-forwarded-uri': '/#x' }],
  ])('%s', async (_, headers) => {
    expect(await shown({ ...BROWSER, ...FORWARDED, ...headers })).toEqual([401, PAGE, undefined]);
  });

  it('bad I10 an encoded line break stays encoded, twice', async () => {
    const uri = '/%0d%0aSet-Cookie:a=b';

    const [, page] = await shown({ ...BROWSER, ...FORWARDED, 'x-forwarded-uri': uri });

    expect(page).toContain('%250d%250aSet-Cookie');
  });

  it.each(['\r', '\n', '\r\n', '\0'])('bad I10 %j in the target is refused before anyone reads it', async (bytes) => {
    const head = `GET ${PATH} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n`;

    const [answer] = await rawRequest(port, `${head}X-Forwarded-Uri: /a${bytes}X-Auth-User: root\r\n\r\n`);

    // A line break alone begins another header: one that says nothing here.
    expect(answer!.status).toBeGreaterThanOrEqual(400);
    expect(answer!.head).not.toMatch(/^x-auth-user:|root/im);
  });
});

describe('whoever is not in TRUST_PROXY', () => {
  it('bad I13 asvs 4.1.3 cannot say where a browser came from', async () => {
    expect(await shown({ ...BROWSER, ...FORWARDED }, { node: doubting })).toEqual([401, PAGE, undefined]);
    expect(await shown({ ...BROWSER, ...FORWARDED }, { node: doubting, peer: '::ffff:11.0.0.1' })).toEqual([
      401,
      PAGE,
      undefined,
    ]);
  });

  it('bad I12 cannot say by which method', async () => {
    const forged = { ...BROWSER, 'x-forwarded-method': 'GET' };

    expect(await shown(forged, { node: doubting, method: 'POST' })).toEqual([401, undefined, undefined]);
    expect(await shown({ ...forged, 'x-forwarded-method': 'POST' }, { node: doubting })).toEqual([
      401,
      PAGE,
      undefined,
    ]);
  });

  it.each(['10.1.2.3', '::ffff:10.1.2.3', 'fd00::2', 'fe80::1%eth0'])('and whoever is, can: %s', async (peer) => {
    expect(await shown({ ...BROWSER, ...FORWARDED }, { node: doubting, peer })).toEqual([
      401,
      withReturn(ORIGINAL),
      undefined,
    ]);
  });
});
