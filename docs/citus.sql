-- Places the tables of one Curfew on one node of a Citus cluster. Run once, on the coordinator, by a superuser, with all
-- nodes of this Curfew stopped, after the tables were made in a schema of their own (docs/scaling.md):
--
--   psql -X -v ON_ERROR_STOP=1 -1 -v schema=curfew_a -f docs/citus.sql postgres://…
--
-- There is no way back but dump and restore.

\set beside :schema _local

-- Counters of failed logins stay on the coordinator: Citus refuses their ON CONFLICT. Nothing joins them.
create schema :"beside";
alter table :"schema".login_attempts set schema :"beside";

-- A trigger of a statement cannot see its rows there: each row writes the event of its own ending.
drop trigger sessions_ended on :"schema".sessions;
create or replace function :"schema".session_ended() returns trigger language plpgsql as $$
declare
  ender jsonb := nullif(current_setting('curfew.ended_by', true), '')::jsonb;
begin
  insert into session_events (
    user_id, type, cause, session_id, application_id, contract, session_created_at, session_last_seen_at, ip, user_agent, label,
    reason, ended_by_user_id, ended_by_session_id, ended_by_key_id)
  values (
    old.user_id, 'session.ended', coalesce(nullif(current_setting('curfew.cause', true), ''), 'direct'), old.id, old.application_id,
    old.contract, old.created_at, old.last_seen_at, old.ip, old.user_agent, old.label, ender ->> 'reason',
    (ender ->> 'userId')::uuid, (ender ->> 'sessionId')::uuid, (ender ->> 'keyId')::uuid);
  return null;
end $$;
create trigger sessions_ended after delete on :"schema".sessions for each row execute function :"schema".session_ended();

-- A trigger runs on the node that has the row, where no search_path of ours is set.
alter function :"schema".application_sessions_ended() set search_path = :"schema";
alter function :"schema".session_ended() set search_path = :"schema";
alter function :"schema".session_changed() set search_path = :"schema";
alter function :"schema".user_disabled() set search_path = :"schema";
alter function :"schema".session_logged_in() set search_path = :"schema";

-- These triggers write only rows of their own schema, which lie on the same node.
select format('alter database %I set citus.enable_unsafe_triggers = on', current_database()) \gexec
set citus.enable_unsafe_triggers = on;

select citus_schema_distribute(:'schema'::regnamespace);
