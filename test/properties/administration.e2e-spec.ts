import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf } from '../../src/app.openapi.js';
import { FRAMING } from '../bad-input/framing.js';
import { listen, rawRequest } from '../raw-request.js';
import { ADMIN, TestServer } from '../server.js';
import { askAtRandom, IS_THOROUGH, MINUTES, nameOf, PATIENCE_MS, REQUESTS } from './asking.js';
import { Caller } from './caller.js';
import { operationsUnder, type Operation } from './operations.js';
import { bytesOfAttempt } from './requests.js';
import { makeTenant, type Tenant } from './tenant.js';

/** Deliveries come with time, and with an endpoint that can be reached; a deletion needs the confirmation of a dry run. */
const NEEDS_MORE = [
  'DELETE /api/v1/admin/applications/{id}',
  'POST /api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay',
];

let server: TestServer;
let port: number;
let operations: Operation[];
let admin: Caller;
beforeAll(async () => {
  server = await TestServer.start();
  port = await listen(server.app);
  admin = Caller.of(server, ADMIN);
  const { document } = documentsOf(server.app, server.environment)[0]!;
  operations = operationsUnder('/api/v1/admin/', document);
});
afterAll(() => server.stop());

interface Asked {
  asked: number;
  /** Operations that refused whatever was asked of them: nothing was shown of those. */
  neverServed: string[];
}

/** Asks every operation its share of the requests, each beside a tenant of its own; throws the smallest that was answered wrongly. */
async function askAll(callerAt: (tenant: Tenant) => Caller, requests: number): Promise<Asked> {
  const numRuns = Math.ceil(requests / operations.length);
  const neverServed: string[] = [];
  let asked = 0;
  for (const operation of operations) {
    const tenant = await makeTenant(server, admin);
    const statuses = await askOne(operation, callerAt(tenant), tenant, numRuns);
    if (statuses.every((status) => status >= 400)) neverServed.push(nameOf(operation));
    asked += statuses.length;
  }
  return { asked, neverServed };
}

async function askOne(operation: Operation, caller: Caller, { known }: Tenant, numRuns: number): Promise<number[]> {
  return askAtRandom(operation, known, numRuns, async (attempt) => {
    const authorization = `Bearer ${await caller.token()}`;
    const bytes = bytesOfAttempt({ ...attempt, headers: { ...attempt.headers, authorization } });
    return (await rawRequest(port, bytes, PATIENCE_MS))[0];
  });
}

/** What nobody but its owners may change: everything of the first application, but what use itself changes. */
async function belongingsOfOthers(): Promise<string> {
  const [row] = await server.sql<{ digest: string }>(`
    with home as (select * from applications order by created_at, id limit 1)
    select md5(concat(
      (select home::text from home),
      (select string_agg(users::text, ' ' order by users.id) from users, home where application_id = home.id),
      (select string_agg(concat(sessions.id, secret_hash, expires_at), ' ' order by sessions.id)
         from sessions, home where application_id = home.id),
      (select string_agg(concat(service_keys.id, secret_hash, scopes), ' ' order by service_keys.id)
         from service_keys, home where application_id is null or application_id = home.id)
    )) as digest`);
  return row!.digest;
}

describe('every operation of administration, asked at random', () => {
  it(
    'bad B bad Q bad H asvs 2.2.1 asvs 8.4.1 never 500 to the administrator of one application, and nothing of another is touched',
    async () => {
      const bystander = await server.logIn('bystander@example.test');
      await admin.token();
      const before = await belongingsOfOthers();

      const { asked } = await askAll(({ head }) => Caller.of(server, head), REQUESTS / 2);

      expect(asked).toBeGreaterThanOrEqual(REQUESTS / 2);
      expect(await belongingsOfOthers()).toBe(before);
      expect(await server.statusOfSession(bystander.token)).toBe(200);
    },
    10 * MINUTES,
  );

  it(
    'bad B bad Q bad H asvs 16.5.1 never 500 to the administrator of all, and the server lives on',
    async () => {
      const { asked, neverServed } = await askAll(() => admin, REQUESTS / 2);

      expect(asked).toBeGreaterThanOrEqual(REQUESTS / 2);
      expect(IS_THOROUGH ? neverServed.toSorted() : NEEDS_MORE).toEqual(NEEDS_MORE);
      expect((await server.get('/health/ready')).statusCode).toBe(200);
    },
    10 * MINUTES,
  );

  it(
    'bad H every odd method and framing is answered as for a stranger, at every path',
    async () => {
      const paths = [...new Set(operations.filter(({ method }) => method === 'GET').map(({ path }) => path))];
      const wrong: string[] = [];

      for (const path of paths.map((each) => each.replaceAll(/\{\w+\}/g, '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'))) {
        for (const { title, make, statuses } of FRAMING) {
          const answers = (await rawRequest(port, make(path))).map(({ status }) => status);
          if (String(answers) !== String(statuses)) wrong.push(`${title} ${path}: ${answers.join(' ')}`);
        }
      }

      expect(wrong).toEqual([]);
    },
    5 * MINUTES,
  );
});
