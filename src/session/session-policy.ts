/** How long sessions last and how many a user may have. Milliseconds. */
export interface SessionPolicy {
  readonly lifetimeMs: number;
  readonly idleMs: number;
  /** Parallel sessions of one user; absent is unlimited. 1 with `end_oldest` is newest wins, 1 with `refuse` is first wins. */
  readonly limit?: number;
  readonly atLimit?: 'refuse' | 'end_oldest';
  /** The sessions that count: a contract's own limit looks at its own sessions, an application's at all of them. */
  readonly limitedContract?: string;
}

/** What an application decides for itself; null leaves it to the contract. Seconds, as in its row. */
export interface SessionPolicyOverrides {
  readonly sessionLifetime: number | null;
  readonly sessionIdle: number | null;
  /** 0 is unlimited, whatever the contract's own way. */
  readonly sessionLimit: number | null;
  readonly atSessionLimit: 'refuse' | 'end_oldest';
}

/** The contract's policy, as far as the application does not decide otherwise. An idle limit never outlasts the lifetime. */
export function policyOf(contract: SessionPolicy, application: SessionPolicyOverrides): SessionPolicy {
  const lifetimeMs = application.sessionLifetime === null ? contract.lifetimeMs : application.sessionLifetime * 1_000;
  const idleMs = application.sessionIdle === null ? contract.idleMs : application.sessionIdle * 1_000;
  const { limit, atLimit, limitedContract } = contract;
  return {
    lifetimeMs,
    idleMs: Math.min(idleMs, lifetimeMs),
    ...(application.sessionLimit === null &&
      limit !== undefined && { limit, atLimit: atLimit ?? 'end_oldest', ...(limitedContract && { limitedContract }) }),
    ...(application.sessionLimit !== null &&
      application.sessionLimit > 0 && { limit: application.sessionLimit, atLimit: application.atSessionLimit }),
  };
}
