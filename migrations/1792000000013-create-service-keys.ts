import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateServiceKeys1792000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table service_keys (
        id uuid not null,
        application_id uuid,
        name text not null,
        scopes text[] not null,
        secret_hash bytea not null,
        previous_secret_hash bytea,
        previous_until timestamptz,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        constraint service_keys_pkey primary key (id),
        constraint service_keys_scopes_check
          check (scopes <@ '{introspect,revoke,events,users,sessions,admin,metrics}' and scopes <> '{}'),
        constraint service_keys_application_id_fkey foreign key (application_id) references applications (id) on delete cascade
      )`);
    await runner.query('create index service_keys_application_id_idx on service_keys (application_id, id)');
    // A service may end all of an application's sessions, too.
    await runner.query(`
      alter table application_events
        alter column ended_by_user_id drop not null,
        alter column ended_by_session_id drop not null,
        add column ended_by_key_id uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from application_events where ended_by_user_id is null');
    await runner.query(`
      alter table application_events
        drop column ended_by_key_id,
        alter column ended_by_session_id set not null,
        alter column ended_by_user_id set not null`);
    await runner.query('drop table service_keys');
  }
}
