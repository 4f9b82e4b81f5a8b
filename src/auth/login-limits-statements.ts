import type { Statement } from '../database/store.js';

/** Failed attempts allowed in a window: by name and address together, by address, and by name from addresses not known. */
export const LOGIN_BUDGETS = { windowMinutes: 15, pair: 10, address: 300, name: 100, knownDays: 30 } as const;

export const TAKE: Statement = {
  name: 'login-attempts-take',
  text: `
    insert into login_attempts as attempts (key, count, until)
    select decode(key, 'hex'), 1, now() + interval '${LOGIN_BUDGETS.windowMinutes} minutes' from unnest($1::text[]) as asked (key) order by key
    on conflict (key) do update set
      count = case when attempts.until <= now() then 1 else attempts.count + 1 end,
      until = case when attempts.until <= now() then excluded.until else attempts.until end
    returning encode(key, 'hex'), count, ceil(extract(epoch from until - now())),
      exists (select from login_attempts as known where known.key = decode($2, 'hex') and known.until > now())`,
};

/**
 * One pass in the order of the keys, as taking goes: neither waits for the other in a circle. The key $2, if there is one,
 * is the known address among them. A row forgotten meanwhile comes back with nothing spent, and at its end already.
 */
export const GIVE_BACK: Statement = {
  name: 'login-attempts-give-back',
  text: `
    insert into login_attempts as attempts (key, count, until)
    select decode(key, 'hex'), 0, case when key = $2 then now() + interval '${LOGIN_BUDGETS.knownDays} days' else now() end
    from unnest($1::text[]) as asked (key) order by key
    on conflict (key) do update set
      count = greatest(attempts.count - 1, 0),
      until = greatest(attempts.until, excluded.until)`,
};

// Failures in a row: a failure moves the end of the wait on, an attempt while the name is locked does not.
export const TAKE_LOCK: Statement = {
  name: 'login-attempts-take-lock',
  text: `
    insert into login_attempts as attempts (key, count, until)
    values (decode($1, 'hex'), 1, now() + $3::integer * interval '1 second')
    on conflict (key) do update set
      count = case when attempts.until <= now() then 1 else attempts.count + 1 end,
      until = case when attempts.until > now() and attempts.count >= $2::integer then attempts.until else excluded.until end
    returning count > $2::integer, ceil(extract(epoch from until - now()))`,
};

export const UNLOCK: Statement = {
  name: 'login-attempts-unlock',
  text: `delete from login_attempts where key = decode($1, 'hex')`,
};

export const FORGET: Statement = {
  name: 'login-attempts-forget',
  text: `
    delete from login_attempts where key in (
      select key from login_attempts where until < now() order by until limit $1 for update skip locked
    ) returning key`,
};
