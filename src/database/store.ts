import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { connectionOptions } from './postgres.options.js';
import { faultOf, SAFETY, safetyOf } from './store-safety.js';

/**
 * A statement that each connection prepares once; behind a pooler, which knows no names, it is planned each time. So is one
 * without a name, which was composed at run time: for its very values.
 */
export interface Statement {
  name?: string;
  text: string;
  /** The same question for where no settings of the planner are passed on. */
  pooledText?: string;
  /** How long its caller waits for it, where that is longer than usual. */
  patienceMs?: number;
}

/** A row as PostgreSQL wrote it: text or null, in the order of the select list. */
export type TextRow = (string | null)[];

/** Runs one statement: by itself in autocommit, or inside a transaction. */
export interface Run {
  (statement: Statement, values: unknown[]): Promise<TextRow[]>;
  /** At once in autocommit; in a transaction after its commit, and not at all where it is rolled back. */
  afterCommit(note: () => void): void;
}

/** One transaction, for statements and for TypeORM's repositories alike. */
export interface Transaction {
  run: Run;
  manager: EntityManager;
}

/** Statements of a node that may be in flight for checks at the same time. */
export const CHECK_LANES = 2;

// A check always goes by the primary key. A plan made while a table was small must not outlive its growth.
const CHECK_PLANS =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off';
const PING: Statement = { name: 'ping', text: 'select 1' };
const SETTINGS: Statement = { name: 'safety', text: SAFETY };

/** Named statements beside TypeORM. Checks have connections of their own, so that no other work can keep them waiting. */
@Injectable()
export class Store implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Autocommit, on the primary, over the lanes kept for checks. */
  readonly check: Run;
  /** Autocommit, on the primary, over the pool shared with TypeORM. */
  readonly run: Run;
  private readonly lanes: pg.Pool;
  private readonly pool: pg.Pool;

  constructor(
    url: string,
    private readonly dataSource: DataSource,
    private readonly isPooled: boolean,
  ) {
    const options = {
      ...connectionOptions(url, { applicationName: 'curfew checks', plans: CHECK_PLANS, isPooled }),
      max: CHECK_LANES,
      idleTimeoutMillis: 0,
    };
    // An idle connection that breaks is dropped by the pool; unheard, its error would end the process.
    this.lanes = new pg.Pool(options).on('error', () => {});
    this.pool = (dataSource.driver as PostgresDriver).master as pg.Pool;
    this.check = runOn(this.lanes, isPooled);
    this.run = runOn(this.pool, isPooled);
  }

  /**
   * All or nothing: rolled back when `work` throws. READ COMMITTED whatever the database's default: a statement after a
   * lock must see what was committed while it waited. A failure to commit leaves the outcome unknown and is thrown on.
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const notes: (() => void)[] = [];
    const result = await this.dataSource.transaction('READ COMMITTED', async (manager) => {
      const connection = (await manager.queryRunner!.connect()) as pg.PoolClient;
      return work({ manager, run: runOn(connection, this.isPooled, (note) => notes.push(note)) });
    });
    notes.forEach((note) => note());
    return result;
  }

  /** Connections by state, for the metrics. */
  connections(): Record<'checks' | 'shared', { total: number; idle: number; waiting: number }> {
    const count = (pool: pg.Pool) => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount });
    return { checks: count(this.lanes), shared: count(this.pool) };
  }

  /** Connected before the first request comes; where the store is away, requests say so one by one. */
  async onApplicationBootstrap(): Promise<void> {
    await Promise.allSettled([this.check(PING, []), this.check(PING, []), this.run(PING, [])]);
  }

  /** Why it must not keep sessions as it is set now; undefined where it may. Over the lanes of checks. Throws where it does not answer. */
  async fault(): Promise<string | undefined> {
    const [row] = await this.check(SETTINGS, []);
    return faultOf(safetyOf(row!));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lanes.end();
  }
}

/** A statement whose joins are by key. Planned each time they are made row by row: the planner moves no subquery with an offset. */
export function statementByKey(name: string, sql: (join: Join) => string): Statement {
  const text = sql((table, on) => `join ${table} on ${on}`);
  const pooledText = sql(
    (table, on) => `join lateral (select * from ${table} where ${on} offset 0) as ${table} on true`,
  );
  return { name, text, pooledText };
}

type Join = (table: string, on: string) => string;

const asText = { getTypeParser: () => (value: string) => value };

function runOn(
  connection: Pick<pg.Pool, 'query'>,
  isPooled: boolean,
  afterCommit: Run['afterCommit'] = (note) => note(),
): Run {
  const run = async ({ name, text, pooledText = text, patienceMs }: Statement, values: unknown[]) => {
    const what = isPooled || name === undefined ? { text: pooledText } : { name, text };
    const query = { ...what, values, query_timeout: patienceMs, rowMode: 'array', types: asText };
    const { rows } = await connection.query<TextRow>(query as unknown as pg.QueryArrayConfig);
    return rows;
  };
  return Object.assign(run, { afterCommit });
}
