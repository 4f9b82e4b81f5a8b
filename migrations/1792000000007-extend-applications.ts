import type { MigrationInterface, QueryRunner } from 'typeorm';

// A session limit of 0 is "unlimited", said by the application itself; null leaves it to the contract. The index finds the oldest
// application, which answers where a request names none. Endpoints and wires are read with each request of a wire:
// beside the row they cost no second look.
export class ExtendApplications1792000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table applications
        add column requires_origin boolean not null default false,
        add column is_guest_allowed boolean not null default false,
        add column has_dynamic_properties boolean not null default true,
        add column property_names text[] not null default '{}',
        add column required_properties text[] not null default '{}',
        add column lock_after integer,
        add column lock_seconds integer not null default 900,
        add column endpoints jsonb not null default '{}',
        add column wires jsonb not null default '{}',
        add column updated_at timestamptz not null default now(),
        add constraint applications_lock_after_check check (lock_after > 0),
        add constraint applications_lock_seconds_check check (lock_seconds > 0),
        drop constraint applications_session_limit_check,
        add constraint applications_session_limit_check check (session_limit >= 0)`);
    await runner.query('create index applications_created_at_idx on applications (created_at, id)');
    await runner.query(`
      update application_keys set key = lower(key)
      where not exists (select from application_keys as twin where twin.key = lower(application_keys.key))
        and key ~* '^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'`);
    await runner.query(`
      alter table application_keys
        add constraint application_keys_kind_check
        check (kind in ('client', 'android', 'ios', 'js', 'dotnet', 'actionscript', 'rest', 'server', 'rested', 'rested_master'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table application_keys drop constraint application_keys_kind_check');
    await runner.query('drop index applications_created_at_idx');
    await runner.query('update applications set session_limit = null where session_limit = 0');
    await runner.query(`
      alter table applications
        drop constraint applications_session_limit_check,
        add constraint applications_session_limit_check check (session_limit > 0),
        drop column requires_origin, drop column is_guest_allowed, drop column has_dynamic_properties,
        drop column property_names, drop column required_properties, drop column lock_after, drop column lock_seconds,
        drop column endpoints, drop column wires, drop column updated_at`);
  }
}
