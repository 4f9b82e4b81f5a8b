import { IsInt, Max, Min } from 'class-validator';
import type { PolicyConsequence, PolicyProposal } from '../../session/policy-preview.js';
import { IfSet } from '../../http/field-presence.js';

const MAX_SECONDS = 400 * 86_400;

export class PolicyPreviewBody implements PolicyProposal {
  /** Seconds from login. Left out or null: as it is now. @example 28800 */
  @IfSet() @Max(MAX_SECONDS) @Min(60) @IsInt() sessionLifetime?: number | null;
  /** Seconds without use. Left out or null: as it is now. @example 1800 */
  @IfSet() @Max(MAX_SECONDS) @Min(60) @IsInt() sessionIdle?: number | null;
  /** Parallel sessions of one user; 0 is unlimited. Left out or null: as it is now. @example 3 */
  @IfSet() @Max(10_000) @Min(0) @IsInt() sessionLimit?: number | null;
}

export class PolicyConsequenceAnswer implements PolicyConsequence {
  /** @example 'native' */
  contract!: string;
  /** @example 9880 */
  live!: number;
  /** @example 1204 */
  wouldEnd!: number;
  /** @example 37 */
  wouldEndOfAdministrators!: number;
  /** @example 12 */
  beyondLimit!: number;
}

export class PolicyPreviewAnswer {
  /** The numbers in one sentence. @example 'With an idle limit of 30 min, 1,204 of 9,880 live sessions would end, 37 of them of administrators.' */
  summary!: string;
  /** Sessions that live now. @example 9880 */
  live!: number;
  /** Those that lifetime and idle limit would end at once. @example 1204 */
  wouldEnd!: number;
  /** Those of them whose user has the role `admin`. @example 37 */
  wouldEndOfAdministrators!: number;
  /** Of the others, those beyond the limit of parallel sessions: it acts at the next login of their users. @example 0 */
  beyondLimit!: number;
  byContract!: PolicyConsequenceAnswer[];

  static of(proposal: PolicyProposal, byContract: PolicyConsequence[]): PolicyPreviewAnswer {
    const sum = (name: Exclude<keyof PolicyConsequence, 'contract'>): number =>
      byContract.reduce((total, each) => total + each[name], 0);
    const numbers = {
      live: sum('live'),
      wouldEnd: sum('wouldEnd'),
      wouldEndOfAdministrators: sum('wouldEndOfAdministrators'),
      beyondLimit: sum('beyondLimit'),
    };
    return { summary: summaryOf(proposal, numbers), ...numbers, byContract };
  }
}

function summaryOf(
  { sessionLifetime, sessionIdle, sessionLimit }: PolicyProposal,
  { live, wouldEnd, wouldEndOfAdministrators, beyondLimit }: Omit<PolicyConsequence, 'contract'>,
): string {
  const limits = [
    ...(sessionLifetime ? [`a lifetime of ${spanOf(sessionLifetime)}`] : []),
    ...(sessionIdle ? [`an idle limit of ${spanOf(sessionIdle)}`] : []),
    ...(sessionLimit ? [`a limit of ${numberOf(sessionLimit)} for each user`] : []),
  ];
  const given = limits.length > 0 ? `With ${limits.join(' and ')}` : 'With the limits as they are';
  const ended = `${numberOf(wouldEnd)} of ${numberOf(live)} live sessions would end`;
  const beyond = sessionLimit
    ? ` ${numberOf(beyondLimit)} more are beyond the limit, which acts at the next login.`
    : '';
  return `${given}, ${ended}, ${numberOf(wouldEndOfAdministrators)} of them of administrators.${beyond}`;
}

function numberOf(count: number): string {
  return count.toLocaleString('en');
}

/** In the largest unit that says it exactly. */
function spanOf(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const [size, name] = units.find(([unit]) => seconds % unit === 0)!;
  return `${numberOf(seconds / size)} ${name}`;
}
