import { afterAll, beforeAll, expect, it } from 'vitest';
import { SessionSweeper } from '../src/session/session-sweeper.js';
import { TestServer, type LoggedIn } from './server.js';

let server: TestServer;
let other: Awaited<ReturnType<typeof TestServer.node>>;
beforeAll(async () => {
  server = await TestServer.start();
  other = await TestServer.node(server.databaseUrl);
});
afterAll(async () => {
  await other.app.close();
  await server.stop();
});

const sweep = () => server.app.get(SessionSweeper).sweep();

it('takes what is past its lifetime, idle, or logged out with its application, each with its cause, and nothing that lives', async () => {
  const [expired, idle, outside, alive] = (await Promise.all(
    ['expired', 'idle', 'outside', 'alive'].map((name) => server.logIn(`${name}@example.test`)),
  )) as [LoggedIn, LoggedIn, LoggedIn, LoggedIn];
  await server.sql(`update sessions set expires_at = now() - interval '1 s' where id = $1`, [expired.sessionId]);
  await server.sql(`update sessions set idle_until = now() - interval '1 s' where id = $1`, [idle.sessionId]);
  await server.sql(`update applications set sessions_valid_after = now() - interval '1 hour'`);
  await server.sql(`update sessions set created_at = now() - interval '2 hours' where id = $1`, [outside.sessionId]);

  const removed = await sweep();

  expect(removed).toBe(3);
  expect(await Promise.all([expired, idle, outside, alive].map(({ userId }) => server.causes(userId)))).toEqual([
    ['expired'],
    ['idle'],
    ['application_logout'],
    [],
  ]);
  expect(await server.statusOfSession(alive.token)).toBe(200);
});

it('walks through more than a slice, in batches, and two nodes at once take each row once', async () => {
  const { userId } = await server.logIn('many@example.test');
  await server.sql(
    `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
     select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + case when n % 2 = 0 then interval '-1 s' else interval '1 h' end,
            now() + case when n % 3 = 0 then interval '-1 s' else interval '1 h' end
     from sessions, generate_series(1, 12000) n where user_id = $1`,
    [userId],
  );

  const removed = await Promise.all([sweep(), other.app.get(SessionSweeper).sweep()]);
  const rest = await sweep();

  expect(removed[0] + removed[1] + rest).toBe(8000);
  expect((await server.sql('select count(*)::int from session_events where user_id = $1', [userId]))[0]).toEqual({
    count: 8000,
  });
  expect((await server.sql('select count(*)::int from sessions where user_id = $1', [userId]))[0]).toEqual({
    count: 4001,
  });
});
