import type { TestServer } from '../server.js';
import { makeTenant, makeUser, tokenFrom, WIRE_CLIENTS, type Tenant } from '../wires.js';

/** People of another application, one session of each contract, whom nothing that others ask may touch. */
export class Bystanders {
  private constructor(
    private readonly server: TestServer,
    private readonly tenant: Tenant,
    private readonly tokens: ReadonlyMap<string, string>,
  ) {}

  static async in(server: TestServer): Promise<Bystanders> {
    const tenant = await makeTenant(server, 'bystanders', { parallelSessions: { policy: 'unlimited' } });
    await makeUser(server, tenant, 'bystander@example.test');
    const tokens = new Map<string, string>();
    for (const client of WIRE_CLIENTS)
      tokens.set(client.contract, await tokenFrom(client, server, tenant, 'bystander@example.test'));
    return new Bystanders(server, tenant, tokens);
  }

  /** The contracts on which their session is not known any more. */
  async ended(): Promise<string[]> {
    const answers = await Promise.all(
      WIRE_CLIENTS.map(async (client) =>
        client.isLive(await client.ask(this.server, this.tenant, this.tokens.get(client.contract)!)),
      ),
    );
    return WIRE_CLIENTS.filter((_, place) => !answers[place]).map(({ contract }) => contract);
  }

  /** All that is theirs, but what use itself changes. */
  async belongings(): Promise<string> {
    const [row] = await this.server.sql<{ digest: string }>(
      `select md5(concat(
         (select applications::text from applications where id = $1),
         (select string_agg(users::text, ' ' order by id) from users where application_id = $1),
         (select string_agg(concat(id, secret_hash, expires_at), ' ' order by id) from sessions where application_id = $1)
       )) as digest`,
      [this.tenant.id],
    );
    return row!.digest;
  }
}
