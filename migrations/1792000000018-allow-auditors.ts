import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPES = 'introspect,revoke,events,users,sessions,admin,metrics';

/** One more scope of service keys: `audit` reads what happened, and changes nothing. */
export class AllowAuditors1792000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, `${SCOPES},audit`);
  }

  // A key that could do nothing else goes; the others lose the scope.
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from service_keys where scopes <@ '{audit}'`);
    await runner.query(`update service_keys set scopes = array_remove(scopes, 'audit') where 'audit' = any (scopes)`);
    await allow(runner, SCOPES);
  }
}

async function allow(runner: QueryRunner, scopes: string): Promise<void> {
  await runner.query('alter table service_keys drop constraint service_keys_scopes_check');
  await runner.query(`
    alter table service_keys add constraint service_keys_scopes_check
      check (scopes <@ '{${scopes}}' and scopes <> '{}')`);
}
