import type { Sql } from '../../database/background-store.js';
import { BACKGROUND_POOL_SIZE, POOL_SIZE } from '../../database/postgres.options.js';
import { CHECK_LANES } from '../../database/store.js';
import { counted } from '../table.js';
import { bad, odd, well, type Finding } from './finding.js';

/** Connections that one node may hold: checks, the shared pool, background, the queue of webhooks. */
const A_NODE = CHECK_LANES + POOL_SIZE + BACKGROUND_POOL_SIZE + 2;
const RESERVE = 5;

interface Settings {
  version: string;
  number: number;
  encoding: string;
  isStandby: boolean;
  fsync: string;
  fullPageWrites: string;
  synchronousCommit: string;
  standbys: string;
  autovacuum: string;
  trackCounts: string;
  connections: number;
  nodes: number;
}

const SETTINGS = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         current_setting('server_encoding') as encoding, pg_is_in_recovery() as "isStandby",
         current_setting('fsync') as fsync, current_setting('full_page_writes') as "fullPageWrites",
         current_setting('synchronous_commit') as "synchronousCommit",
         current_setting('synchronous_standby_names') as standbys, current_setting('autovacuum') as autovacuum,
         current_setting('track_counts') as "trackCounts", current_setting('max_connections')::int as connections,
         (select ceil(count(*) / ${CHECK_LANES}.0)::int from pg_stat_activity
          where application_name = 'curfew checks' and datname = current_database()) as nodes`;

/** How the server is set: what it must be to keep an acknowledged logout, and what it should be. */
export async function checkSettings(sql: Sql): Promise<Finding[]> {
  const [found] = await sql<Settings>(SETTINGS);
  return [versionOf(found!), ...durabilityOf(found!), vacuumOf(found!), connectionsOf(found!)];
}

function versionOf({ version, number, encoding, isStandby }: Settings): Finding {
  const named = `PostgreSQL ${version}, ${encoding}`;
  if (number < 150_000) return bad('version', `${named} is too old.`, 'Use PostgreSQL 15 or newer.');
  if (encoding !== 'UTF8') return bad('encoding', named, 'Create the database with the encoding UTF8.');
  if (isStandby) return bad('primary', `${named} is a standby in recovery.`, 'Name the primary in DATABASE_URL.');
  return well('version', `${named}, no extension needed`);
}

function durabilityOf({ fsync, fullPageWrites, synchronousCommit, standbys }: Settings): Finding[] {
  const set = { fsync, full_page_writes: fullPageWrites, synchronous_commit: synchronousCommit };
  const isForgetful = synchronousCommit === 'off' || (synchronousCommit === 'local' && standbys !== '');
  const faults = Object.entries(set).filter(([name, value]) =>
    name === 'synchronous_commit' ? isForgetful : value !== 'on',
  );
  if (faults.length === 0) return [well('durability', 'fsync, full_page_writes and synchronous_commit are on')];
  return faults.map(([name, value]) =>
    bad(
      'durability',
      `${name} is ${value}: a crash could forget a logout.`,
      `alter system set ${name} = on; and reload.`,
    ),
  );
}

function vacuumOf({ autovacuum, trackCounts }: Settings): Finding {
  if (autovacuum === 'on' && trackCounts === 'on') return well('autovacuum', 'autovacuum is on');
  return bad('autovacuum', 'autovacuum is off: tables grow without end.', 'Set autovacuum and track_counts to on.');
}

function connectionsOf({ connections, nodes }: Settings): Finding {
  const wanted = Math.max(nodes, 1) * A_NODE + RESERVE;
  const detail = `max_connections ${connections}, ${counted(nodes, 'node')} connected, up to ${A_NODE} connections each`;
  if (wanted <= connections) return well('connections', detail);
  return odd('connections', detail, `Set max_connections to ${wanted} or more, or put PgBouncer in front.`);
}

interface Holders {
  slots: string | null;
  transactions: string | null;
  prepared: string | null;
}

// What holds back the oldest snapshot holds back readers of events, and vacuum with them.
const HOLDERS = `
  select (select string_agg(slot_name, ', ') from pg_replication_slots
          where not active and (database is null or database = current_database())) as slots,
         (select string_agg(format('pid %s (%s)', pid, coalesce(nullif(application_name, ''), usename)), ', ')
          from pg_stat_activity
          where datname = current_database() and backend_xmin is not null and xact_start < now() - interval '1 minute'
            and backend_type = 'client backend') as transactions,
         (select string_agg(gid, ', ') from pg_prepared_xacts where database = current_database()) as prepared`;

/** What keeps the oldest snapshot from moving on. */
export async function checkHolders(sql: Sql): Promise<Finding[]> {
  const [found] = await sql<Holders>(HOLDERS);
  const { slots, transactions, prepared } = found!;
  const findings: Finding[] = [];
  if (slots)
    findings.push(
      odd('slots', `Nobody reads the replication slots ${slots}.`, 'Drop them: they keep WAL and hold back vacuum.'),
    );
  if (transactions)
    findings.push(
      bad(
        'transactions',
        `Open for over a minute: ${transactions}. Events wait for it, and so does vacuum.`,
        'End it: pg_terminate_backend(pid).',
      ),
    );
  if (prepared)
    findings.push(bad('prepared', `Prepared and never finished: ${prepared}.`, 'Commit or roll back prepared.'));
  return findings.length > 0 ? findings : [well('snapshot', 'nothing old holds back events or vacuum')];
}

/** How far the clocks of this machine and of the database are apart. */
export async function checkClock(sql: Sql): Promise<Finding[]> {
  const sentAt = Date.now();
  const [found] = await sql<{ now: number }>(`select extract(epoch from clock_timestamp())::float8 * 1000 as now`);
  const here = (sentAt + Date.now()) / 2;
  const apartMs = Math.abs(found!.now - here);
  const detail = `This machine and the database are ${(apartMs / 1_000).toFixed(1)} s apart`;
  if (apartMs < 2_000) return [well('clock', detail)];
  return [odd('clock', `${detail}. The database's clock decides.`, 'Let both ask an NTP server.')];
}
