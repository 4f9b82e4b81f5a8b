import type { MigrationInterface, QueryRunner } from 'typeorm';

// Who was in, and when they went: endings in the order of time, by address, and by how long their sessions had lasted, which
// bounds how far behind an instant somebody of that instant may have gone. Partial: they cost nothing but endings.
export class IndexHistory1792000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index session_events_ended_idx on session_events (occurred_at, id) where type = 'session.ended'`);
    await runner.query(`
      create index session_events_ended_ip_idx on session_events (ip, occurred_at) where type = 'session.ended'`);
    await runner.query(`
      create index session_events_lasted_idx on session_events ((occurred_at - session_created_at)) where type = 'session.ended'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index session_events_lasted_idx');
    await runner.query('drop index session_events_ended_ip_idx');
    await runner.query('drop index session_events_ended_idx');
  }
}
