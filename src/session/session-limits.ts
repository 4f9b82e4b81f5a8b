// What an application sets judges the sessions that run already, too: a shorter limit holds from the next question on, a
// longer one for those that start later. `least` passes over null, which an application has where it sets nothing.

/** Until when a session lives unused; beside its row of `applications`. A touch moves it. */
export const IDLE_UNTIL =
  "least(sessions.idle_until, sessions.last_seen_at + applications.session_idle * interval '1 second')";

/** Until when a session lives at all; beside its row of `applications`. */
export const EXPIRES_AT =
  "least(sessions.expires_at, sessions.created_at + applications.session_lifetime * interval '1 second')";

/** The one sentence by which a session is live, as far as its own row and its application's say; beside both. */
export const LIVES = `
  ${EXPIRES_AT} > now() and ${IDLE_UNTIL} > now() and sessions.created_at > applications.sessions_valid_after`;

/** Was still in use when its application logged everyone out: whatever had idled out by then did not end by that. */
export const ENDED_WITH_APPLICATION = `
  sessions.created_at <= applications.sessions_valid_after
  and ${IDLE_UNTIL} > least(applications.sessions_valid_after, now())`;

/** What one of the above says of a row of `sessions` where its application is not at hand. */
export function ofItsApplication(expression: string): string {
  return `(select ${expression} from applications where applications.id = sessions.application_id)`;
}
