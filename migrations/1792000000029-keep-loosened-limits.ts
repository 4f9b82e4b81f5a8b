import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEEP = `
        new.lifetime_limit := new.session_lifetime * interval '1 second';
        new.idle_limit := new.session_idle * interval '1 second';`;

// What a limit has ended stays dead when the limit is loosened before the rows are swept: the application keeps up to which
// start, and up to which last use, that is. Two seconds more than it is old, since checks that judge by the old limit may still
// be under way when this commits.
export class KeepLoosenedLimits1792000000029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table applications
        add column expired_up_to timestamptz not null default '-infinity',
        add column idled_up_to timestamptz not null default '-infinity'`);
    await define(
      runner,
      `${KEEP}
        if tg_op = 'UPDATE' then
          if old.lifetime_limit is not null and (new.lifetime_limit > old.lifetime_limit) is not false then
            new.expired_up_to := greatest(new.expired_up_to, clock_timestamp() + interval '2 seconds' - old.lifetime_limit);
          end if;
          if old.idle_limit is not null and (new.idle_limit > old.idle_limit) is not false then
            new.idled_up_to := greatest(new.idled_up_to, clock_timestamp() + interval '2 seconds' - old.idle_limit);
          end if;
        end if;`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await define(runner, KEEP);
    await runner.query('alter table applications drop column expired_up_to, drop column idled_up_to');
  }
}

async function define(runner: QueryRunner, body: string): Promise<void> {
  await runner.query(`
      create or replace function application_limits() returns trigger language plpgsql as $$
      begin${body}
        return new;
      end $$`);
}
