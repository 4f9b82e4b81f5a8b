import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { JobWorker } from '../../src/job/job-worker.js';
import { makeCrowd } from '../crowd.js';
import { bearer, both, holdSweepers, json, PASSWORD, TestServer, type Answer, type LoggedIn } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from '../wires.js';

vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let admin: LoggedIn;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  admin = await server.logInAdmin();
});

const propose = (id: string, token = admin.token): Promise<Answer> =>
  server.post(`/api/v1/admin/applications/${id}/deletion`, bearer(token));
const remove = (id: string, confirmation: string, token = admin.token): Promise<Answer> =>
  server.delete(
    `/api/v1/admin/applications/${id}?confirmation=${confirmation}&reason=The%20shop%20has%20closed`,
    bearer(token),
  );
const codeOf = (answer: Answer): unknown[] => [answer.statusCode, answer.json<{ code: string }>().code];
const jobOf = async (answer: Answer) =>
  (await server.get(String(answer.headers['location']), bearer(admin.token))).json<{ status: string }>();
const jobOnceDone = async (answer: Answer): Promise<{ status: string }> => {
  await vi.waitUntil(async () => (await jobOf(answer)).status !== 'running', { timeout: 40_000, interval: 50 });
  return jobOf(answer);
};
/** What is left of an application, table by table. */
const leftOf = async (id: string): Promise<object> => {
  const count = (table: string, key = 'application_id') =>
    `(select count(*)::int from ${table} where ${key} = $1) as ${table}`;
  const tables = [
    'users',
    'sessions',
    'identities',
    'records',
    'application_keys',
    'application_hosts',
    'service_keys',
  ];
  const [row] = await server.sql<object & Record<string, unknown>>(
    `select ${[...tables, 'webhook_endpoints'].map((table) => count(table)).join()}, ${count('applications', 'id')}`,
    [id],
  );
  return row!;
};
const NOTHING = {
  users: 0,
  sessions: 0,
  identities: 0,
  records: 0,
  application_keys: 0,
  application_hosts: 0,
  service_keys: 0,
  webhook_endpoints: 0,
  applications: 0,
};

/** An application with something of everything. */
async function furnished(name: string): Promise<{ tenant: Tenant; customer: LoggedIn; key: string }> {
  const tenant = await makeTenant(server, name);
  const login = `customer@${name}.test`;
  await makeUser(server, tenant, login);
  const customer = await server.logInAs({ login, password: PASSWORD, applicationId: tenant.id });
  const key = await server.serviceKey(['introspect'], tenant.id);
  await server.post(
    '/api/v1/admin/webhooks',
    both(bearer(admin.token), json({ url: 'https://receiver.example/hook', applicationId: tenant.id })),
  );
  await server.sql(
    `insert into records (application_id, endpoint, id, data) select $1, 'examples/notes', gen_random_uuid(), '{}' from generate_series(1, 450)`,
    [tenant.id],
  );
  return { tenant, customer, key };
}

it('says what would go, and changes nothing', async () => {
  const { tenant, customer } = await furnished('proposed');

  const answer = await propose(tenant.id);

  expect(answer.json()).toEqual({
    users: 1,
    sessions: 1,
    keys: 1,
    confirmation: expect.stringMatching(/^[\w-]{43}$/) as string,
    confirmationExpiresAt: expect.stringMatching(/Z$/) as string,
  });
  expect(await server.statusOfSession(customer.token)).toBe(200);
});

it('counts for longer than other statements may take', async () => {
  const { tenant } = await furnished('large');
  await server.sql('begin');
  await server.sql('lock table service_keys in access exclusive mode');

  const proposing = propose(tenant.id);
  await pause(2_500);
  await server.sql('rollback');

  expect((await proposing).json()).toMatchObject({ users: 1, sessions: 1, keys: 1 });
});

it('P1 202: every token of every wire and the service keys are dead with the answer, before anything else has gone', async () => {
  const held = vi.spyOn(JobWorker.prototype, 'wake').mockImplementation(() => {});
  const { tenant, customer, key } = await furnished('doomed');
  const tokens = [];
  for (const client of WIRE_CLIENTS) tokens.push(await tokenFrom(client, server, tenant, 'customer@doomed.test'));
  const { confirmation } = (await propose(tenant.id)).json<{ confirmation: string }>();

  const answer = await remove(tenant.id, confirmation);

  const dead = await Promise.all([customer.token, ...tokens].map((token) => server.statusOfSession(token)));
  const login = await server.post(
    '/api/v1/auth/login',
    json({ login: 'customer@doomed.test', password: PASSWORD, applicationId: tenant.id }),
  );
  const asked = await server.post(
    '/api/v1/sessions/introspect',
    both({ headers: { authorization: `Bearer ${key}` } }, json({ tokens: [customer.token] })),
  );
  held.mockRestore();
  server.app.get(JobWorker).wake();
  expect([answer.statusCode, answer.headers['location']]).toEqual([
    202,
    `/api/v1/admin/jobs/${answer.json<{ id: string }>().id}`,
  ]);
  expect([dead, login.statusCode, asked.statusCode]).toEqual([dead.map(() => 401), 400, 401]);
  expect(await jobOnceDone(answer)).toMatchObject({ status: 'done', kind: 'delete_application', total: 7 });
});

it('nothing of it is left, each session has left one event that names who and why, and others are as they were', async () => {
  const { tenant } = await furnished('gone');
  const { tenant: neighbour, customer } = await furnished('neighbour');
  const before = await leftOf(neighbour.id);
  await makeCrowd(server, { users: 150, each: 5, ip: '198.51.100.7', applicationId: tenant.id });
  const { confirmation } = (await propose(tenant.id)).json<{ confirmation: string }>();

  const answer = await remove(tenant.id, confirmation);

  expect(await jobOnceDone(answer)).toMatchObject({ status: 'done', total: 902, done: 902 });
  const events = await server.sql(
    `select cause, reason, ended_by_user_id as by, count(*)::int as events, count(distinct session_id)::int as sessions
     from session_events where application_id = $1 and type = 'session.ended' group by 1, 2, 3`,
    [tenant.id],
  );
  const [told] = await server.sql(
    'select type, reason, ended_by_user_id as by from application_events where application_id = $1',
    [tenant.id],
  );
  const who = { reason: 'The shop has closed', by: admin.userId };
  expect(await leftOf(tenant.id)).toEqual(NOTHING);
  expect(events).toEqual([{ cause: 'user_deleted', ...who, events: 751, sessions: 751 }]);
  expect(told).toEqual({ type: 'application.sessions_ended', ...who });
  expect([await leftOf(neighbour.id), await server.statusOfSession(customer.token)]).toEqual([before, 200]);
  expect(codeOf(await server.get(`/api/v1/admin/applications/${tenant.id}`, bearer(admin.token)))).toEqual([
    404,
    'NOT_FOUND',
  ]);
});

it('whoever lets it in again while it is being deleted shuts nobody in: it goes all the same', async () => {
  const { tenant } = await furnished('revived');
  await makeCrowd(server, { users: 300, each: 2, ip: '198.51.100.8', applicationId: tenant.id });
  const { confirmation } = (await propose(tenant.id)).json<{ confirmation: string }>();
  const answer = await remove(tenant.id, confirmation);

  const revived = await server.patch(
    `/api/v1/admin/applications/${tenant.id}`,
    both(bearer(admin.token), json({ status: 'active' })),
  );

  expect([200, 404]).toContain(revived.statusCode);
  expect(await jobOnceDone(answer)).toMatchObject({ status: 'done' });
  expect(await leftOf(tenant.id)).toEqual(NOTHING);
});

it('409 CONFIRMATION_INVALID for another application, and the second time', async () => {
  const [first, second] = [await makeTenant(server, 'first'), await makeTenant(server, 'second')];
  const { confirmation } = (await propose(first.id)).json<{ confirmation: string }>();
  const { confirmation: unused } = (await propose(first.id)).json<{ confirmation: string }>();

  const crossed = await remove(second.id, confirmation);
  const answer = await remove(first.id, confirmation);
  const again = await remove(second.id, unused);

  expect([codeOf(crossed), answer.statusCode, codeOf(again)]).toEqual([
    [409, 'CONFIRMATION_INVALID'],
    202,
    [409, 'CONFIRMATION_INVALID'],
  ]);
  expect(await jobOnceDone(answer)).toMatchObject({ status: 'done', total: 0, done: 0 });
  expect(await leftOf(second.id)).toMatchObject({ applications: 1 });
});

it('403 for the first application, with a stale login, and for whoever is held to one application; 404 for none; 400 without a reason', async () => {
  const tenant = await makeTenant(server, 'kept');
  const [{ id: home }] = (await server.sql('select id from applications order by created_at limit 1')) as [Tenant];
  await server.post(
    `/api/v1/admin/users?applicationId=${tenant.id}`,
    both(bearer(admin.token), json({ username: 'head@kept.test', password: PASSWORD, roles: ['admin'] })),
  );
  const head = await server.logInAs({ login: 'head@kept.test', password: PASSWORD, applicationId: tenant.id });
  const { confirmation } = (await propose(tenant.id)).json<{ confirmation: string }>();

  const answers = [
    await propose(home),
    await remove(home, confirmation),
    await propose(tenant.id, head.token),
    await propose('00000000-0000-7000-8000-000000000000'),
    await server.delete(`/api/v1/admin/applications/${tenant.id}?confirmation=${confirmation}`, bearer(admin.token)),
  ];
  await server.sql(`update sessions set authenticated_at = now() - interval '6 min' where id = $1`, [admin.sessionId]);
  const stale = await remove(tenant.id, confirmation);

  expect([...answers, stale].map(codeOf)).toEqual([
    [403, 'FORBIDDEN'],
    [403, 'FORBIDDEN'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [400, 'VALIDATION_FAILED'],
    [403, 'LOGIN_STALE'],
  ]);
  expect(await leftOf(tenant.id)).toMatchObject({ applications: 1, users: 1 });
});

it('a deletion that has begun is not stopped', async () => {
  const held = vi.spyOn(JobWorker.prototype, 'wake').mockImplementation(() => {});
  const tenant = await makeTenant(server, 'unstoppable');
  const { confirmation } = (await propose(tenant.id)).json<{ confirmation: string }>();
  const answer = await remove(tenant.id, confirmation);

  const stopped = await server.post(`${String(answer.headers['location'])}/stop`, bearer(admin.token));

  held.mockRestore();
  expect(codeOf(stopped)).toEqual([403, 'FORBIDDEN']);
  expect(await jobOnceDone(answer)).toMatchObject({ status: 'done' });
});
