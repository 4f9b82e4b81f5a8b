import type { MigrationInterface, QueryRunner } from 'typeorm';

// Every check judges a session by the limits of its application: they are kept as intervals, so that none is computed there.
// A trigger keeps them, so that they are right whoever changes the seconds.
export class KeepLimitsAsIntervals1792000000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table applications
        add column lifetime_limit interval generated always as (session_lifetime * interval '1 second') stored,
        add column idle_limit interval generated always as (session_idle * interval '1 second') stored`);
    await runner.query(`
      alter table applications alter column lifetime_limit drop expression, alter column idle_limit drop expression`);
    await runner.query(`
      create function application_limits() returns trigger language plpgsql as $$
      begin
        new.lifetime_limit := new.session_lifetime * interval '1 second';
        new.idle_limit := new.session_idle * interval '1 second';
        return new;
      end $$`);
    await runner.query(`
      create trigger applications_limits before insert or update on applications for each row
      execute function application_limits()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger applications_limits on applications');
    await runner.query('drop function application_limits()');
    await runner.query('alter table applications drop column lifetime_limit, drop column idle_limit');
  }
}
