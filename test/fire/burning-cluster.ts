import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { NodeProcess } from '../node-process.js';

/** Three nodes on one database, each of which may die at any moment; and a way in that survives it. */
export class BurningCluster {
  private readonly nodes: (NodeProcess | undefined)[] = [];
  private turn = 0;

  private constructor(
    readonly databaseUrl: string,
    private readonly folder: string,
    private readonly settings: NodeJS.ProcessEnv,
  ) {}

  static async start(size: number, settings: NodeJS.ProcessEnv): Promise<BurningCluster> {
    const url = new URL(inject('templateUrls')[0]!);
    const name = `fire_${randomBytes(4).toString('hex')}`;
    await ask(
      Object.assign(new URL(url), { pathname: '/postgres' }).href,
      `create database ${name} template ${url.pathname.slice(1)}`,
    );
    const databaseUrl = Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const cluster = new BurningCluster(databaseUrl, await mkdtemp(join(tmpdir(), 'curfew-fire-')), settings);
    for (let place = 0; place < size; place++) await cluster.boot(place);
    return cluster;
  }

  async boot(place: number): Promise<void> {
    const node = await NodeProcess.boot(
      { DATABASE_URL: this.databaseUrl, LOG_LEVEL: 'warn', ...this.settings },
      this.folder,
    );
    await node.ready();
    this.nodes[place] = node;
  }

  /** As when the power goes: nothing is finished and nobody is told. */
  async kill(place: number): Promise<void> {
    const node = this.nodes[place]!;
    this.nodes[place] = undefined;
    node.child.kill('SIGKILL');
    await node.exit;
  }

  /** One back end dies of SIGKILL: PostgreSQL throws all others out and recovers from its log, as after a crash. */
  async crashDatabase(): Promise<void> {
    const [row] = await this.sql<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'curfew' limit 1`,
    );
    process.kill(row!.pid, 'SIGKILL');
  }

  /** The next living node, in turn. */
  origin(): string {
    for (;;) {
      const node = this.nodes[this.turn++ % this.nodes.length];
      if (node) return node.origin;
    }
  }

  sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return ask<Row>(this.databaseUrl, text, values);
  }

  stop(): void {
    NodeProcess.killAll();
  }
}

async function ask<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(url).on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
