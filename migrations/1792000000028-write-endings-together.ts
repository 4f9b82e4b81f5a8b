import type { MigrationInterface, QueryRunner } from 'typeorm';

const OF_SESSION =
  'session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label';
const OF_ENDER = 'reason, ended_by_user_id, ended_by_session_id, ended_by_key_id';
const SNAPSHOT = ['id', 'application_id', 'contract', 'created_at', 'last_seen_at', 'ip', 'user_agent', 'label'];
const CAUSE = `coalesce(nullif(current_setting('curfew.cause', true), ''), 'direct')`;
const NAMED = `ender ->> 'reason', (ender ->> 'userId')::uuid, (ender ->> 'sessionId')::uuid, (ender ->> 'keyId')::uuid`;

/** A statement that ends many sessions writes their events in one go: a trigger for each row took longer than the endings. */
export class WriteEndingsTogether1792000000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('lock table sessions in share row exclusive mode');
    await define(
      runner,
      `
      declare
        ender jsonb := nullif(current_setting('curfew.ended_by', true), '')::jsonb;
      begin
        insert into session_events (user_id, type, cause, ${OF_SESSION}, ${OF_ENDER})
        select user_id, 'session.ended', ${CAUSE}, ${SNAPSHOT.join(', ')}, ${NAMED} from ended;
        return null;
      end`,
    );
    await runner.query('drop trigger sessions_ended on sessions');
    await runner.query(`
      create trigger sessions_ended after delete on sessions referencing old table as ended
      for each statement execute function session_ended()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('lock table sessions in share row exclusive mode');
    await runner.query('drop trigger sessions_ended on sessions');
    const row = SNAPSHOT.map((column) => `old.${column}`).join(', ');
    await define(
      runner,
      `
      declare
        named text := current_setting('curfew.ended_by', true);
        ender jsonb;
      begin
        if named is null or named = '' then
          insert into session_events (user_id, type, cause, ${OF_SESSION})
          values (old.user_id, 'session.ended', ${CAUSE}, ${row});
        else
          ender := named::jsonb;
          insert into session_events (user_id, type, cause, ${OF_SESSION}, ${OF_ENDER})
          values (old.user_id, 'session.ended', ${CAUSE}, ${row}, ${NAMED});
        end if;
        return null;
      end`,
    );
    await runner.query(
      'create trigger sessions_ended after delete on sessions for each row execute function session_ended()',
    );
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
