import type { LoggedEvent } from '../event/logged-event.js';
import type { AuditDraft } from './audit-chain.js';
import { visible } from './visible-text.js';

const NOTHING = {
  code: null,
  userId: null,
  sessionId: null,
  keyId: null,
  login: null,
  contract: null,
  address: null,
  userAgent: null,
  requestId: null,
  noteId: null,
  outcome: 'ok',
} as const;

/**
 * What the event log tells, as a row of the audit log. `userId` and `sessionId` say whose session it was, and of an
 * application's endings who did it; who ended another's session stands in the details.
 */
export function draftOf({ event, applicationId }: LoggedEvent): AuditDraft {
  const { userId, sessionId, contract, ip, userAgent, label, createdAt, lastSeenAt, ...rest } = event.data;
  const { applicationId: _, ...details } = rest;
  const base = {
    ...NOTHING,
    act: event.type,
    applicationId,
    eventId: event.id,
    occurredAt: inMicroseconds(event.timestamp),
  };
  if (sessionId === undefined) {
    const { endedByUserId = null, endedBySessionId = null, endedByKeyId = null, ...others } = details;
    const by = { userId: endedByUserId, sessionId: endedBySessionId, keyId: endedByKeyId };
    return {
      ...base,
      ...by,
      targetType: 'application',
      targetId: applicationId,
      details: JSON.stringify(shown(others)),
    };
  }
  return {
    ...base,
    userId: userId ?? null,
    sessionId,
    targetType: 'session',
    targetId: sessionId,
    contract: contract ?? null,
    address: ip ?? null,
    userAgent: userAgent ? visible(userAgent, 512) : null,
    details: JSON.stringify(shown({ ...details, ...(label && { label }), startedAt: createdAt, lastSeenAt })),
  };
}

/** What the log says of itself. */
export function ownDraft(act: string, occurredAt: string, details: object): AuditDraft {
  const about = { targetType: 'audit', targetId: null, applicationId: null };
  return { ...NOTHING, ...about, act, occurredAt, eventId: null, details: JSON.stringify(details) };
}

function shown(details: object): object {
  const pairs = Object.entries(details) as [string, unknown][];
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, typeof value === 'string' ? visible(value, 1_000) : value]),
  );
}

// As the database writes it: the log is hashed text for text.
function inMicroseconds(instant: string): string {
  return `${instant.slice(0, -1)}000Z`;
}
