import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionSweeper } from '../src/session/session-sweeper.js';
import { bearer, both, json, PASSWORD, TestServer, holdSweepers } from './server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from './wires.js';

let server: TestServer;
let tenant: Tenant;
beforeAll(async () => {
  holdSweepers();
  server = await TestServer.start();
  tenant = await makeTenant(server, 'shop', { parallelSessions: { policy: 'unlimited' } });
});
afterAll(() => server.stop());

const wires = WIRE_CLIENTS.filter(({ contract }) => contract !== 'native');
const freshUser = async (): Promise<{ login: string; userId: string }> => {
  const login = `${randomUUID()}@example.test`;
  return { login, userId: await makeUser(server, tenant, login) };
};
const events = (userId: string) =>
  server.sql(
    `select contract, cause from session_events where user_id = $1 and type = 'session.ended' order by contract`,
    [userId],
  );

/** One living token of each contract, of one user. */
async function everywhere(login: string): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const client of WIRE_CLIENTS) tokens.set(client.contract, await tokenFrom(client, server, tenant, login));
  return tokens;
}

/** The contracts on which a token is alive, each asked at its own door. */
async function alive(tokens: Map<string, string>): Promise<string[]> {
  const states = await Promise.all(
    WIRE_CLIENTS.map(async (client) => client.isLive(await client.ask(server, tenant, tokens.get(client.contract)!))),
  );
  return WIRE_CLIENTS.filter((_, place) => states[place]).map(({ contract }) => contract);
}

describe.each(wires)('$contract', (client) => {
  it('asvs 7.4.1 a token logged out on its wire is dead there and on our own routes, with one event', async () => {
    const { login, userId } = await freshUser();
    const token = await tokenFrom(client, server, tenant, login);
    const before = [client.isLive(await client.ask(server, tenant, token)), await server.statusOfSession(token)];

    await client.logOut(server, tenant, token);

    expect(before).toEqual([true, 200]);
    expect([client.isLive(await client.ask(server, tenant, token)), await server.statusOfSession(token)]).toEqual([
      false,
      401,
    ]);
    expect(await events(userId)).toEqual([{ contract: client.contract, cause: 'logout' }]);
  });

  it('a token logged out on our own routes is dead on its wire, and no other session ends', async () => {
    const { login } = await freshUser();
    const tokens = await everywhere(login);

    await server.post('/api/v1/auth/logout', bearer(tokens.get(client.contract)!));

    expect(await alive(tokens)).toEqual(
      WIRE_CLIENTS.map(({ contract }) => contract).filter((contract) => contract !== client.contract),
    );
  });

  it('P3 a store that is away is never a dead token: no answer says so, and no cookie changes', async () => {
    const { login } = await freshUser();
    const token = await tokenFrom(client, server, tenant, login);
    await server.sql('begin');
    await server.sql('lock table sessions in access exclusive mode');

    const answers = await Promise.all([client.ask(server, tenant, token), client.logOut(server, tenant, token)]);

    await server.sql('rollback');
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(
      client.contract === 'backendless' ? [500, 500] : [503, 503],
    );
    expect(answers.map(({ headers }) => headers['set-cookie'])).toEqual([undefined, undefined]);
    expect(client.isLive(await client.ask(server, tenant, token))).toBe(true);
  });
});

describe('the sessions of all wires end', () => {
  const all = WIRE_CLIENTS.map(({ contract }) => contract).toSorted();

  it('when the user is disabled', async () => {
    const { login, userId } = await freshUser();
    const tokens = await everywhere(login);
    const { token } = await server.logInAdmin();

    const before = await alive(tokens);
    await server.patch(
      `/api/v1/admin/users/${userId}?applicationId=${tenant.id}`,
      both(bearer(token), json({ status: 'disabled' })),
    );

    expect([before.length, await alive(tokens)]).toEqual([WIRE_CLIENTS.length, []]);
    expect(await events(userId)).toEqual(all.map((contract) => ({ contract, cause: 'user_disabled' })));
  });

  it('when the password is changed on our own routes, but for the one that changed it', async () => {
    const { login, userId } = await freshUser();
    const tokens = await everywhere(login);

    await server.post(
      '/api/v1/auth/password',
      both(
        bearer(tokens.get('native')!),
        json({ currentPassword: PASSWORD, newPassword: 'seven silent owls at midnight' }),
      ),
    );

    expect(await alive(tokens)).toEqual([]); // The native one was rotated: its old token is dead too.
    expect(await events(userId)).toEqual(
      all.filter((contract) => contract !== 'native').map((contract) => ({ contract, cause: 'password_changed' })),
    );
  });

  it('when the user logs out everywhere on our own routes', async () => {
    const { login, userId } = await freshUser();
    const tokens = await everywhere(login);

    await server.post('/api/v1/auth/logout', both(bearer(tokens.get('native')!), json({ scope: 'all' })));

    expect(await alive(tokens)).toEqual([]);
    expect(await events(userId)).toEqual(all.map((contract) => ({ contract, cause: 'logout_all' })));
  });

  it('when an administrator logs everyone of the application out', async () => {
    const { login, userId } = await freshUser();
    const tokens = await everywhere(login);

    const { token } = await server.logInAdmin();

    const before = await alive(tokens);
    await server.post(
      `/api/v1/admin/applications/${tenant.id}/sessions/end`,
      both(bearer(token), json({ reason: 'A laptop was stolen' })),
    );

    expect([before.length, await alive(tokens)]).toEqual([WIRE_CLIENTS.length, []]);
    await server.app.get(SessionSweeper).sweep();
    expect(await events(userId)).toEqual(all.map((contract) => ({ contract, cause: 'application_logout' })));
  });
});
