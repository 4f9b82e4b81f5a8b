import { Injectable } from '@nestjs/common';
import { LoginRankings, type LoginRanking } from '../../audit/login-ranking.js';
import { StatisticsHours, type HourlyCount } from '../../audit/statistics-hours.js';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import type { Sql } from '../../database/background-store.js';
import { LongQuestions } from '../../database/long-questions.js';
import { DomainError } from '../../errors/domain.error.js';
import { AGES, SessionCensus, type Census, type CensusGroup } from '../../session/session-census.js';
import type {
  CountAnswer,
  HourAnswer,
  LiveSessionsAnswer,
  MostLoginsAnswer,
  StatisticsAnswer,
  StatisticsQuery,
} from './statistics.dto.js';

const AN_HOUR_MS = 3_600_000;
const LONGEST_MS = 31 * 24 * AN_HOUR_MS;
const BUSIEST = 10;
const ROLES = 50;
const SPAN = `
  select coalesce($1::timestamptz, coalesce($2::timestamptz, now()) - interval '24 hours') as from,
         coalesce($2::timestamptz, now()) as to`;

/** What happened by the hour, and who is in now. Changes nothing. */
@Injectable()
export class StatisticsService {
  constructor(
    private readonly administered: Administered,
    private readonly questions: LongQuestions,
    private readonly census: SessionCensus,
    private readonly counts: StatisticsHours,
    private readonly rankings: LoginRankings,
  ) {}

  /** Refuses VALIDATION_FAILED for a span, FORBIDDEN and NOT_FOUND for another application, OVERLOADED where counting takes too long. */
  async of(
    administrator: Administrator,
    { applicationId: asked, from, to }: StatisticsQuery,
  ): Promise<StatisticsAnswer> {
    const only =
      asked === undefined
        ? await this.administered.bounds(administrator)
        : await this.administered.application(administrator, asked);
    return this.questions.ask(async (run) => {
      const span = await spanOf(run, from, to);
      const census = await this.census.take(run, only, BUSIEST);
      const counts = await this.counts.list(run, span.from, span.to, only);
      return {
        from: span.from.toISOString(),
        to: span.to.toISOString(),
        live: liveOf(census),
        hours: hoursOf(span, counts),
        busiestUsers: census.busiest,
        mostLogins: mostLoginsOf(await this.rankings.take(run, span, only, BUSIEST)),
      };
    });
  }
}

interface Span {
  from: Date;
  to: Date;
}

async function spanOf(run: Sql, from: string | undefined, to: string | undefined): Promise<Span> {
  const [span] = await run<Span>(SPAN, [from ?? null, to ?? null]);
  const lengthMs = span!.to.getTime() - span!.from.getTime();
  if (lengthMs > 0 && lengthMs <= LONGEST_MS) return span!;
  const fault = { field: 'from', message: 'must lie before to, and at most 31 days' };
  throw new DomainError('VALIDATION_FAILED', `${fault.field}: ${fault.message}`, { faults: [fault] });
}

function liveOf({ groups, isEstimate }: Census): LiveSessionsAnswer {
  const byApplication = summed(groups, ({ applicationId }) => [applicationId]);
  return {
    count: groups.reduce((total, { count }) => total + count, 0),
    isEstimate,
    byApplication: byApplication.map(({ name, count }) => ({ applicationId: name, count })),
    byContract: summed(groups, ({ contract }) => [contract]),
    byRole: summed(groups, ({ roles }) => roles).slice(0, ROLES),
    byAge: AGES.map((name, age) => ({
      name,
      count: groups.reduce((total, group) => total + (group.age === age ? group.count : 0), 0),
    })),
  };
}

function mostLoginsOf({ since, users }: LoginRanking): MostLoginsAnswer {
  return { since: since.toISOString(), users };
}

/** The most frequent first. */
function summed(groups: CensusGroup[], namesOf: (group: CensusGroup) => readonly string[]): CountAnswer[] {
  const counts = new Map<string, number>();
  for (const group of groups)
    for (const name of namesOf(group)) counts.set(name, (counts.get(name) ?? 0) + group.count);
  const all = [...counts].map(([name, count]) => ({ name, count }));
  return all.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function hoursOf({ from, to }: Span, counts: HourlyCount[]): HourAnswer[] {
  const first = Math.floor(from.getTime() / AN_HOUR_MS) * AN_HOUR_MS;
  const hours = new Map<number, HourAnswer>();
  for (let at = first; at < to.getTime(); at += AN_HOUR_MS)
    hours.set(at, { hour: new Date(at).toISOString(), logins: 0, refusals: [], endings: [] });
  for (const { hour, kind, reason, count } of counts) {
    const it = hours.get(hour.getTime());
    if (!it) continue;
    if (kind === 'login') it.logins += count;
    else it[kind === 'refusal' ? 'refusals' : 'endings'].push({ name: reason, count });
  }
  return [...hours.values()];
}
