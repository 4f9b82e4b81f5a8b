// What an application sets judges the sessions that run already, too: a shorter limit holds from the next question on, a
// longer one for those that start later. `least` passes over null, which an application has where it sets nothing. What a limit
// has ended stays dead when the limit is loosened: an application keeps up to which start, and which last use, that is.

/** Until when a session lives unused; beside its row of `applications`. A touch moves it. */
export const IDLE_UNTIL = 'least(sessions.idle_until, sessions.last_seen_at + applications.idle_limit)';

/** Until when a session lives at all; beside its row of `applications`. */
export const EXPIRES_AT = 'least(sessions.expires_at, sessions.created_at + applications.lifetime_limit)';

// Every check pays for each part of this: the two above in one.
/** Until when a session lives unless it is used, as it is shown; beside its row of `applications`. */
export const LIVES_UNTIL = `least(sessions.idle_until, sessions.expires_at,
    sessions.last_seen_at + applications.idle_limit, sessions.created_at + applications.lifetime_limit)`;

/** The one sentence by which a session is live, as far as its own row and its application's say; beside both. */
export const LIVES = `
  ${LIVES_UNTIL} > now() and sessions.created_at > applications.sessions_valid_after
  and sessions.created_at > applications.expired_up_to and sessions.last_seen_at > applications.idled_up_to`;

/** Was still in use when its application logged everyone out: whatever had idled out by then did not end by that. */
export const ENDED_WITH_APPLICATION = `
  sessions.created_at <= applications.sessions_valid_after
  and ${IDLE_UNTIL} > least(applications.sessions_valid_after, now())`;

/** What one of the above says of a row of `sessions` where its application is not at hand. */
export function ofItsApplication(expression: string): string {
  return `(select ${expression} from applications where applications.id = sessions.application_id)`;
}
