import type { Statement } from '../database/store.js';

/**
 * Everything of an application that started up to now is dead once this commits; its rows go later. Whoever waited here for
 * another ending finds the later instant and never moves it back.
 */
export const END_APPLICATION: Statement = {
  name: 'session-end-application',
  text: endApplications('select id from applications where id = $5::uuid for update'),
};

/** The same for every application, in the order of their keys: two of these cannot wait for each other. */
export const END_EVERYONE: Statement = {
  name: 'session-end-everyone',
  text: endApplications('select id from applications order by id for update'),
};

function endApplications(which: string): string {
  return `
    with meant as materialized (
      ${which}
    ), ended as (
      update applications set sessions_valid_after = greatest(sessions_valid_after, now())
      from meant where applications.id = meant.id
      returning applications.id, sessions_valid_after
    )
    insert into application_events (application_id, type, reason, ended_by_user_id, ended_by_session_id, ended_by_key_id, occurred_at)
    select id, 'application.sessions_ended', $1, $2::uuid, $3::uuid, $4::uuid, sessions_valid_after from ended
    returning application_id, occurred_at`;
}
