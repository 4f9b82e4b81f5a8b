import type { MigrationInterface, QueryRunner } from 'typeorm';

// One row: up to where events were pruned, and how often their order was made anew because this is another cluster.
export class CreateEventLogs1792000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table event_logs (
        name text not null,
        generation integer not null default 1,
        pruned_transaction_id xid8 not null default '0',
        pruned_id bigint not null default 0,
        constraint event_logs_pkey primary key (name)
      )`);
    await runner.query("insert into event_logs (name) values ('events')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table event_logs');
  }
}
