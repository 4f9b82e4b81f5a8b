import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { BACKGROUND_POOL_SIZE, BACKGROUND_TIMES, connectionOptions } from './postgres.options.js';

/** Runs one statement and answers its rows, as the driver reads them. */
export interface Sql {
  <Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** Connections for work that no request waits for: it takes none from those that do. Lazy: a store that is away fails a statement, not the start. */
@Injectable()
export class BackgroundStore implements OnApplicationShutdown {
  /** One statement in autocommit, on the primary. */
  readonly run: Sql;
  private readonly pool: pg.Pool;

  constructor(url: string, isPooled: boolean) {
    const { statementMs, queryMs } = BACKGROUND_TIMES;
    const pool = new pg.Pool({
      ...connectionOptions(url, { applicationName: 'curfew background', isPooled }),
      connectionTimeoutMillis: queryMs,
      query_timeout: queryMs,
      ...(!isPooled && { statement_timeout: statementMs }),
      max: BACKGROUND_POOL_SIZE,
    });
    // Unheard, a connection that breaks would end the process, whether it is idle or in the middle of a transaction.
    this.pool = pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
    this.run = runOn(this.pool);
  }

  /** All or nothing, READ COMMITTED: rolled back when `work` throws. A failure to commit leaves the outcome unknown and is thrown on. */
  async transaction<T>(work: (run: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin isolation level read committed');
      const result = await work(runOn(client));
      await client.query('commit');
      return result;
    } catch (error) {
      // A connection on which not even that works is not given to the next.
      failure = await client.query('rollback').then(
        () => undefined,
        (broken: Error) => broken,
      );
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** Connections by state, for the metrics. */
  connections(): { total: number; idle: number; waiting: number } {
    return { total: this.pool.totalCount, idle: this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** The same within a transaction of the shared pool, for what a request waits for. */
export function sqlOf({ queryRunner }: EntityManager): Sql {
  return async <Row extends object>(text: string, values?: unknown[]) => {
    const { records } = await queryRunner!.query(text, values, true);
    return records as Row[];
  };
}

function runOn(connection: Pick<pg.Pool, 'query'>): Sql {
  return async <Row extends object>(text: string, values?: unknown[]) => {
    const { rows } = await connection.query<Row>(text, values);
    return rows;
  };
}
