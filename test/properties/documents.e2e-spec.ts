import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentsOf } from '../../src/app.openapi.js';
import { listen, rawRequest, type RawAnswer } from '../raw-request.js';
import { TestServer } from '../server.js';
import { makeTenant, makeUser, type Tenant } from '../wires.js';
import { askAtRandom, MINUTES, nameOf, PATIENCE_MS, REQUESTS } from './asking.js';
import { Bystanders } from './bystanders.js';
import { GROUPS, type RouteGroup } from './groups.js';
import { operationsUnder, type Operation } from './operations.js';
import { bytesOfAttempt, type Attempt, type Known } from './requests.js';

let server: TestServer;
let port: number;
let bystanders: Bystanders;
beforeAll(async () => {
  server = await TestServer.start();
  port = await listen(server.app);
  bystanders = await Bystanders.in(server);
});
beforeEach(() => server.sql('delete from login_attempts'));
afterAll(() => server.stop());

function operationsOf({ document: path, has }: RouteGroup): Operation[] {
  const { document } = documentsOf(server.app, server.environment).find((each) => each.path === path)!;
  return operationsUnder('/', document).filter(has);
}

/** An application with a user, on which refusals are statuses whatever the wire. */
async function tenantOf({ name, known }: RouteGroup): Promise<{ tenant: Tenant; known: Known }> {
  const tenant = await makeTenant(server, name.replaceAll(/\W+/g, '-').toLowerCase(), { isRegistrationOpen: true });
  await server.sql(`update applications set wires = '{"elvis":{"sendServiceErrorAsJson":false}}' where id = $1`, [
    tenant.id,
  ]);
  const user = await makeUser(server, tenant, 'member@example.test');
  return { tenant, known: { applications: [tenant.id], users: [user], Users: [user], ...known?.(tenant) } };
}

const withAllKnown = (operation: Operation, known: Known): Operation => ({
  ...operation,
  parameters: operation.parameters.map((each) => ({ ...each, required: each.required === true || each.name in known })),
});

it('every document is asked, administration beside this file', () => {
  const documents = documentsOf(server.app, server.environment);
  const all = documents.flatMap(({ document }) => operationsUnder('/', document));
  const asked = new Set(GROUPS.flatMap(operationsOf).map(nameOf));

  const others = all.map(nameOf).filter((name) => !asked.has(name) && !name.includes('/api/v1/admin/'));

  expect(others).toEqual(['GET /api/v1/events/stream', 'GET /health/live', 'GET /health/ready', 'GET /metrics']);
});

/** Asks each operation of a group its share of the requests; throws the smallest that was answered wrongly. */
async function askAll(group: RouteGroup): Promise<number[]> {
  const operations = operationsOf(group);
  const { tenant, known } = await tenantOf(group);
  const caller = group.callerAt(server, tenant);
  const send = async (attempt: Attempt): Promise<RawAnswer | undefined> => {
    const bytes = bytesOfAttempt(group.address(attempt, tenant, await caller.token()));
    return (await rawRequest(port, bytes, PATIENCE_MS))[0];
  };
  const statuses: number[] = [];
  for (const operation of operations.map((each) => withAllKnown(each, known))) {
    await server.sql('delete from login_attempts');
    statuses.push(...(await askAtRandom(operation, known, Math.ceil(REQUESTS / operations.length), send)));
  }
  return statuses;
}

describe.each(GROUPS)('$name, asked at random', (group) => {
  it(
    'bad B bad Q bad H asvs 2.2.1 never 500, nobody else is touched, and the server lives on',
    async () => {
      const before = await bystanders.belongings();

      const statuses = await askAll(group);

      expect(statuses.length).toBeGreaterThanOrEqual(REQUESTS);
      expect(statuses.filter((status) => status < 400).length).toBeGreaterThan(0);
      expect(await bystanders.ended()).toEqual([]);
      expect(await bystanders.belongings()).toBe(before);
      expect((await server.get('/health/ready')).statusCode).toBe(200);
    },
    10 * MINUTES,
  );
});
