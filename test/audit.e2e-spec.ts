import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditRecorder } from '../src/audit/audit-recorder.js';
import { bearer, both, json, PASSWORD, TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

interface Row extends Record<string, unknown> {
  act: string;
}

/** Everything that was noted so far is in the log. */
async function rows(): Promise<Row[]> {
  await pause(100);
  while (await server.app.get(AuditRecorder).record());
  return server.sql<Row>('select * from audit_log order by number');
}

it('acts', async () => {
  const { token } = await server.logInAdmin();
  const a = await server.post(
    '/api/v1/auth/login',
    json({ login: 'nobody\r\n@x.test', password: 'wrong wrong wrong' }),
  );
  console.log(a.statusCode);
  const b = await server.post(
    '/api/v1/admin/users',
    both(bearer(token), json({ username: 'a@b.test', password: PASSWORD })),
  );
  const c = await server.post('/api/v1/admin/users', both(bearer(token), json({ username: 'a', reason: 'why' })));
  await server.patch(`/api/v1/admin/users/${b.json().id}`, both(bearer(token), json({ displayName: 'x' })));
  console.log(b.statusCode, c.statusCode);
  const d = await server.logIn('bob@b.test');
  await server.get('/api/v1/admin/users', bearer(d.token));
  await server.post('/api/v1/auth/logout', bearer(d.token));
  for (const row of await rows()) console.log(JSON.stringify({ ...row, hash: 0, previous_hash: 0 }));
  expect(await server.sql('select * from audit_inbox')).toEqual([]);
  console.log(await server.sql('select * from statistics_hours'));
});
