import { Injectable } from '@nestjs/common';
import { LongQuestions } from '../database/long-questions.js';
import { LIVES } from './session-limits.js';

/** Limits as an application may set them; seconds. Null and absent change nothing. */
export interface PolicyProposal {
  readonly sessionLifetime?: number | null | undefined;
  readonly sessionIdle?: number | null | undefined;
  readonly sessionLimit?: number | null | undefined;
}

/** Whom limits would end, of the sessions that live under one contract. */
export interface PolicyConsequence {
  readonly contract: string;
  readonly live: number;
  readonly wouldEnd: number;
  readonly wouldEndOfAdministrators: number;
  /** Beyond the limit of parallel sessions, among those that would not end: it acts at the next login of their users. */
  readonly beyondLimit: number;
}

// A user's newest sessions are within the limit; only those that the other limits spare take a place.
const CONSEQUENCES = `
  with judged as (
    select sessions.user_id, sessions.id, sessions.contract, sessions.created_at, 'admin' = any(users.roles) as is_administrator,
           coalesce(sessions.created_at + $2::integer * interval '1 second' <= now(), false)
             or coalesce(sessions.last_seen_at + $3::integer * interval '1 second' <= now(), false) as would_end
    from sessions
    join applications on applications.id = sessions.application_id
    join users on users.id = sessions.user_id and users.status = 'active'
    where sessions.application_id = $1 and ${LIVES}
  )
  select contract, count(*) as live, count(*) filter (where would_end) as would_end,
         count(*) filter (where would_end and is_administrator) as of_administrators,
         count(*) filter (where not would_end and place > $4::integer) as beyond
  from (select *, PLACE as place from judged) as placed
  group by contract order by contract`;
const PLACE = 'row_number() over (partition by user_id, would_end order by created_at desc, id desc)';

interface Row {
  contract: string;
  live: string;
  would_end: string;
  of_administrators: string;
  beyond: string;
}

/** What a change of limits would do, before it is made. Changes nothing. */
@Injectable()
export class PolicyPreview {
  constructor(private readonly questions: LongQuestions) {}

  /** By contract, exactly, as of now. Refuses OVERLOADED where counting takes too long. */
  async of(applicationId: string, proposal: PolicyProposal): Promise<PolicyConsequence[]> {
    const { sessionLifetime = null, sessionIdle = null, sessionLimit = null } = proposal;
    // No limit, no places: sorting a million rows is what this question costs.
    const limit = sessionLimit === 0 ? null : sessionLimit;
    const text = CONSEQUENCES.replace('PLACE', limit === null ? 'null::bigint' : PLACE);
    const rows = await this.questions.ask((run) =>
      run<Row>(text, [applicationId, sessionLifetime, sessionIdle, limit]),
    );
    return rows.map((row) => ({
      contract: row.contract,
      live: Number(row.live),
      wouldEnd: Number(row.would_end),
      wouldEndOfAdministrators: Number(row.of_administrators),
      beyondLimit: Number(row.beyond),
    }));
  }
}
