import type { MigrationInterface, QueryRunner } from 'typeorm';

// Also when it is typed by hand. A session once called dead must not live again when its application is let in again, and
// one that started while it was being shut out is older than that, too: so both changes end what there is.
export class EndSessionsWithTheirApplication1792000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function application_status_changed() returns trigger language plpgsql as $$
      begin
        new.sessions_valid_after := greatest(old.sessions_valid_after, new.sessions_valid_after, now());
        return new;
      end $$`);
    await runner.query(`
      create trigger applications_status_changed before update of status on applications for each row
      when (new.status is distinct from old.status) execute function application_status_changed()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger applications_status_changed on applications');
    await runner.query('drop function application_status_changed()');
  }
}
