import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/background-store.js';
import { LIVES } from './session-limits.js';

/** Live sessions that have all of this in common, and how many they are. */
export interface CensusGroup {
  readonly applicationId: string;
  readonly contract: string;
  readonly roles: string[];
  /** The place of its age among AGES. */
  readonly age: number;
  readonly count: number;
}

/** Who has how many live sessions. */
interface BusyUser {
  readonly userId: string;
  readonly applicationId: string;
  readonly username: string;
  readonly sessions: number;
}

/** The live sessions, counted; an estimate where there are too many to look at each. */
export interface Census {
  readonly isEstimate: boolean;
  readonly groups: CensusGroup[];
  readonly busiest: BusyUser[];
}

/** Ages by which sessions are counted, in seconds since login, and their names. */
export const AGES = ['under 15 min', '15 min to 1 h', '1 h to 8 h', '8 h to 1 d', '1 d to 7 d', 'over 7 d'] as const;
const AGE_LIMITS = 'array[900, 3600, 28800, 86400, 604800]::numeric[]';
/** Up to so many rows each is looked at; of more, about so many. */
const ALL = 1_000_000;
const SAMPLE = 200_000;

const sourceOf = (sample: string) => `
  sessions ${sample} join applications on applications.id = sessions.application_id and applications.status = 'active'
  where ($1::uuid is null or sessions.application_id = $1) and ${LIVES}`;

const groupsOf = (sample: string) => `
  select alive.application_id, alive.contract, users.roles, alive.age, count(*) as count
  from (
    select sessions.user_id, sessions.application_id, sessions.contract,
           width_bucket(extract(epoch from now() - sessions.created_at), ${AGE_LIMITS}) as age
    from ${sourceOf(sample)}
  ) as alive join users on users.id = alive.user_id and users.status = 'active'
  group by 1, 2, 3, 4`;

const busiestOf = (sample: string) => `
  select busy.user_id, users.application_id, users.username, busy.count
  from (
    select sessions.user_id, count(*) as count from ${sourceOf(sample)} group by 1 order by 2 desc, 1 limit $2
  ) as busy join users on users.id = busy.user_id order by busy.count desc, busy.user_id`;

/** Counts live sessions without asking for each of ten million. Changes nothing. */
@Injectable()
export class SessionCensus {
  /** Of one application, or of all; the `most` busiest users. Asked within a question that may take long. */
  async take(run: Sql, applicationId: string | undefined, most: number): Promise<Census> {
    const share = Math.min(1, SAMPLE / Math.max(1, await this.rows(run)));
    const isEstimate = share < SAMPLE / ALL;
    const sample = isEstimate ? `tablesample system (${share * 100})` : '';
    const scaled = (count: string): number => Math.round(Number(count) / (isEstimate ? share : 1));
    const only = applicationId ?? null;
    const groups = await run<GroupRow>(groupsOf(sample), [only]);
    const busiest = await run<BusyRow>(busiestOf(sample), [only, most]);
    return {
      isEstimate,
      groups: groups.map((row) => ({
        applicationId: row.application_id,
        contract: row.contract,
        roles: row.roles,
        age: row.age,
        count: scaled(row.count),
      })),
      // A sample tells who is busy, and not quite how busy: one row of it may stand for the only one.
      busiest: busiest.map((row) => ({
        userId: row.user_id,
        applicationId: row.application_id,
        username: row.username,
        sessions: scaled(row.count),
      })),
    };
  }

  // As the planner sees it: statistics that are old are held against the size that the table has now.
  private async rows(run: Sql): Promise<number> {
    const [row] = await run<PlanRow>('explain (format json) select from sessions');
    return row!['QUERY PLAN'][0].Plan['Plan Rows'];
  }
}

interface GroupRow {
  application_id: string;
  contract: string;
  roles: string[];
  age: number;
  count: string;
}

interface BusyRow {
  user_id: string;
  application_id: string;
  username: string;
  count: string;
}

interface PlanRow {
  'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }];
}
