import type { MigrationInterface, QueryRunner } from 'typeorm';

const ACTED = `
        act text not null,
        code text,
        user_id uuid,
        session_id uuid,
        key_id uuid,
        login text,
        target_type text,
        target_id text,
        application_id uuid,
        contract text,
        address inet,
        user_agent text,
        request_id text,
        details json not null default '{}'`;

// One index for each single filter, in the order in which pages are read; what is mostly null or mostly 'ok' stands in none.
const INDEXES = [
  ['occurred_at', 'occurred_at, number', ''],
  ['act', 'act, occurred_at, number', ''],
  ['outcome', 'outcome, occurred_at, number', "where outcome <> 'ok'"],
  ['code', 'code, occurred_at, number', 'where code is not null'],
  ['user_id', 'user_id, occurred_at, number', 'where user_id is not null'],
  ['session_id', 'session_id, occurred_at, number', 'where session_id is not null'],
  ['key_id', 'key_id, occurred_at, number', 'where key_id is not null'],
  ['target_id', 'target_id, occurred_at, number', 'where target_id is not null'],
  ['application_id', 'application_id, occurred_at, number', ''],
  ['address', 'address, occurred_at, number', 'where address is not null'],
  ['request_id', 'request_id', 'where request_id is not null'],
];

// The log is partitioned by when a row was written to it and not by when the act occurred: numbers follow the first alone,
// so what a dropped month leaves behind is one unbroken chain.
export class CreateAuditLog1792000000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table audit_inbox (
        id uuid not null,
        occurred_at timestamptz not null default clock_timestamp(),
        outcome text,
        is_repeated boolean not null default false,${ACTED},
        constraint audit_inbox_pkey primary key (id)
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`);
    await runner.query('create index audit_inbox_occurred_at_idx on audit_inbox (occurred_at, id)');
    await runner.query(`
      create table audit_log (
        number bigint not null,
        recorded_at timestamptz not null,
        occurred_at timestamptz not null,
        outcome text not null,${ACTED},
        note_id uuid,
        event_id bigint,
        previous_hash bytea not null,
        hash bytea not null,
        constraint audit_log_pkey primary key (number, recorded_at)
      ) partition by range (recorded_at)`);
    for (const [name, columns, where] of INDEXES)
      await runner.query(`create index audit_log_${name}_idx on audit_log (${columns}) ${where}`);
    await runner.query('create index audit_log_event_id_idx on audit_log using brin (event_id)');
    await runner.query(`
      create table audit_heads (
        name text not null,
        number bigint not null default 0,
        hash bytea not null default decode(repeat('00', 32), 'hex'),
        recorded_at timestamptz not null default '-infinity',
        event_position text,
        known_event_id bigint not null default 0,
        constraint audit_heads_pkey primary key (name)
      ) with (fillfactor = 50)`);
    await runner.query("insert into audit_heads (name) values ('audit')");
    await runner.query(`
      create table audit_beginnings (
        number bigint not null,
        hash bytea not null,
        noted_at timestamptz not null default now(),
        constraint audit_beginnings_pkey primary key (number)
      )`);
    await this.guard(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit_beginnings', 'audit_heads', 'audit_log', 'audit_inbox'])
      await runner.query(`drop table ${table}`);
    await runner.query('drop function audit_log_partition(timestamptz)');
    await runner.query('drop function audit_refused()');
  }

  // For every role, the owner and superusers among them; a partition takes over the first trigger of the log, but none on
  // truncating.
  private async guard(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function audit_refused() returns trigger language plpgsql as $$
      begin
        raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
      end $$`);
    for (const table of ['audit_log', 'audit_beginnings']) {
      await runner.query(`
        create trigger ${table}_unchanged before update or delete on ${table} for each row execute function audit_refused()`);
      await runner.query(`
        create trigger ${table}_untruncated before truncate on ${table} for each statement execute function audit_refused()`);
      await runner.query(`revoke update, delete, truncate on ${table} from current_user, public`);
    }
    await runner.query(`
      create function audit_log_partition(at timestamptz) returns text language plpgsql as $$
      declare
        month timestamp := date_trunc('month', at at time zone 'UTC');
        name text := 'audit_log_' || to_char(month, 'YYYY_MM');
      begin
        if to_regclass(quote_ident(name)) is not null then return name; end if;
        -- Attached and not made in place: that would wait for everyone who reads the log.
        execute format('create table %I (like audit_log including defaults)', name);
        execute format('alter table audit_log attach partition %I for values from (%L) to (%L)',
                       name, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
        execute format('create trigger audit_log_untruncated before truncate on %I for each statement execute function audit_refused()', name);
        execute format('revoke update, delete, truncate on %I from current_user, public', name);
        return name;
      end $$`);
    await runner.query("select audit_log_partition(now()), audit_log_partition(now() + interval '1 month')");
  }
}
