import { DataSource, type DataSourceOptions } from 'typeorm';
import { PostgresAddress } from './postgres-address.js';
import { PrimaryClient } from './primary-client.js';
import { Primary } from './primary.js';

/** What the connection to PostgreSQL is told, by server and migrations alike. */
interface PostgresTimes {
  connectMs: number;
  /** The server gives up first, so that a late statement cannot act after its caller went away. */
  statementMs: number;
  queryMs: number;
  idleInTransactionMs: number;
}

export const POSTGRES_TIMES: PostgresTimes = {
  connectMs: 1_000,
  statementMs: 1_500,
  queryMs: 1_800,
  idleInTransactionMs: 5_000,
};

/** Background work that rests inside its transaction rests no longer: the store ends what idles there. */
export const LONGEST_REST_MS = 4_000;

/** Connections of one node beside the two that carry the checks. */
export const POOL_SIZE = 10;

/** Connections of one node for work that no request waits for. */
export const BACKGROUND_POOL_SIZE = 2;

/** What such work may take: it waits for nobody, and nobody for it. */
export const BACKGROUND_TIMES: Pick<PostgresTimes, 'statementMs' | 'queryMs'> = { statementMs: 5_000, queryMs: 6_000 };

/** How a connection is made. */
export interface Connecting {
  applicationName?: string;
  /** Settings of the planner, as the server's command line takes them. */
  plans?: string;
  /** Behind a pooler nothing is told at the start: there the role's defaults stand for it. */
  isPooled?: boolean;
}

/** The driver's settings of one connection to the primary: a dead store is noticed within two seconds. */
export function connectionOptions(url: string, { applicationName = 'curfew', plans = '', isPooled }: Connecting = {}) {
  const { connectionString, given } = addressOf(url);
  return {
    ...linkOptions(connectionString, applicationName),
    ...(!isPooled && {
      options: `${given} -c TimeZone=UTC ${plans}`.trim(),
      statement_timeout: POSTGRES_TIMES.statementMs,
      idle_in_transaction_session_timeout: POSTGRES_TIMES.idleInTransactionMs,
    }),
    // A pool makes its connections of this, from these very settings; the types know of none.
    Client: PrimaryClient as unknown as new () => PrimaryClient,
    primary: primaryOf(url),
  } as const;
}

/** What this process knows of the servers that an address names: all its connections are made by it. */
export function primaryOf(url: string): Primary {
  const { address, connectionString } = addressOf(url);
  // Told nothing at the start, so that it passes through any pooler; what it asks takes no time.
  return Primary.of(address, {
    ...linkOptions(connectionString, 'curfew lookout'),
    query_timeout: POSTGRES_TIMES.connectMs,
  });
}

function addressOf(url: string) {
  const address = PostgresAddress.parse(url);
  if (!address) throw new Error('This is no address of a PostgreSQL.');
  const driven = new URL(address.url);
  // The driver lets what stands in the address replace ours; instants in another time zone would be read wrongly.
  const given = driven.searchParams.get('options') ?? '';
  driven.searchParams.delete('options');
  return { address, connectionString: driven.href, given };
}

function linkOptions(connectionString: string, applicationName: string) {
  return {
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: POSTGRES_TIMES.connectMs,
    query_timeout: POSTGRES_TIMES.queryMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  } as const;
}

/** Undefined and null in a `where` throw: older lines of TypeORM answered them with the first row. */
export function dataSourceOptions(
  url: string,
  parts: Pick<DataSourceOptions, 'entities' | 'migrations'> = {},
  isPooled = false,
): DataSourceOptions {
  return {
    type: 'postgres',
    poolSize: POOL_SIZE,
    entities: parts.entities ?? [],
    migrations: parts.migrations ?? [],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    extra: connectionOptions(url, { isPooled }),
  };
}

/** The same for migrations, which may take as long as they need. */
export function migrationOptions(
  url: string,
  parts: Pick<DataSourceOptions, 'entities' | 'migrations'>,
  isPooled = false,
): DataSourceOptions {
  const options = connectionOptions(url, { applicationName: 'curfew migrations', isPooled });
  const extra = { ...options, ...(!isPooled && { statement_timeout: 0 }), query_timeout: 0 };
  return { ...dataSourceOptions(url, parts), extra, poolSize: 2 } as DataSourceOptions;
}

/** A DataSource that also knows `xid8`, the type of the transaction id in `session_events`. */
export function createDataSource(options: DataSourceOptions): DataSource {
  const dataSource = new DataSource(options);
  dataSource.driver.supportedDataTypes.push('xid8' as never);
  return dataSource;
}
