import { bearer, both, json, type Answer, type TestServer } from './server.js';
import type { Door, WireAnswer } from './wires.js';

export const REASON = 'Logins from a leaked list';

/** So many users of an application, each with so many live sessions from one address; no one knows their tokens. */
export async function makeCrowd(
  server: TestServer,
  { users, each, ip, applicationId }: { users: number; each: number; ip: string; applicationId?: string },
): Promise<void> {
  await server.sql(
    `with made as (
       insert into users (id, application_id, username)
       select gen_random_uuid(), applications.id, gen_random_uuid()::text
       from (select id from applications where $4::uuid is null or id = $4 order by created_at, id limit 1) as applications,
            generate_series(1, $1::integer)
       returning id, application_id
     )
     insert into sessions (user_id, id, application_id, contract, secret_hash, created_at, idle_until, expires_at, ip)
     select made.id, gen_random_uuid(), made.application_id, 'native', sha256(made.id::text::bytea), now() - n * interval '1 ms',
            now() + interval '1 hour', now() + interval '1 day', $3::inet
     from made, generate_series(1, $2::integer) n`,
    [users, each, ip, applicationId ?? null],
  );
}

/** How many sessions from an address are left. */
export async function countFrom(server: TestServer, ip: string): Promise<number> {
  const [row] = await server.sql<{ count: number }>('select count(*)::int from sessions where ip = $1::inet', [ip]);
  return row!.count;
}

/** Endings of sessions from an address: how many events, of how many sessions, by cause. */
export async function endingsFrom(server: TestServer, ip: string): Promise<object[]> {
  return server.sql(
    `select cause, count(*)::int as events, count(distinct session_id)::int as sessions
     from session_events where type = 'session.ended' and ip = $1::inet group by cause order by cause`,
    [ip],
  );
}

export const dryRun = <Given extends Answer | WireAnswer>(
  door: { post(url: string, options: object): Promise<Given> },
  token: string,
  filter: object,
): Promise<Given> => door.post('/api/v1/admin/sessions/end', both(bearer(token), json({ filter, dryRun: true })));

/** Ends what a dry run with this filter just named. */
export async function endFiltered(door: Door, token: string, filter: object): Promise<WireAnswer> {
  const { confirmation } = (await dryRun(door, token, filter)).json<{ confirmation: string }>();
  return door.post('/api/v1/admin/sessions/end', both(bearer(token), json({ filter, confirmation, reason: REASON })));
}
