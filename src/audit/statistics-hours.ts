import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/background-store.js';

/** How often something happened within one hour. */
export interface HourlyCount {
  /** When the hour began. */
  readonly hour: Date;
  readonly kind: 'login' | 'refusal' | 'ending';
  /** Of a refusal its code, of an ending its cause, of a login empty. */
  readonly reason: string;
  readonly count: number;
}

const COUNTS = `
  select hour, kind, reason, sum(count) as count from statistics_hours
  where hour >= date_trunc('hour', $1::timestamptz, 'UTC') and hour < $2::timestamptz
    and ($3::uuid is null or application_id = $3)
  group by 1, 2, 3 order by 1, 2, 3`;

/** Reads what was counted by the hour. Changes nothing. */
@Injectable()
export class StatisticsHours {
  /** From the hour in which `from` lies until `to`; of one application, or of all. */
  async list(run: Sql, from: Date, to: Date, applicationId: string | undefined): Promise<HourlyCount[]> {
    const rows = await run<Omit<HourlyCount, 'count'> & { count: string }>(COUNTS, [from, to, applicationId ?? null]);
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }
}
