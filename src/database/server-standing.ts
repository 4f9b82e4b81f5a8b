import type pg from 'pg';

/** What a server says of itself. */
export interface Standing {
  /** It replays what another server does: what it answers may be old. */
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  /** Names the cluster: a standby has its primary's. Null where nobody asked. */
  readonly system: string | null;
  /** Grows by one with each promotion, so that of two primaries of a cluster the later one has the higher number. Null on a standby, and where nobody asked. */
  readonly timeline: number | null;
}

const ROLE = `pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') = 'on' as "isReadOnly"`;
const ONE = `select ${ROLE}, null as system, null as timeline`;
// The first eight digits of a WAL file's name are the timeline that is written now; the control file is late by a checkpoint.
const ONE_OF_SEVERAL = `
  select ${ROLE}, (select system_identifier::text from pg_control_system()) as system,
    case when not pg_is_in_recovery() then ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer end as timeline`;

/** Asks a server what it is: one round trip. Timelines count among several servers alone, and not every service tells them. */
export async function standingOf(client: Pick<pg.Client, 'query'>, isOneOfSeveral: boolean): Promise<Standing> {
  const { rows } = await client.query<Standing>(isOneOfSeveral ? ONE_OF_SEVERAL : ONE);
  return rows[0]!;
}
