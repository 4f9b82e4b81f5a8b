/** Sessions as they differ in a real table: some values everywhere, some rare, some among the oldest alone. */
import { SESSION_ID, USER_ID } from '../fill.js';

/** Of all rows, `n` counts from the oldest: half a day of logins. `$3`, the number of users, is half of them. */
const AGE = `(1 - n / (2.0 * $3::bigint))`;

/** Takes the same values as the statement that it stands for; $5 is not asked. */
export const VARIED = `
  insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, authenticated_at, last_seen_at, seen_hour, idle_until, expires_at, ip, browser, system)
  select ${USER_ID('n * $4::bigint % $3::bigint + 1')}, fresh.id, applications.id,
         case when n <= 5 then 'dittofi' when n <= $3::bigint / 50 then 'rested' when n % 1000 = 0 then 'elvis' when n % 10 = 0 then 'backendless' else 'native' end,
         sha256(sha256(fresh.id::text::bytea)), at.created, at.created, at.seen, date_trunc('hour', at.seen, 'UTC'),
         now() + interval '3 days', now() + interval '3 days' + $5::bigint * interval '1 s' + n * interval '1 ms',
         case when n <= 3 then inet '2001:db8::7' when n between $3::bigint / 25 and $3::bigint * 3 / 50 then inet '198.51.100.0' + n % 256
           when n % 100 = 1 then inet '192.0.2.1' else inet '10.0.0.0' + ('x' || substr(md5(n::text), 1, 6))::bit(24)::int end,
         case when n <= 3 then 'Lynx' when n % 5 < 3 then 'Chrome' when n % 5 = 3 then 'Firefox' when n % 2 = 0 then 'Safari' end,
         case when n <= 3 then 'Plan 9' when n % 4 = 0 then 'Linux' when n % 4 = 1 then 'macOS' else 'Windows' end
  from applications, generate_series($1::bigint, $2) as n, lateral (select ${SESSION_ID('n')} as id) as fresh,
    lateral (select now() - ${AGE} * interval '12 hours' as created,
               now() - ${AGE} * (n * 7919 % 1000) / 1000.0 * interval '12 hours' as seen) as at`;

/** Three users with a rare role, and one of a hundred with one that is not. */
export const ROLES = `
  update users set roles = case when username in ('user7', 'user8', 'user9') then array['keeper'] else array['editor'] end
  where right(username, 2) = '11' or username in ('user7', 'user8', 'user9')`;

/** Ended sessions of thirty days, each as long as half an hour to a day. */
export const EVENTS = `
  insert into session_events (user_id, type, cause, session_id, application_id, contract, occurred_at, session_created_at, session_last_seen_at, ip)
  select ${USER_ID('n * 15485863::bigint % $3::bigint + 1')}, 'session.ended', case when n % 3 = 0 then 'logout' else 'expired' end, gen_random_uuid(), applications.id,
         case when n % 1000 = 0 then 'elvis' else 'native' end, at.ended, at.ended - interval '30 minutes' - (n * 7919 % 1000) / 1000.0 * interval '23 hours', at.ended,
         case when n % 100 = 1 then inet '192.0.2.1' else inet '10.0.0.0' + ('x' || substr(md5(n::text), 1, 6))::bit(24)::int end
  from applications, generate_series($1::bigint, $2::bigint) as n,
    lateral (select now() - (1 - n / (2.0 * $3::bigint)) * interval '30 days' as ended) as at`;
