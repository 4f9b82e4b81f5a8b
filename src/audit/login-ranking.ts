import { Injectable } from '@nestjs/common';
import type { Sql } from '../database/background-store.js';

/** Who logged in how often. */
interface FrequentUser {
  readonly userId: string;
  readonly applicationId: string;
  readonly username: string;
  readonly logins: number;
}

/** Those who logged in most often, and since when logins were looked at. */
export interface LoginRanking {
  readonly since: Date;
  readonly users: FrequentUser[];
}

/** Logins that are looked at: what that costs does not grow with the log. */
const MOST_LOGINS = 100_000;

// The bound stands before the application: a small one among large ones is told of a shorter time, and not slower.
const RANKING = `
  with logins as materialized (
    select user_id, application_id, occurred_at from audit_log
    where act = 'session.started' and occurred_at >= $1 and recorded_at >= $1 and occurred_at < $2
    order by occurred_at desc, number desc limit ${MOST_LOGINS}
  ), often as (
    select users.id, users.application_id, users.username, count(*) as count
    from logins join users on users.id = logins.user_id
    where $3::uuid is null or logins.application_id = $3
    group by users.id order by count desc, users.id limit $4
  )
  select (select case when count(*) = ${MOST_LOGINS} then min(occurred_at) else $1::timestamptz end from logins) as since,
         often.id as "userId", often.application_id as "applicationId", often.username, often.count as logins
  from (select) as one left join often on true order by often.count desc, often.id`;

/** Reads from the audit log who logged in most often. Changes nothing. */
@Injectable()
export class LoginRankings {
  /** The `most` frequent who are still users, among the newest 100,000 logins of a span; of one application, or of all. */
  async take(
    run: Sql,
    span: { from: Date; to: Date },
    applicationId: string | undefined,
    most: number,
  ): Promise<LoginRanking> {
    const rows = await run<Row>(RANKING, [span.from, span.to, applicationId ?? null, most]);
    return {
      since: rows[0]!.since,
      users: rows
        .filter(({ userId }) => userId !== null)
        .map(({ userId, applicationId: application, username, logins }) => ({
          userId: userId!,
          applicationId: application,
          username,
          logins: Number(logins),
        })),
    };
  }
}

interface Row {
  since: Date;
  /** Null in the one row of nobody. */
  userId: string | null;
  applicationId: string;
  username: string;
  logins: string;
}
