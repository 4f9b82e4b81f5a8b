import type { MigrationInterface, QueryRunner } from 'typeorm';

// Events are read in the order (transaction_id, id), up to pg_snapshot_xmin. Two facts make that order good:
// - Nothing readable appears behind a reader. What it did not see belongs to a transaction that was open or had not begun
//   then, whose id is at least the xmin up to which it read, and the event's transaction_id is never below that id.
// - What depends on another event comes after it. Its own id alone could be lower: a transaction may have had its id for long
//   before it saw the other's row. But then it saw that transaction as completed, so the xmax of its snapshot is above that
//   one's transaction_id; less one is still not below it (and keeps an idle database from withholding the newest event), and
//   of two equal ones `id` decides, which was drawn later.
export class ExtendEvents1792000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // In the order in which an ending on a node of before takes them: first sessions, then their events.
    await runner.query('lock table sessions in share row exclusive mode');
    await runner.query(`
      create function event_transaction_id() returns xid8 language sql as $$
        select greatest(pg_current_xact_id(), (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text::xid8)
      $$`);
    for (const table of ['session_events', 'application_events']) {
      await runner.query(`alter table ${table} alter column transaction_id set default event_transaction_id()`);
      await runner.query(`drop index ${table}_id_idx`);
      await runner.query(`create index ${table}_transaction_id_id_idx on ${table} (transaction_id, id)`);
    }
    await runner.query('alter table session_events alter column cause drop not null');
    // One stream, one sequence: an id is unique over both tables.
    await runner.query('alter table application_events alter column id drop identity');
    await runner.query(`
      update application_events set id = moved.fresh_id
      from (
        select application_id, id, nextval('session_events_id_seq') as fresh_id
        from (select application_id, id from application_events order by id) as present
      ) as moved
      where application_events.application_id = moved.application_id and application_events.id = moved.id`);
    await runner.query(
      "alter table application_events alter column id set default nextval('session_events_id_seq'::regclass)",
    );
    await runner.query(`
      create function session_changed() returns trigger language plpgsql as $$
      begin
        insert into session_events (user_id, type, session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label)
        values (new.user_id, case tg_op when 'INSERT' then 'session.started' else 'session.rotated' end,
                new.id, new.application_id, new.contract, new.created_at, new.last_seen_at, new.ip, new.user_agent, new.label);
        return null;
      end $$`);
    await runner.query(
      'create trigger sessions_started after insert on sessions for each row execute function session_changed()',
    );
    // A touch leaves secret_hash alone, and so this trigger leaves a touch alone.
    await runner.query(`
      create trigger sessions_rotated after update of secret_hash on sessions for each row
      when (new.secret_hash is distinct from old.secret_hash) execute function session_changed()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger sessions_rotated on sessions');
    await runner.query('drop trigger sessions_started on sessions');
    await runner.query('drop function session_changed()');
    await runner.query('alter table application_events alter column id drop default');
    await runner.query('alter table application_events alter column id add generated always as identity');
    await runner.query(`
      select setval(pg_get_serial_sequence('application_events', 'id'), (select coalesce(max(id), 0) + 1 from application_events), false)`);
    await runner.query('delete from session_events where cause is null');
    await runner.query('alter table session_events alter column cause set not null');
    for (const table of ['session_events', 'application_events']) {
      await runner.query(`drop index ${table}_transaction_id_id_idx`);
      await runner.query(`create index ${table}_id_idx on ${table} (id)`);
      await runner.query(`alter table ${table} alter column transaction_id set default pg_current_xact_id()`);
    }
    await runner.query('drop function event_transaction_id()');
  }
}
