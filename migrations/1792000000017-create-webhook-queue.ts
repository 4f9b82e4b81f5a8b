import PgBoss from 'pg-boss';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// Whoever holds a job longer than this has gone; attempts take ten seconds at most.
const QUEUE = { policy: 'short', expireInSeconds: 16, retryLimit: 1_000_000, retryDelay: 0 };
// The queue has a schema of its own. Where several Curfews share a database, each in a schema, each has its own queue.
const SCHEMA = `
  select case current_schema() when 'public' then 'webhook_queue' else current_schema() || '_queue' end as schema`;
// What pg-boss takes for a name, which it does not quote.
const NAME = /^[a-z_][a-z\d_]{0,49}$/;

// The tables of the job queue are those of pg-boss, made by its own statements, but within our transaction. A version of it
// that wants other tables gets a migration of its own, which asks the table `version` where it begins.
export class CreateWebhookQueue1792000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const schema = await schemaOf(runner);
    const plans = PgBoss.getConstructionPlans(schema);
    const statements = /CREATE SCHEMA[\s\S]*(?=\s*COMMIT;\s*$)/.exec(plans)?.[0];
    if (!statements) throw new Error('pg-boss makes its tables in another way than before.');
    await runner.query(statements);
    await runner.query(`select ${schema}.create_queue('webhooks', $1)`, [JSON.stringify(QUEUE)]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema ${await schemaOf(runner)} cascade`);
  }
}

async function schemaOf(runner: QueryRunner): Promise<string> {
  const [{ schema }] = (await runner.query(SCHEMA)) as [{ schema: string }];
  if (!NAME.test(schema)) throw new Error(`The schema ${schema} needs a plainer name: a-z, digits and _, at most 44.`);
  return schema;
}
