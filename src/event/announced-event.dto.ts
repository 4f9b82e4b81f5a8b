/** What happened to a session, or to all of an application's. */
export class EventData {
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** Of a session's event, as everything down to `label`. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  userId?: string;
  /** Safe to show: it opens nothing. @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  sessionId?: string;
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  contract?: string;
  /** Of `session.ended` alone: why. @example 'logout' */
  cause?: string;
  /** When the session started. @example '2026-11-20T18:00:00.000Z' */
  createdAt?: string;
  /** When it was last seen, up to a minute behind. @example '2026-11-20T18:12:00.000Z' */
  lastSeenAt?: string;
  /** The address it was started from. @example '203.0.113.7' */
  ip?: string | null;
  /** @example 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156' */
  userAgent?: string | null;
  /** @example 'My laptop' */
  label?: string | null;
  /** Where an administrator ended it: as they wrote it; always with `application.sessions_ended`. @example 'A laptop with saved logins was stolen' */
  reason?: string;
  /** Of what an administrator ended: who that was. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  endedByUserId?: string;
  /** Of what an administrator ended: their session. @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  endedBySessionId?: string;
  /** Of what a service ended by its key: the key. @example '019aa3f2-9e3f-7f5c-8d3b-4b6c7d8e9fa0' */
  endedByKeyId?: string;
}

/** Every type that there is. */
export const EVENT_TYPES = [
  'session.started',
  'session.rotated',
  'session.ended',
  'application.sessions_ended',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event as it is told to others, whichever way. It names no token, and no hash of one (P10). */
export class AnnouncedEvent {
  /** The same whenever and however it comes: who has seen it before has nothing to do. @example '4711' */
  id!: string;
  /** @example 'session.ended' */
  type!: EventType;
  /** When it happened; the database's time. @example '2026-11-20T18:15:00.000Z' */
  timestamp!: string;
  /**
   * Of a session's event everything from `userId` to `label`, of `application.sessions_ended` what was done to all; of both, who did it and why.
   * @example {"applicationId":"019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f","userId":"019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80","sessionId":"019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f","contract":"native","cause":"logout","createdAt":"2026-11-20T18:00:00.000Z","lastSeenAt":"2026-11-20T18:12:00.000Z","ip":"203.0.113.7","userAgent":"Mozilla/5.0 (X11; Linux x86_64) Chrome/156","label":null}
   */
  data!: EventData;
}
