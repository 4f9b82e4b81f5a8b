import type { MigrationInterface, QueryRunner } from 'typeorm';

// A connection keeps the plan of its first logins, when hardly anybody had logged in: it would read all of `last_logins` for
// each login after them, until the statistics of that table are made anew.
export class FindLastLoginsByKey1792000000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter function session_logged_in() set enable_seqscan = off');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter function session_logged_in() reset enable_seqscan');
  }
}
