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

-- A trigger runs on the node that has the row, where no search_path of ours is set.
alter function :"schema".session_ended() set search_path = :"schema";
alter function :"schema".session_changed() set search_path = :"schema";
alter function :"schema".user_disabled() set search_path = :"schema";
alter function :"schema".session_logged_in() set search_path = :"schema";

-- These triggers write only rows of their own schema, which lie on the same node.
select format('alter database %I set citus.enable_unsafe_triggers = on', current_database()) \gexec
set citus.enable_unsafe_triggers = on;

select citus_schema_distribute(:'schema'::regnamespace);
