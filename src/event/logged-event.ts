import type { TextRow } from '../database/store.js';
import { instantOf } from '../session/instant.js';
import type { AnnouncedEvent, EventData, EventType } from './announced-event.dto.js';
import { EventPosition } from './event-position.js';

/** An event where it stands in the log. */
export interface LoggedEvent {
  readonly position: EventPosition;
  readonly applicationId: string;
  /** How old it was when it was read, in seconds, by the database's clock. */
  readonly ageSeconds: number;
  readonly event: AnnouncedEvent;
}

/** From a row of READ that holds an event. */
export function loggedEvent([generation, , , age, ...columns]: TextRow): LoggedEvent {
  const [transactionId, id, type, applicationId, occurredAt, ...rest] = columns as string[];
  return {
    position: new EventPosition(Number(generation), transactionId!, id!),
    applicationId: applicationId!,
    ageSeconds: Number(age),
    event: {
      id: id!,
      type: type as EventType,
      timestamp: instantOf(occurredAt!),
      data: { applicationId: applicationId!, ...(rest[0] === null ? endingOf(rest) : sessionOf(rest)) },
    },
  };
}

function sessionOf(columns: TextRow): Omit<EventData, 'applicationId'> {
  const [userId, sessionId, contract, cause, createdAt, lastSeenAt, ...client] = columns as string[];
  const [ip, userAgent, label] = client as TextRow;
  return {
    userId: userId!,
    sessionId: sessionId!,
    contract: contract!,
    ...(cause !== null && { cause: cause! }),
    createdAt: instantOf(createdAt!),
    lastSeenAt: instantOf(lastSeenAt!),
    ip: ip!,
    userAgent: userAgent!,
    label: label!,
    ...endingOf(columns),
  };
}

/** Why, and who did it: what is known of it. */
function endingOf(columns: TextRow): Pick<EventData, 'reason' | 'endedByUserId' | 'endedBySessionId' | 'endedByKeyId'> {
  const [reason, endedByUserId, endedBySessionId, endedByKeyId] = columns.slice(9) as string[];
  const known = Object.entries({ reason, endedByUserId, endedBySessionId, endedByKeyId });
  return Object.fromEntries(known.filter(([, value]) => value !== null));
}
