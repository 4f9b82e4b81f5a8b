import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, type Answer } from '../bench/keep-alive-client.js';
import { NodeProcess } from '../node-process.js';
import { bearer, TestServer } from '../server.js';
import { GuardingProxy, nginx } from './guarding-proxy.js';
import { identityIn, NaiveApp, type Received } from './naive-app.js';

// Both are kept: what the program answers, by user, and against the advice of the file the question itself.
const CACHED = nginx(
  {
    '  location / {\n':
      '  location / {\n    add_header X-Cache $upstream_cache_status always;\n    proxy_cache kept;\n',
    'proxy_cache off;': 'proxy_cache kept;',
    'proxy_set_header Host $http_host;\n  proxy_set_header X-Forwarded-Host':
      'proxy_cache_valid any 10m;\n  proxy_cache_key $auth_user_id$request_uri;\n  proxy_set_header Host $http_host;\n  proxy_set_header X-Forwarded-Host',
  },
  'proxy_cache_path cache keys_zone=kept:1m;',
);

let server: TestServer;
let folder: string;
let app: NaiveApp;
let proxy: GuardingProxy;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'curfew-cached-'));
  app = await NaiveApp.start({ 'cache-control': 'public, max-age=600' });
  const node = await NodeProcess.boot({ DATABASE_URL: server.databaseUrl, LOG_LEVEL: 'silent' }, folder);
  await node.ready();
  proxy = await GuardingProxy.start(CACHED, [node.port, node.port], app.port);
});
afterAll(async () => {
  await proxy.stop();
  await app.stop();
  NodeProcess.killAll();
  await rm(folder, { recursive: true });
  await server.stop();
});

const page = (token: string): Promise<Answer> =>
  ask(`${proxy.origin}/page`, { headers: { authorization: `Bearer ${token}` } });

it('P1 asvs 14.2.2 14.2.5 no kept answer outlives a logout, and none is shown to another user', async () => {
  const [alice, bob] = [await server.logIn('alice@example.test'), await server.logIn('bob@example.test')];
  const first = await page(alice.token);
  const second = await page(alice.token);
  const others = await page(bob.token);

  await server.post('/api/v1/auth/logout', bearer(alice.token));
  const after = [await page(alice.token), await page(alice.token)];

  const seen = [first, second, others].map(({ status, headers, body }) => [
    status,
    headers['x-cache'],
    identityIn(JSON.parse(body) as Received)['x-auth-user'],
  ]);
  expect(seen).toEqual([
    [200, 'MISS', 'alice@example.test'],
    [200, 'HIT', 'alice@example.test'],
    [200, 'MISS', 'bob@example.test'],
  ]);
  expect(after.map(({ status }) => status)).toEqual([401, 401]);
  expect((await page(bob.token)).status).toBe(200);
});

it('P1 nor does a kept 401 keep out whoever logs in', async () => {
  const carol = await server.logIn('carol@example.test');
  await server.post('/api/v1/auth/logout', bearer(carol.token));
  const dead = await page(carol.token);

  const again = await server.logIn('carol@example.test');

  expect([dead.status, (await page(again.token)).status]).toEqual([401, 200]);
});
