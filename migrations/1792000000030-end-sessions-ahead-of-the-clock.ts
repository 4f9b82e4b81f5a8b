import type { MigrationInterface, QueryRunner } from 'typeorm';

// The clock of a server that was promoted may be behind that of the one before, and any clock may be set back: then sessions
// started later than now. Whatever ends everyone of an application, by a route or typed by hand, reaches the last of them. As
// long as clocks go forward none started after now, and the index says so at once. A change of `sessions_valid_after` to an
// instant that has passed means those before it, and no more.
export class EndSessionsAheadOfTheClock1792000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function application_sessions_ended() returns trigger language plpgsql as $$
      begin
        new.sessions_valid_after := greatest(old.sessions_valid_after, new.sessions_valid_after, now());
        new.sessions_valid_after := greatest(new.sessions_valid_after, (
          select max(created_at) from sessions where application_id = new.id and created_at > new.sessions_valid_after));
        return new;
      end $$`);
    await runner.query('drop trigger applications_status_changed on applications');
    await runner.query(`
      create trigger applications_status_changed before update of status on applications for each row
      when (new.status is distinct from old.status) execute function application_sessions_ended()`);
    await runner.query(`
      create trigger applications_sessions_ended before update of sessions_valid_after on applications for each row
      when (new.sessions_valid_after >= now()) execute function application_sessions_ended()`);
    await runner.query('drop function application_status_changed()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function application_status_changed() returns trigger language plpgsql as $$
      begin
        new.sessions_valid_after := greatest(old.sessions_valid_after, new.sessions_valid_after, now());
        return new;
      end $$`);
    await runner.query('drop trigger applications_sessions_ended on applications');
    await runner.query('drop trigger applications_status_changed on applications');
    await runner.query(`
      create trigger applications_status_changed before update of status on applications for each row
      when (new.status is distinct from old.status) execute function application_status_changed()`);
    await runner.query('drop function application_sessions_ended()');
  }
}
