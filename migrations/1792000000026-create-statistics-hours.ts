import type { MigrationInterface, QueryRunner } from 'typeorm';

// Filled by the one writer of the audit log, so that nothing is counted twice. No foreign key: what was counted outlives
// the application. Every column of the key says something, also where there is nothing to say: nil, or an empty text.
export class CreateStatisticsHours1792000000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table statistics_hours (
        hour timestamptz not null,
        application_id uuid not null,
        kind text not null,
        contract text not null,
        reason text not null,
        count bigint not null,
        constraint statistics_hours_pkey primary key (hour, application_id, kind, contract, reason),
        constraint statistics_hours_kind_check check (kind in ('login', 'refusal', 'ending'))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table statistics_hours');
  }
}
