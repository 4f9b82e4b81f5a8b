import type { MigrationInterface, QueryRunner } from 'typeorm';

// `body` is json and not jsonb: it is sent as it was written, byte for byte, however often.
// No foreign key from a delivery to its event: the log of what was sent outlives the event.
export class CreateWebhooks1792000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_endpoints (
        id uuid not null,
        application_id uuid,
        url text not null,
        types text[] not null default '{}',
        description text,
        secret text not null,
        previous_secret text,
        previous_secret_until timestamptz,
        status text not null default 'active',
        disabled_by text,
        since text not null,
        tests integer not null default 0,
        tests_since timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint webhook_endpoints_pkey primary key (id),
        constraint webhook_endpoints_application_id_fkey foreign key (application_id) references applications (id) on delete cascade,
        constraint webhook_endpoints_status_check check (status in ('active', 'disabled', 'deleted'))
      )`);
    await runner.query('create index webhook_endpoints_application_id_idx on webhook_endpoints (application_id)');
    await runner.query(`
      create table webhook_deliveries (
        id uuid not null,
        endpoint_id uuid not null,
        event_id text not null,
        type text not null,
        body json not null,
        status text not null default 'pending',
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        retry_until timestamptz not null,
        claimed_until timestamptz,
        last_attempt_at timestamptz,
        last_status integer,
        last_error text,
        last_answer text,
        created_at timestamptz not null default now(),
        delivered_at timestamptz,
        constraint webhook_deliveries_pkey primary key (id),
        constraint webhook_deliveries_endpoint_id_event_id_key unique (endpoint_id, event_id),
        constraint webhook_deliveries_endpoint_id_fkey foreign key (endpoint_id) references webhook_endpoints (id) on delete cascade,
        constraint webhook_deliveries_status_check check (status in ('pending', 'delivered', 'dead'))
      ) with (fillfactor = 80)`);
    await runner.query(`
      create index webhook_deliveries_due_idx on webhook_deliveries (endpoint_id, next_attempt_at) where status = 'pending'`);
    await runner.query('create index webhook_deliveries_endpoint_id_id_idx on webhook_deliveries (endpoint_id, id)');
    await runner.query(
      "create index webhook_deliveries_dead_idx on webhook_deliveries (endpoint_id, id) where status = 'dead'",
    );
    await runner.query(`
      create index webhook_deliveries_settled_idx on webhook_deliveries (status, last_attempt_at) where status <> 'pending'`);
    await runner.query(`
      create table webhook_relays (
        name text not null,
        position text,
        constraint webhook_relays_pkey primary key (name)
      )`);
    await runner.query("insert into webhook_relays (name) values ('webhooks')");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_relays');
    await runner.query('drop table webhook_deliveries');
    await runner.query('drop table webhook_endpoints');
  }
}
