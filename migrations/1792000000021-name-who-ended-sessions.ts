import type { MigrationInterface, QueryRunner } from 'typeorm';

const SNAPSHOT =
  'session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label';
const OF_ROW = `old.id, old.application_id, old.contract, old.created_at, old.last_seen_at, old.ip, old.user_agent, old.label`;
const CAUSE = `coalesce(nullif(current_setting('curfew.cause', true), ''), 'direct')`;

/** An event of an ending names the administrator and the reason, where there is one: the transaction says so beside the cause. */
export class NameWhoEndedSessions1792000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // In the order in which an ending takes them: first sessions, then their events.
    await runner.query('lock table sessions in share row exclusive mode');
    await runner.query(`
      alter table session_events
        add column reason text,
        add column ended_by_user_id uuid,
        add column ended_by_session_id uuid,
        add column ended_by_key_id uuid`);
    // Most endings name nobody: they are spared the reading of JSON.
    await define(
      runner,
      `
      declare
        named text := current_setting('curfew.ended_by', true);
        ender jsonb;
      begin
        if named is null or named = '' then
          insert into session_events (user_id, type, cause, ${SNAPSHOT})
          values (old.user_id, 'session.ended', ${CAUSE}, ${OF_ROW});
        else
          ender := named::jsonb;
          insert into session_events (user_id, type, cause, ${SNAPSHOT}, reason, ended_by_user_id, ended_by_session_id, ended_by_key_id)
          values (old.user_id, 'session.ended', ${CAUSE}, ${OF_ROW}, ender ->> 'reason', (ender ->> 'userId')::uuid,
                  (ender ->> 'sessionId')::uuid, (ender ->> 'keyId')::uuid);
        end if;
        return null;
      end`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('lock table sessions in share row exclusive mode');
    await define(
      runner,
      `
      begin
        insert into session_events (user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label)
        values (old.user_id, 'session.ended', coalesce(nullif(current_setting('curfew.cause', true), ''), 'direct'),
                old.id, old.application_id, old.contract, old.created_at, old.last_seen_at, old.ip, old.user_agent, old.label);
        return null;
      end `,
    );
    await runner.query(`
      alter table session_events
        drop column reason,
        drop column ended_by_user_id,
        drop column ended_by_session_id,
        drop column ended_by_key_id`);
  }
}

/** Where tables were placed on a cluster, the function was given a search_path: it keeps that one. */
async function define(runner: QueryRunner, body: string): Promise<void> {
  const [{ path }] = (await runner.query(`
    select (select substr(setting, 13) from unnest(proconfig) as setting where setting like 'search_path=%') as path
    from pg_proc where oid = to_regproc('session_ended')`)) as [{ path: string | null }];
  await runner.query(`create or replace function session_ended() returns trigger language plpgsql as $$${body}$$`);
  if (path !== null) await runner.query(`alter function session_ended() set search_path = ${path}`);
}
