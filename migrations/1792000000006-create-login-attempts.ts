import type { MigrationInterface, QueryRunner } from 'typeorm';

// Unlogged: a crash of the database forgets attempts, which costs no one a session and spares each login a flush.
export class CreateLoginAttempts1792000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create unlogged table login_attempts (
        key bytea not null,
        count integer not null,
        until timestamptz not null,
        constraint login_attempts_pkey primary key (key)
      ) with (fillfactor = 70)`);
    await runner.query('create index login_attempts_until_idx on login_attempts (until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table login_attempts');
  }
}
