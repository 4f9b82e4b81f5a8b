import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, type Answer } from '../bench/keep-alive-client.js';
import { DatabaseProxy } from '../database-proxy.js';
import { NodeProcess } from '../node-process.js';
import { rawRequest, requestText } from '../raw-request.js';
import { ADMIN, keep, TestServer, type LoggedIn } from '../server.js';
import { GuardingProxy, GUARDS } from './guarding-proxy.js';
import { identityIn, NaiveApp, type Received } from './naive-app.js';

const PAGE = 'https://www.example.test/login';
const BROWSER = { accept: 'text/html,*/*;q=0.8' };

let server: TestServer;
let store: DatabaseProxy;
let folder: string;
let nodes: [NodeProcess, NodeProcess];
let app: NaiveApp;
let alice: LoggedIn;
beforeAll(async () => {
  server = await TestServer.start();
  store = await DatabaseProxy.start(server.databaseUrl);
  folder = await mkdtemp(join(tmpdir(), 'curfew-forwarded-'));
  app = await NaiveApp.start();
  alice = await server.logIn('alice@example.test');
});
afterAll(async () => {
  await app.stop();
  store.stop();
  await rm(folder, { recursive: true });
  await server.stop();
});

async function bootNodes(): Promise<[NodeProcess, NodeProcess]> {
  const settings = { DATABASE_URL: store.url, TRUST_PROXY: '127.0.0.1', LOGIN_PAGE: PAGE, LOG_LEVEL: 'silent' };
  const both = await Promise.all([NodeProcess.boot(settings, folder), NodeProcess.boot(settings, folder)]);
  await Promise.all(both.map((node) => node.ready()));
  return both;
}

describe.each(GUARDS)('$name', (kind) => {
  let proxy: GuardingProxy;
  beforeAll(async () => {
    nodes = await bootNodes();
    proxy = await GuardingProxy.start(kind, [nodes[0].port, nodes[1].port], app.port);
    await vi.waitUntil(async () => (await get('/', asAlice())).status === 200, { timeout: 10_000, interval: 100 });
  });
  afterAll(async () => {
    await proxy.stop();
    NodeProcess.killAll();
  });
  beforeEach(() => {
    app.received.length = 0;
  });

  const asAlice = (headers: object = {}) => ({ authorization: `Bearer ${alice.token}`, ...headers });
  const get = (path: string, headers = {}, method = 'GET'): Promise<Answer> =>
    ask(proxy.origin + path, { method, headers });
  const post = (path: string, headers: object, body: string): Promise<Answer> =>
    ask(
      proxy.origin + path,
      { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      body,
    );

  it('P1 401, log in, 200 with a name, log out, 401: all by one host and one cookie', async () => {
    const credentials = JSON.stringify({ ...ADMIN, transport: 'cookie' });
    const stranger = await get('/page');
    const login = await post('/api/v1/auth/login', { 'content-type': 'application/json' }, credentials);
    const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    keep(cookie.split('=')[1] ?? '');
    const known = await get('/page', { cookie });
    const logout = await post('/api/v1/auth/logout', { cookie }, '');
    const gone = await get('/page', { cookie });

    expect([stranger, login, known, logout, gone].map(({ status }) => status)).toEqual([401, 200, 200, 204, 401]);
    expect([stranger, gone].map(({ headers }) => headers['www-authenticate'])).toEqual(['Bearer', 'Bearer']);
    expect(app.received.map(({ url }) => url)).toEqual(['/page']);
    expect(identityIn(JSON.parse(known.body) as Received)).toMatchObject({
      'x-auth-user': ADMIN.login,
      'x-auth-user-id': (JSON.parse(login.body) as { user: { id: string } }).user.id,
      'x-auth-roles': 'admin',
    });
  });

  it('a name that no header can hold arrives percent-encoded', async () => {
    const { token, userId } = await server.logIn('Zoë, 日本');

    const { body } = await get('/', { authorization: `Bearer ${token}` });

    const identity = identityIn(JSON.parse(body) as Received);
    expect([identity['x-auth-user'], identity['x-auth-user-id'], identity['x-auth-roles'] ?? '']).toEqual([
      'Zo%C3%AB%2C %E6%97%A5%E6%9C%AC',
      userId,
      '',
    ]);
  });

  it.each([
    'X-Auth-User',
    'x-auth-user',
    'X-AUTH-ROLES',
    'X_Auth_User',
    'X-Auth_Roles',
    'x_auth-user_id',
    'X.Auth.User',
    'X-Auth.Roles',
  ])('bad I11 %s from a client never arrives', async (name) => {
    const forged = { [name]: 'root' };

    const [stranger] = await rawRequest(proxy.port, requestText('GET /', forged));
    const [known] = await rawRequest(proxy.port, requestText('GET /', { ...asAlice(), ...forged }));

    expect([stranger!.status, known!.status]).toEqual([401, 200]);
    expect(app.received).toHaveLength(1);
    expect(JSON.stringify(app.received)).not.toContain('root');
    expect(identityIn(app.received[0]!)).toMatchObject({ 'x-auth-user': 'alice@example.test' });
  });

  it.each([
    ['Connection: close, X-Auth-User, X-Auth-Roles, Authorization, Cookie, X-Forwarded-Uri'],
    ['Connection: close\r\nConnection: X-Auth-User, x-auth-roles\r\nConnection: close'],
  ])('a client cannot have the name taken away on its way: %j', async (connection) => {
    const bytes = requestText('GET /', asAlice()).replace('Connection: close', connection);

    const [answer] = await rawRequest(proxy.port, bytes);

    expect([answer!.status, ...app.received.map((one) => identityIn(one)['x-auth-user'])]).toEqual([
      200,
      'alice@example.test',
    ]);
  });

  it('bad H23 no client leaves HTTP/1.1 for a connection on which nobody is asked about any more', async () => {
    const upgrade = { ...asAlice(), Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
    const bytes = requestText('GET /', upgrade).replace(
      'Connection: close',
      'Connection: Upgrade, HTTP2-Settings, close',
    );

    const [answer] = await rawRequest(proxy.port, bytes);

    expect(answer!.status).toBe(200);
    expect(app.received.map(({ headers }) => headers.filter(([, value]) => value === 'h2c'))).toEqual([[]]);
  });

  it('a POST passes with its body, in one piece or in many, and HEAD as HEAD', async () => {
    const body = 'x'.repeat(100_000);

    const whole = await post('/orders', asAlice({ 'content-type': 'text/plain' }), body);
    const pieces = await ask(
      `${proxy.origin}/orders`,
      { method: 'POST', headers: asAlice({ 'transfer-encoding': 'chunked', 'content-encoding': 'gzip' }) },
      body,
    );
    const head = await get('/orders', asAlice(), 'HEAD');
    const refused = await post('/orders', { 'content-type': 'text/plain' }, body);

    expect([whole, pieces, head, refused].map(({ status }) => status)).toEqual([200, 200, 200, 401]);
    expect(app.received.map((one) => [one.method, one.body.length, identityIn(one)['x-auth-user-id']])).toEqual([
      ['POST', 100_000, alice.userId],
      ['POST', 100_000, alice.userId],
      ['HEAD', 0, alice.userId],
    ]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is asked about like a GET', async (method) => {
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' };

    const answers = [await get('/', preflight, method), await get('/', asAlice(preflight), method)];

    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    expect(app.received.map((one) => one.method)).toEqual([method]);
  });

  it('403 without the role where one is asked for, however the path is written', async () => {
    const paths = [
      '/editors/',
      '/%65ditors/x',
      '/editors/%2e%2e/editors/',
      '//editors/',
      '/a/../editors/',
      '/./editors/',
      '/Editors/x',
      '/editors',
      '/editors/x/../../',
      '/editors/x/%2e%2e/%2E%2E/',
      '/editors/x/..%2f..%2f',
      '/x\\..\\editors/x',
      '/editors;v=1/x',
      '/;v=1/editors/x',
      '/x/..;/editors/x',
      '/#/../editors/x',
      'http://sessions.example/editors/x',
      'http://sessions.example/editors/x/../../',
      'http:editors/x',
      'x:editors/x',
      '/editors?/../',
    ];
    await server.signUp(`editor-${kind.package}@example.test`, { roles: ['editor'] });
    const { token } = await server.logIn(`editor-${kind.package}@example.test`);

    const answers = await Promise.all(
      paths.map((path) => rawRequest(proxy.port, requestText(`GET ${path}`, asAlice()))),
    );
    const editor = await get('/editors/', { authorization: `Bearer ${token}` });

    expect(paths.filter((_, place) => ![400, 403].includes(answers[place]![0]!.status))).toEqual([]);
    expect([answers[0]![0]!.status, editor.status]).toEqual([403, 200]);
    expect(app.received.map(({ url }) => url)).toEqual(['/editors/']);
  });

  it('a browser without a session is sent to the login page, with the way back', async () => {
    const forged = { ...BROWSER, 'x-forwarded-host': 'e.example', 'x-forwarded-uri': '/e', 'x-forwarded-proto': 'ftp' };

    const page = await get('/orders/1?a=b&c=%2F', forged);
    const script = await get('/orders/1', { accept: 'application/json' });
    const form = await post('/orders', BROWSER, 'a=b');

    const original = `http://127.0.0.1:${proxy.port}/orders/1?a=b&c=%2F`;
    expect([page.status, page.headers.location, page.headers['cache-control']]).toEqual([
      302,
      `${PAGE}?return_to=${encodeURIComponent(original)}`,
      'no-store',
    ]);
    expect([script, form].map(({ status, headers }) => [status, headers.location])).toEqual([
      [401, undefined],
      [401, undefined],
    ]);
    expect(app.received).toEqual([]);
  });

  it('P3 nobody passes while the store is away, and everybody again when it is back', async () => {
    store.refuse();
    const away = [await get('/', asAlice()), await get('/', asAlice(BROWSER)), await get('/editors/', asAlice())];
    store.heal();

    expect(away.map(({ status }) => status >= 500)).toEqual([true, true, true]);
    expect(app.received).toEqual([]);
    await vi.waitUntil(async () => (await get('/', asAlice())).status === 200, { timeout: 10_000, interval: 100 });
  });

  it('a node killed: the other is asked, and nobody is refused', async () => {
    // A second is what Caddy and HAProxy let pass before they look again at a node that had no store.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    nodes[0].child.kill('SIGKILL');
    await nodes[0].exit;

    const statuses = [];
    for (let turn = 0; turn < 20; turn++)
      for (const path of ['/', '/api/v1/auth/session']) statuses.push((await get(path, asAlice())).status);

    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('nobody passes while Curfew is away', async () => {
    nodes[1].child.kill('SIGKILL');
    await nodes[1].exit;

    const away = [
      await get('/'),
      await get('/', asAlice()),
      await get('/', asAlice(BROWSER)),
      await get('/editors/', asAlice()),
    ];

    expect(away.map(({ status }) => status >= 500)).toEqual([true, true, true, true]);
    expect(app.received).toEqual([]);
  });
});

describe.each(GUARDS)('nodes that take a request and die, behind $name', (kind) => {
  it('a login is never sent twice, and nobody passes', async () => {
    const taken: string[] = [];
    const dying = [1, 2].map(() =>
      createServer(({ method, url = '', socket }, response) => {
        if (url === '/health/ready') return response.end();
        taken.push(`${method} ${url}`);
        return socket.destroy();
      }).listen(0, '127.0.0.1'),
    );
    await Promise.all(dying.map((one) => once(one, 'listening')));
    const [one, two] = dying.map((each) => (each.address() as AddressInfo).port) as [number, number];
    const proxy = await GuardingProxy.start(kind, [one, two], app.port);
    // The first request at all was the question whether the proxy is there: time for it to forgive the nodes.
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    taken.length = 0;
    app.received.length = 0;

    const headers = { 'content-type': 'application/json', 'content-length': 2 };
    const login = await ask(`${proxy.origin}/api/v1/auth/login`, { method: 'POST', headers }, '{}');
    const logins = taken.splice(0);
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    const page = await ask(proxy.origin, { headers: { authorization: 'Bearer a' } });

    await proxy.stop();
    dying.forEach((each) => each.close());
    expect([login.status >= 500, logins]).toEqual([true, ['POST /api/v1/auth/login']]);
    expect([page.status >= 500, taken.length > 0, app.received]).toEqual([true, true, []]);
  });
});
