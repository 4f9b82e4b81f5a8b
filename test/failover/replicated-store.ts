import { hash } from '@node-rs/argon2';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from '../../migrations/index.js';
import { prepareDatabase } from '../../src/database/database-preparation.js';
import { NodeProcess } from '../node-process.js';
import { PASSWORD } from '../server.js';
import { DATABASE, PostgresServer } from './postgres-server.js';

/** As many as the load has, and one more that it leaves alone. */
export const USERS = 60;
/** A start is waited for, however busy the machine is. */
export const START_MS = 100_000;
const NODES = 3;

/** Two servers in synchronous replication, and nodes that know the addresses of both. */
export class ReplicatedStore {
  private readonly servers: PostgresServer[];
  readonly nodes: NodeProcess[] = [];

  private constructor(
    private readonly folder: string,
    readonly first: PostgresServer,
    readonly second: PostgresServer,
  ) {
    this.servers = [first, second];
  }

  /** The first is the primary, the second its standby; both run, and tables and users are there. */
  static async start(): Promise<ReplicatedStore> {
    const folder = await mkdtemp(join(tmpdir(), 'curfew-failover-'));
    await chmod(folder, 0o755);
    const first = await PostgresServer.create(folder, 'first');
    await first.start();
    await first.sql(`create database ${DATABASE}`, [], 'postgres');
    await prepareDatabase(first.url, MIGRATIONS, true, () => {});
    await first.end('fast');
    const second = await first.copy('second');
    await second.follow(first, 'second');
    await first.set({ synchronous_standby_names: 'second' });
    const store = new ReplicatedStore(folder, first, second);
    await Promise.all(store.servers.map((server) => server.start()));
    return store;
  }

  /** Both, the first one first, as libpq writes it. */
  get url(): string {
    return `postgres://curfew@${this.first.address},${this.second.address}/${DATABASE}?target_session_attrs=read-write`;
  }

  async boot(settings: NodeJS.ProcessEnv = {}): Promise<NodeProcess> {
    return NodeProcess.boot(
      { DATABASE_URL: this.url, LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...settings },
      this.folder,
    );
  }

  /** The first node makes administrator and application, then the users are made, then come the others. */
  async bootNodes(): Promise<void> {
    this.nodes.push(await this.boot());
    await this.nodes[0]!.ready(START_MS);
    await this.makeUsers();
    while (this.nodes.length < NODES) this.nodes.push(await this.boot());
    await Promise.all(this.nodes.map((node) => node.ready(START_MS)));
  }

  async stop(): Promise<void> {
    NodeProcess.killAll();
    await Promise.all(this.servers.map((server) => server.end('killed')));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Users whose password costs next to nothing to check: logins are to be many. */
  private async makeUsers(): Promise<void> {
    const cheap = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await this.first.sql(
      `with made as (
         insert into users (id, application_id, username, password_hash)
         select gen_random_uuid(), applications.id, 'user' || n, $1 from applications, generate_series(0, $2::integer) as n
         returning id, application_id, username
       )
       insert into identities (application_id, name, user_id) select application_id, username, id from made`,
      [cheap, USERS],
    );
  }
}
