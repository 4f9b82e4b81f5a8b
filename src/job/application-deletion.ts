import type { Statement } from '../database/store.js';
import { DELETE_FOUND, foundToEnd } from '../session/session-statements.js';

/** What goes with an application: users, sessions, service keys. */
export const COUNT: Statement = {
  name: 'application-deletion-count',
  patienceMs: 20_500,
  text: `
    select (select count(*) from users where application_id = $1),
           (select count(*) from sessions join users on users.id = sessions.user_id where users.application_id = $1),
           (select count(*) from service_keys where application_id = $1)`,
};

/** Its tokens, and its keys, are dead once this commits. */
export const SHUT_OUT: Statement[] = [
  { name: 'application-deletion-disable', text: `update applications set status = 'disabled' where id = $1` },
  { name: 'application-deletion-service-keys', text: 'delete from service_keys where application_id = $1' },
];

/** Somebody may have let it in again meanwhile. */
export const KEEP_OUT: Statement = {
  name: 'application-deletion-keep-out',
  text: `update applications set status = 'disabled' where id = $1 and status <> 'disabled'`,
};

export const LOCK_USERS: Statement = {
  name: 'application-deletion-lock-users',
  text: 'select id from users where application_id = $1 order by id limit $2 for update',
};

/** Theirs, at most so many. */
export const END_SESSIONS: Statement = {
  name: 'application-deletion-end-sessions',
  patienceMs: 3_500,
  text: `
    with ${foundToEnd(
      "'user_deleted'",
      'select user_id, id from sessions where user_id = any ($1::uuid[]) order by user_id, id limit $2 for update',
      '$3::text',
    )}
    ${DELETE_FOUND} returning sessions.id`,
};

/** Their identities go with them. */
export const DELETE_USERS: Statement = {
  name: 'application-deletion-users',
  text: 'delete from users where id = any ($1::uuid[]) returning id',
};

/** What else there may be very many of, at most so many. */
export const DELETE_REST: Statement[] = [
  {
    name: 'application-deletion-records',
    text: `
      delete from records where (application_id, endpoint, id) in (
        select application_id, endpoint, id from records where application_id = $1 limit $2
      ) returning id`,
  },
  {
    name: 'application-deletion-deliveries',
    text: `
      delete from webhook_deliveries where id in (
        select webhook_deliveries.id from webhook_deliveries join webhook_endpoints on webhook_endpoints.id = endpoint_id
        where application_id = $1 limit $2
      ) returning id`,
  },
];

/** Its keys, hosts and webhooks go with it. */
export const DELETE_APPLICATION: Statement = {
  name: 'application-deletion-last',
  text: 'delete from applications where id = $1',
};
