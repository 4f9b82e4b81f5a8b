import PgBoss from 'pg-boss';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMA = 'webhook_queue';
// Whoever holds a job longer than this has gone; attempts take ten seconds at most.
const QUEUE = { policy: 'short', expireInSeconds: 16, retryLimit: 1_000_000, retryDelay: 0 };

// The tables of the job queue are those of pg-boss, made by its own statements, but within our transaction. A version of it
// that wants other tables gets a migration of its own, which asks the table `version` where it begins.
export class CreateWebhookQueue1792000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const plans = PgBoss.getConstructionPlans(SCHEMA);
    const statements = /CREATE SCHEMA[\s\S]*(?=\s*COMMIT;\s*$)/.exec(plans)?.[0];
    if (!statements) throw new Error('pg-boss makes its tables in another way than before.');
    await runner.query(statements);
    await runner.query(`select ${SCHEMA}.create_queue('webhooks', $1)`, [JSON.stringify(QUEUE)]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema ${SCHEMA} cascade`);
  }
}
