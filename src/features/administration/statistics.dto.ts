import { IsIn, IsUUID } from 'class-validator';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { IsInstant } from './filter-rules.js';
import { IfGiven } from '../../http/field-presence.js';

const CHARTS = ['logins', 'refusals', 'endings', 'live'] as const;
export type ChartName = (typeof CHARTS)[number];

export class StatisticsQuery {
  /** Of one application. Left out: of all that the administrator looks after. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  @IfGiven() @InLowerCase() @IsUUID() applicationId?: string;
  /** The hour in which the span begins. Left out: a day before its end. @example '2026-11-20T06:00:00.000Z' */
  @IfGiven() @IsInstant() from?: string;
  /** Where the span ends, at most 31 days later. Left out: now. @example '2026-11-20T18:00:00.000Z' */
  @IfGiven() @IsInstant() to?: string;
  /** What is drawn, by `Accept: image/svg+xml`. Left out: logins. @example 'logins' */
  @IfGiven() @IsIn(CHARTS, { message: `chart must be any of ${CHARTS.join(', ')}` }) chart?: ChartName;
}

export class CountAnswer {
  /** What is counted. @example 'native' */
  name!: string;
  /** @example 9880 */
  count!: number;
}

export class ApplicationCountAnswer {
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 9880 */
  count!: number;
}

export class LiveSessionsAnswer {
  /** @example 9880 */
  count!: number;
  /** Above a million rows, a sample of them was counted. @example false */
  isEstimate!: boolean;
  byApplication!: ApplicationCountAnswer[];
  byContract!: CountAnswer[];
  /** Somebody with several roles counts for each, and somebody with none for none. */
  byRole!: CountAnswer[];
  /** Since login: `under 15 min`, `15 min to 1 h`, `1 h to 8 h`, `8 h to 1 d`, `1 d to 7 d`, `over 7 d`. */
  byAge!: CountAnswer[];
}

export class HourAnswer {
  /** When it began. @example '2026-11-20T18:00:00.000Z' */
  hour!: string;
  /** @example 120 */
  logins!: number;
  /** Refused logins, by the code of the refusal. */
  refusals!: CountAnswer[];
  /** Sessions that ended, by cause. */
  endings!: CountAnswer[];
}

export class BusyUserAnswer {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** Live ones. @example 4 */
  sessions!: number;
}

export class FrequentUserAnswer {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 12 */
  logins!: number;
}

export class MostLoginsAnswer {
  /** From when on logins were looked at: where the span begins, or later where it has more than 100,000. @example '2026-11-19T18:00:00.000Z' */
  since!: string;
  /** Those who logged in most often, at most ten; who was deleted is not among them. */
  users!: FrequentUserAnswer[];
}

export class StatisticsAnswer {
  /** @example '2026-11-19T18:00:00.000Z' */
  from!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  to!: string;
  live!: LiveSessionsAnswer;
  /** Every hour of the span, the first one first. */
  hours!: HourAnswer[];
  /** Those with most live sessions, at most ten. */
  busiestUsers!: BusyUserAnswer[];
  mostLogins!: MostLoginsAnswer;
}
