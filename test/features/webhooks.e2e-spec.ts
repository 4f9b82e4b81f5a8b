import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Receiver } from '../receiver.js';
import { bearer, both, holdSweepers, json, keep, PASSWORD, TestServer } from '../server.js';

const PATH = '/api/v1/admin/webhooks';
const NOBODY = '00000000-0000-7000-8000-000000000000';
interface Made {
  id: string;
  secret: string;
}
interface Delivery {
  id: string;
  eventId: string;
  type: string;
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  retryUntil: string;
  lastStatus: number | null;
  lastError: string | null;
  lastAnswer: string | null;
}

let server: TestServer;
let token: string;
let receiver: Receiver;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start({ WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  ({ token } = await server.logInAdmin());
});
afterAll(() => server.stop());
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  receiver.stop();
  await server.sql('delete from webhook_endpoints');
});

const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, who = token) =>
  server.request({ method, url: PATH + path, ...both(bearer(who), body ? json(body) : {}) });

async function make(fields: object = {}): Promise<Made> {
  const answer = await ask('POST', '', { url: receiver.url, types: ['session.ended'], ...fields });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const made = answer.json<Made>();
  keep(made.secret);
  return made;
}

/** Logs someone in and out; answers the session's id. */
async function ending(name = 'alice@example.test'): Promise<string> {
  const { token: theirs, sessionId } = await server.logIn(name);
  await server.post('/api/v1/auth/logout', bearer(theirs));
  return sessionId;
}

const deliveries = async (id: string, query = ''): Promise<Delivery[]> =>
  (await ask('GET', `/${id}/deliveries${query}`)).json<{ deliveries: Delivery[] }>().deliveries;

const soon = { timeout: 8_000, interval: 20 };

/** What waits is due now, for the endpoint and for the queue, once whoever looks after it has put it off. */
async function hurry(id: string): Promise<void> {
  await expect.poll(() => server.sql("select from webhook_queue.job where state = 'active'"), soon).toEqual([]);
  await server.sql(
    `update webhook_deliveries set next_attempt_at = now() where endpoint_id = $1 and status = 'pending'`,
    [id],
  );
  await server.sql(`update webhook_queue.job set start_after = now() - interval '1 s' where state < 'active'`);
}

describe('a delivery', () => {
  it('P9 arrives within a second, signed so that an independent implementation takes it', async () => {
    const { secret, id } = await make();

    const sessionId = await ending();
    await expect.poll(() => receiver.ended(), { timeout: 1_000, interval: 10 }).toEqual([sessionId]);

    const [{ headers, text, body }] = receiver.received as [(typeof receiver.received)[0]];
    expect(new Webhook(secret).verify(text, headers)).toEqual(body);
    expect(() => new Webhook(secret).verify(text.replace('ended', 'ENDED'), headers)).toThrow('No matching signature');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Curfew-Webhooks/1' });
    expect(body).toMatchObject({ type: 'session.ended', data: { sessionId, cause: 'logout' } });
    await expect
      .poll(() => deliveries(id), soon)
      .toMatchObject([{ eventId: body.id, status: 'delivered', attempts: 1, lastStatus: 204, nextAttemptAt: null }]);
    expect(headers['webhook-id']).toBe(`msg_${(await deliveries(id))[0]!.id}`);
  });

  it('goes to each endpoint that asked for its type and its application, and to no other', async () => {
    const [all, starts, elsewhere] = [await Receiver.start(), await Receiver.start(), await Receiver.start()];
    const answer = await server.post('/api/v1/admin/applications', both(bearer(token), json({ name: 'Elsewhere' })));
    await make();
    await make({ url: all.url, types: [], applicationId: null });
    await make({ url: starts.url, types: ['session.started'] });
    await make({ url: elsewhere.url, types: [], applicationId: answer.json<{ id: string }>().id });

    const sessionId = await ending();
    await expect.poll(() => [receiver, all].map((each) => each.ended()), soon).toEqual([[sessionId], [sessionId]]);

    await expect.poll(() => [all, starts].map((each) => each.of('session.started').length), soon).toEqual([1, 1]);
    expect([starts.ended(), elsewhere.received, receiver.of('session.started')]).toEqual([[], [], []]);
    [all, starts, elsewhere].forEach((each) => each.stop());
  });

  it('is only of what happened since the endpoint was made', async () => {
    await ending();
    await make();

    const sessionId = await ending();

    await expect.poll(() => receiver.ended(), soon).toEqual([sessionId]);
  });

  it('is made of a row that was deleted by hand as well', async () => {
    await make();
    const { sessionId } = await server.logIn('by-hand@example.test');

    await server.sql('delete from sessions where id = $1', [sessionId]);

    await expect
      .poll(() => receiver.received.map(({ body }) => body.data), soon)
      .toMatchObject([{ sessionId, cause: 'direct' }]);
  });
});

describe('a refused delivery', () => {
  it.each([400, 401, 404, 429, 500, 503])(
    '%s: again after some seconds, with the same webhook-id, until it is taken',
    async (status) => {
      const { id, secret } = await make();
      receiver.answering = (answer) => void answer.writeHead(status).end('Not today\n\u0000');

      const sessionId = await ending();
      await expect
        .poll(() => deliveries(id), soon)
        .toMatchObject([
          {
            status: 'pending',
            attempts: 1,
            lastStatus: status,
            lastError: `answered ${status}`,
            lastAnswer: 'Not today',
          },
        ]);
      const waits = Date.parse((await deliveries(id))[0]!.nextAttemptAt!) - Date.now();
      receiver.answering = (answer) => void answer.writeHead(200).end('ok');
      await hurry(id);
      await expect
        .poll(() => deliveries(id), soon)
        .toMatchObject([{ status: 'delivered', attempts: 2, lastError: null }]);

      expect(waits).toBeLessThan(9_100);
      expect(receiver.ended()).toEqual([sessionId, sessionId]);
      expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      for (const { headers, text } of receiver.received) new Webhook(secret).verify(text, headers);
    },
  );

  it('comes again by itself, when its time has come', async () => {
    await make();
    receiver.answering = (answer) => void answer.writeHead(500).end();
    const sessionId = await ending();
    await expect.poll(() => receiver.received.length, soon).toBe(1);

    receiver.answering = (answer) => void answer.writeHead(204).end();

    await expect.poll(() => receiver.ended(), { timeout: 12_000 }).toEqual([sessionId, sessionId]);
  });

  it('waits as long as Retry-After asks, but for no longer than four hours', async () => {
    const [patient, greedy] = [await Receiver.start(), await Receiver.start()];
    patient.answering = (answer) => void answer.writeHead(429, { 'retry-after': '120' }).end();
    greedy.answering = (answer) => void answer.writeHead(503, { 'retry-after': '99999999' }).end();
    const ids = [(await make({ url: patient.url })).id, (await make({ url: greedy.url })).id];
    await ending();
    await expect
      .poll(async () => (await Promise.all(ids.map((id) => deliveries(id)))).flat(), soon)
      .toMatchObject([{ attempts: 1 }, { attempts: 1 }]);

    const waits = (await Promise.all(ids.map((id) => deliveries(id)))).map(
      ([first]) => (Date.parse(first!.nextAttemptAt!) - Date.now()) / 1_000,
    );

    expect(waits[0]).toBeGreaterThan(110);
    expect(waits[0]).toBeLessThanOrEqual(120);
    expect(waits[1]).toBeGreaterThan(14_300);
    expect(waits[1]).toBeLessThanOrEqual(14_400);
    patient.stop();
    greedy.stop();
  });

  it('is dead after three days, listed, and replayed with the same webhook-id', async () => {
    const { id } = await make();
    receiver.answering = (answer) => void answer.writeHead(500).end();
    await ending();
    await expect.poll(() => deliveries(id), soon).toMatchObject([{ attempts: 1 }]);
    const [{ retryUntil }] = (await deliveries(id)) as [Delivery];
    await server.sql(`update webhook_deliveries set retry_until = retry_until - interval '3 days'`);
    await hurry(id);

    await expect
      .poll(() => deliveries(id, '?status=dead'), soon)
      .toMatchObject([{ status: 'dead', attempts: 2, nextAttemptAt: null }]);
    receiver.answering = (answer) => void answer.writeHead(204).end();
    const [{ id: deliveryId }] = (await deliveries(id)) as [Delivery];
    const replayed = await ask('POST', `/${id}/deliveries/${deliveryId}/replay`);
    await expect.poll(() => deliveries(id), soon).toMatchObject([{ status: 'delivered', attempts: 1 }]);

    expect(Date.parse(retryUntil) - Date.now()).toBeGreaterThan(71 * 3_600_000);
    expect([replayed.statusCode, replayed.json<Delivery>().status]).toEqual([200, 'pending']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveries(id, '?status=dead')).toEqual([]);
  });

  it('all dead letters at once are due again, those of tests aside', async () => {
    const { id } = await make();
    receiver.answering = (answer) => void answer.writeHead(500).end();
    await ask('POST', `/${id}/test`);
    const sessions = [await ending(), await ending(), await ending()];
    await expect
      .poll(async () => (await deliveries(id, '?status=pending')).map(({ attempts }) => attempts), soon)
      .toEqual([1, 1, 1]);
    await server.sql(`update webhook_deliveries set status = 'dead'`);
    receiver.answering = (answer) => void answer.writeHead(204).end();
    receiver.received.splice(0);

    const answer = await ask('POST', `/${id}/deliveries/replay`);

    expect(answer.json()).toEqual({ replayed: 3 });
    await expect.poll(() => receiver.ended().toSorted(), soon).toEqual(sessions.toSorted());
    expect(await deliveries(id, '?status=dead')).toMatchObject([{ type: 'webhook.test' }]);
  });

  it('410: the endpoint is disabled by its receiver, what waits goes on waiting, and comes when it is enabled again', async () => {
    const { id } = await make();
    receiver.answering = (answer) => void answer.writeHead(410).end();
    const sessionId = await ending();
    await expect
      .poll(async () => (await ask('GET', `/${id}`)).json(), soon)
      .toMatchObject({ status: 'disabled', disabledBy: 'receiver' });
    await ending();
    receiver.answering = (answer) => void answer.writeHead(204).end();
    await hurry(id);

    const enabled = await ask('PATCH', `/${id}`, { status: 'active' });

    expect(enabled.json()).toMatchObject({ status: 'active', disabledBy: null });
    await expect.poll(() => receiver.ended(), soon).toEqual([sessionId, sessionId]);
    const afterwards = await ending();
    await expect.poll(() => receiver.ended(), soon).toEqual([sessionId, sessionId, afterwards]);
  });
});

describe('an endpoint', () => {
  it('is made, listed, read, changed and deleted; its secret is shown once', async () => {
    const made = await ask('POST', '', { url: receiver.url, description: 'Carts' });
    const { id, secret } = made.json<Made>();
    keep(secret);
    const listed = await ask('GET', '');
    const changed = await ask('PATCH', `/${id}`, { types: ['session.started'], description: null });
    const removed = await ask('DELETE', `/${id}`);

    expect(made.json()).toMatchObject({
      url: receiver.url,
      types: [],
      description: 'Carts',
      status: 'active',
      disabledBy: null,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/);
    expect(listed.json()).toMatchObject({ webhooks: [{ id }], next: null });
    expect(listed.body + changed.body).not.toContain('whsec_');
    expect(changed.json()).toMatchObject({ types: ['session.started'], description: null });
    expect([removed.statusCode, (await ask('GET', `/${id}`)).statusCode, (await ask('GET', '')).json()]).toEqual([
      204,
      404,
      { webhooks: [], next: null },
    ]);
  });

  it('nothing is sent once its deletion or disabling was answered, however much waits', async () => {
    const other = await Receiver.start();
    const { id: deleted } = await make();
    const { id: disabled } = await make({ url: other.url });
    for (const each of [receiver, other])
      each.answering = (answer) => void setTimeout(() => answer.writeHead(204).end(), 50);
    const { userId } = await server.logIn('many@example.test');
    await server.sql(
      `insert into sessions (user_id, id, application_id, contract, secret_hash, idle_until, expires_at)
       select user_id, gen_random_uuid(), application_id, contract, sha256(n::text::bytea), now() + interval '1 h', now() + interval '1 h'
       from sessions, generate_series(1, 200) n where user_id = $1`,
      [userId],
    );
    await server.sql('delete from sessions where user_id = $1', [userId]);
    await expect.poll(() => Math.min(receiver.received.length, other.received.length), soon).toBeGreaterThan(5);

    const answers = await Promise.all([
      ask('DELETE', `/${deleted}`),
      ask('PATCH', `/${disabled}`, { status: 'disabled' }),
    ]);
    const counts = [receiver, other].map(({ received }) => received.length);
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 200]);
    expect([receiver, other].map(({ received }) => received.length)).toEqual(counts);
    expect(Math.max(...counts)).toBeLessThan(200);
    await ask('PATCH', `/${disabled}`, { status: 'active' });
    await expect.poll(() => new Set(other.ended()).size, soon).toBe(201);
    other.stop();
  });

  it('its deletion is answered within seven seconds, also while its receiver takes a request and does not answer', async () => {
    const { id } = await make();
    receiver.answering = () => {};
    await ending();
    await expect.poll(() => receiver.received.length, soon).toBe(1);
    const startedAt = performance.now();

    const { statusCode } = await ask('DELETE', `/${id}`);

    expect([statusCode, performance.now() - startedAt < 7_000]).toEqual([204, true]);
    await ending();
    expect(receiver.received).toHaveLength(1);
  });

  it('a rotated secret and the one before sign together, until the overlap is over', async () => {
    const { id, secret } = await make();
    const rotated = await ask('POST', `/${id}/secret`, { overlapSeconds: 60 });
    const fresh = rotated.json<Made>().secret;
    keep(fresh);

    await ending();
    await expect.poll(() => receiver.received.length, soon).toBe(1);
    await server.sql('update webhook_endpoints set previous_secret_until = now()');
    await ending();
    await expect.poll(() => receiver.received.length, soon).toBe(2);

    const [during, after] = receiver.received.map(({ text, headers }) =>
      [secret, fresh].map((each) => {
        try {
          return new Webhook(each).verify(text, headers) !== undefined;
        } catch {
          return false;
        }
      }),
    );
    expect([during, after]).toEqual([
      [true, true],
      [false, true],
    ]);
    expect(fresh).not.toBe(secret);
  });

  it('takes a secret that is brought along', async () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    await make({ secret });

    await ending();
    await expect.poll(() => receiver.received.length, soon).toBe(1);

    const [{ text, headers }] = receiver.received as [(typeof receiver.received)[0]];
    expect(new Webhook(secret).verify(text, headers)).toMatchObject({ type: 'session.ended' });
  });

  it.each([
    ['23 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['no prefix', Buffer.alloc(32).toString('base64')],
    ['another alphabet', `whsec_${'-_'.repeat(16)}`],
    ['a line break', `whsec_${Buffer.alloc(24).toString('base64')}\n`],
    ['no text', 7],
  ])('400 for a secret of %s, which the answer does not repeat', async (_, secret) => {
    const answer = await ask('POST', '', { url: receiver.url, secret });

    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      400,
      'secret: must be whsec_ and base64 of 24 to 64 bytes',
    ]);
  });

  it.each([
    [{ types: ['session.deleted'] }],
    [{ types: 'session.ended' }],
    [{ types: ['session.ended', 'session.ended'] }],
    [{ description: 'a\u202eb' }],
    [{ status: 'deleted' }],
    [{ since: '1-0-0' }],
    [{ applicationId: 'x' }],
  ])('400 for %j', async (fields) => {
    expect((await ask('POST', '', { url: receiver.url, ...fields })).statusCode).toBe(400);
  });

  it('400 for one more than fifty of an application', async () => {
    for (let made = 0; made < 50; made++) await make();

    expect((await ask('POST', '', { url: receiver.url })).json()).toMatchObject({
      status: 400,
      detail: 'An application has at most 50 webhooks.',
    });
  });

  it('bad S8 404 for another application’s, and for that of all, to whoever administers one', async () => {
    const application = await server.post('/api/v1/admin/applications', both(bearer(token), json({ name: 'Other' })));
    const { id: applicationId } = application.json<{ id: string }>();
    await server.post(
      `/api/v1/admin/users?applicationId=${applicationId}`,
      both(bearer(token), json({ username: 'chief@example.test', password: PASSWORD, roles: ['admin'] })),
    );
    const { token: chief } = await server.logInAs({ login: 'chief@example.test', password: PASSWORD, applicationId });
    const foreign = [(await make()).id, (await make({ applicationId: null })).id];
    const own = (await ask('POST', '', { url: receiver.url }, chief)).json<{
      id: string;
      applicationId: string;
      secret: string;
    }>();
    keep(own.secret);
    const delivery = NOBODY;

    const answers = await Promise.all(
      foreign.flatMap((id) => [
        ask('GET', `/${id}`, undefined, chief),
        ask('PATCH', `/${id}`, { status: 'disabled' }, chief),
        ask('DELETE', `/${id}`, undefined, chief),
        ask('POST', `/${id}/secret`, {}, chief),
        ask('POST', `/${id}/test`, undefined, chief),
        ask('GET', `/${id}/deliveries`, undefined, chief),
        ask('POST', `/${id}/deliveries/replay`, undefined, chief),
        ask('POST', `/${id}/deliveries/${delivery}/replay`, undefined, chief),
      ]),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 404));
    expect(own.applicationId).toBe(applicationId);
    expect((await ask('GET', '', undefined, chief)).json()).toMatchObject({ webhooks: [{ id: own.id }] });
    expect((await ask('POST', '', { url: receiver.url, applicationId: null }, chief)).statusCode).toBe(403);
    expect((await ask('GET', '')).json<{ webhooks: unknown[] }>().webhooks).toHaveLength(3);
  });

  it('a service key with the scope admin may do the same, one with another 403', async () => {
    const key = await server.serviceKey(['admin']);
    const other = await server.serviceKey(['events']);

    const made = await ask('POST', '', { url: receiver.url, applicationId: null }, key);
    keep(made.json<Made>().secret);

    expect([made.statusCode, (await ask('GET', '', undefined, key)).statusCode]).toEqual([201, 200]);
    expect((await ask('GET', '', undefined, other)).json()).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
  });
});

describe('a test delivery', () => {
  it('is sent at once, also to a disabled endpoint, and the answer says what came of it', async () => {
    const { id, secret } = await make();
    await ask('PATCH', `/${id}`, { status: 'disabled' });

    const good = await ask('POST', `/${id}/test`);
    receiver.answering = (answer) => void answer.writeHead(302, { location: receiver.url }).end();
    const bad = await ask('POST', `/${id}/test`);

    expect(good.json()).toMatchObject({ type: 'webhook.test', status: 'delivered', attempts: 1, lastStatus: 204 });
    expect(bad.json()).toMatchObject({ status: 'dead', lastStatus: 302, lastError: 'redirects are not followed' });
    const [{ text, headers }] = receiver.of('webhook.test') as [(typeof receiver.received)[0]];
    expect(new Webhook(secret).verify(text, headers)).toMatchObject({ type: 'webhook.test', data: {} });
  });

  it('bad S12 429 with Retry-After after five a minute, also all at once', async () => {
    const { id } = await make();

    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('POST', `/${id}/test`)));

    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(5);
    expect(refused.map(({ headers }) => headers['retry-after'])).toEqual(Array.from({ length: 7 }, () => '60'));
    expect(refused[0]!.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(receiver.received).toHaveLength(5);
    await server.sql(`update webhook_endpoints set tests_since = now() - interval '1 minute'`);
    expect((await ask('POST', `/${id}/test`)).statusCode).toBe(200);
  });
});

describe('the log', () => {
  it('comes in pages, newest first', async () => {
    const { id } = await make();
    for (let sent = 0; sent < 3; sent++) await ask('POST', `/${id}/test`);
    const whole = await deliveries(id);

    const first = (await ask('GET', `/${id}/deliveries?limit=2`)).json<{ deliveries: Delivery[]; next: string }>();
    const second = (await ask('GET', `/${id}/deliveries?limit=2&after=${first.next}`)).json<{
      deliveries: Delivery[];
      next: null;
    }>();

    expect([first.deliveries.length, second.deliveries.length, second.next]).toEqual([2, 1, null]);
    expect([...first.deliveries, ...second.deliveries]).toEqual(whole);
  });

  it('404 for what is not there, 400 for what is no id or status', async () => {
    const { id } = await make();

    const answers = await Promise.all([
      ask('POST', `/${id}/deliveries/${NOBODY}/replay`),
      ask('GET', `/${NOBODY}/deliveries`),
      ask('GET', '/x/deliveries'),
      ask('GET', `/${id}/deliveries?status=lost`),
    ]);

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 400, 400]);
  });
});

it('metrics count what was delivered, what failed, and what waits', async () => {
  await make();
  await ending();
  await expect.poll(() => receiver.received.length, soon).toBe(1);

  const metrics = await server.get('/metrics', bearer(token));

  expect(metrics.body).toMatch(/^curfew_webhook_deliveries_total\{outcome="delivered"\} [1-9]/m);
  expect(metrics.body).toMatch(/^curfew_webhook_deliveries_total\{outcome="failed"\} [1-9]/m);
  expect(metrics.body).toMatch(/^curfew_webhook_seconds_count [1-9]/m);
  expect(metrics.body).toMatch(/^curfew_webhooks_pending \d/m);
});
