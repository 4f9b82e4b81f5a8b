import type { AuditPosition } from './audit-position.js';
import type { Outcome } from './noted-act.js';

/** Which rows of the audit log: absent means no condition. Instants are text of RFC 3339. */
export interface AuditFilter {
  readonly act?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly code?: string | undefined;
  readonly userId?: string | undefined;
  readonly keyId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly targetType?: string | undefined;
  readonly targetId?: string | undefined;
  readonly applicationId?: string | undefined;
  /** An address, or a range of them as CIDR. */
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const CONDITIONS: Record<keyof AuditFilter, (place: string) => string> = {
  act: (place) => `act = ${place}`,
  outcome: (place) => `outcome = ${place}`,
  code: (place) => `code = ${place}`,
  userId: (place) => `user_id = ${place}`,
  keyId: (place) => `key_id = ${place}`,
  sessionId: (place) => `session_id = ${place}`,
  targetType: (place) => `target_type = ${place}`,
  targetId: (place) => `target_id = ${place}`,
  applicationId: (place) => `application_id = ${place}`,
  address: (place) => `address <<= ${place}::inet`,
  requestId: (place) => `request_id = ${place}`,
  // What occurred later was written later, too: months before that are not looked at.
  from: (place) => `occurred_at >= ${place}::timestamptz and recorded_at >= ${place}::timestamptz`,
  to: (place) => `occurred_at < ${place}::timestamptz`,
};

/** The condition in SQL; pushes what it compares with. */
export function auditConditionOf(filter: AuditFilter, before: AuditPosition | undefined, values: unknown[]): string {
  const conditions = (Object.keys(CONDITIONS) as (keyof AuditFilter)[])
    .filter((name) => filter[name] !== undefined)
    .map((name) => CONDITIONS[name](`$${values.push(filter[name])}`));
  if (before) {
    const [at, number] = [values.push(before.occurredAt), values.push(before.number)];
    conditions.push(`(occurred_at, number) < ($${at}::timestamptz, $${number}::bigint)`);
  }
  return conditions.length > 0 ? conditions.join(' and ') : 'true';
}
