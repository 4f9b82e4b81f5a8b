import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from './wires.js';

const LOGIN = 'same@example.test';

let server: TestServer;
let tenants: Tenant[];
beforeAll(async () => {
  server = await TestServer.start();
  // Newest wins on one wire only: here many tokens of one user live side by side.
  const settings = { parallelSessions: { policy: 'unlimited' } };
  tenants = [
    await makeTenant(server, 'first', settings),
    await makeTenant(server, 'second', settings),
    await makeTenant(server, 'third', settings),
  ];
  for (const [place, tenant] of tenants.entries()) {
    await makeUser(server, tenant, LOGIN);
    await makeUser(server, tenant, `only-${place}@example.test`);
  }
});
afterAll(() => server.stop());

const pairs = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [a, b] as const));
const wires = WIRE_CLIENTS.filter(({ contract }) => contract !== 'native');

describe.each(WIRE_CLIENTS)('$contract', (client) => {
  it.each(pairs)('a user of application %i logs in at application %i if it is the same', async (a, b) => {
    const answer = await client.logIn(server, tenants[b]!, `only-${a}@example.test`);

    expect(answer.statusCode).toBeLessThan(500);
    expect(client.tokenOf(answer) !== undefined).toBe(a === b);
  });

  it('the same name is another user in each application', async () => {
    const ids = await Promise.all(
      tenants.map(async (tenant) => {
        const token = await tokenFrom(client, server, tenant, LOGIN);
        return (await server.get('/api/v1/auth/session', { headers: { authorization: `Bearer ${token}` } })).json<{
          user: { id: string };
          session: { applicationId: string };
        }>();
      }),
    );

    expect(new Set(ids.map(({ user }) => user.id)).size).toBe(3);
    expect(ids.map(({ session }) => session.applicationId)).toEqual(tenants.map(({ id }) => id));
  });
});

describe.each(wires)('$contract', (client) => {
  it.each(pairs)('asvs 8.4.1 a token of application %i lives at application %i if it is the same', async (a, b) => {
    const token = await tokenFrom(client, server, tenants[a]!, LOGIN);

    const answer = await client.ask(server, tenants[b]!, token);

    expect(answer.statusCode).toBeLessThan(500);
    expect(client.isLive(answer)).toBe(a === b);
  });

  it('a logout at another application leaves the session alone', async () => {
    const token = await tokenFrom(client, server, tenants[0]!, LOGIN);

    await client.logOut(server, tenants[1]!, token);

    expect(client.isLive(await client.ask(server, tenants[0]!, token))).toBe(true);
  });

  it.each(WIRE_CLIENTS)('a token that $contract issued lives here if it is the same wire', async (issuer) => {
    const token = await tokenFrom(issuer, server, tenants[0]!, LOGIN);

    const answer = await client.ask(server, tenants[0]!, token);

    expect(answer.statusCode).toBeLessThan(500);
    expect(client.isLive(answer)).toBe(issuer.contract === client.contract);
  });
});
