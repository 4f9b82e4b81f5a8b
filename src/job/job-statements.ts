import type { Statement } from '../database/store.js';
import { JOB_COLUMNS } from './job.js';

/** How long a confirmation may be used. */
const CONFIRMABLE = `proposed_at > now() - interval '5 minutes'`;

export const PROPOSE: Statement = {
  name: 'job-propose',
  text: `
    insert into jobs (id, kind, application_id, filter, target, asked_by_user_id, asked_by_session_id, asked_by_key_id, total, users, confirmation_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    returning proposed_at + interval '5 minutes'`,
};

/** Of two that come with the same confirmation the other finds it used. */
export const CONFIRM: Statement = {
  name: 'job-confirm',
  text: `
    update jobs set status = 'running', confirmation_hash = null, started_at = clock_timestamp(), reason = $8, asked_by_session_id = $6
    where confirmation_hash = $1 and status = 'proposed' and kind = $2 and filter = $3::jsonb
      and application_id is not distinct from $4::uuid
      and asked_by_user_id is not distinct from $5::uuid and asked_by_key_id is not distinct from $7::uuid
      and ${CONFIRMABLE}
    returning ${JOB_COLUMNS}`,
};

const IS_VISIBLE = `status <> 'proposed' and ($1::uuid is null or application_id = $1)`;

export const GET: Statement = {
  name: 'job-get',
  text: `select ${JOB_COLUMNS} from jobs where ${IS_VISIBLE} and id = $2`,
};

export const LIST: Statement = {
  name: 'job-list',
  text: `
    select ${JOB_COLUMNS} from jobs where ${IS_VISIBLE} and ($2::uuid is null or id < $2) order by id desc limit $3`,
};

/** Waits for the batch that holds the row: after this no other follows. */
export const STOP: Statement = {
  name: 'job-stop',
  patienceMs: 3_500,
  text: `
    update jobs set status = 'stopped', ended_at = clock_timestamp()
    where id = $1 and status = 'running' and kind <> 'delete_application'`,
};

export const IS_WAITING: Statement = {
  name: 'job-is-waiting',
  text: `select 1 from jobs where status = 'running' limit 1`,
};

/** True for the one node whose turn it is, until its transaction ends. The number is this lock's name. */
export const TAKE_TURN: Statement = {
  name: 'job-take-turn',
  text: 'select pg_try_advisory_xact_lock(3958206)',
};

/** The one that has been waiting longest: a small one does not wait for a large one to end. It is not held yet. */
export const NEXT: Statement = {
  name: 'job-next',
  text: `select ${JOB_COLUMNS} from jobs where status = 'running' order by worked_at nulls first, id limit 1`,
};

/** Held until the batch is committed; none where it was stopped meanwhile. */
export const HOLD: Statement = {
  name: 'job-hold',
  text: `select 1 from jobs where id = $1 and status = 'running' for update`,
};

/** In the transaction of the batch itself, so that nothing is counted twice or not at all. */
export const ADVANCE: Statement = {
  name: 'job-advance',
  text: `
    update jobs set done = done + $2::bigint, place = $3::jsonb, worked_at = clock_timestamp(),
      status = case when $4::boolean then 'done' else status end, ended_at = case when $4 then clock_timestamp() end
    where id = $1 returning ${JOB_COLUMNS}`,
};

/** Behind the others for a while: what keeps one job from going on keeps no other. */
export const PUT_OFF: Statement = {
  name: 'job-put-off',
  text: `update jobs set worked_at = clock_timestamp() + interval '10 seconds' where id = $1 and status = 'running'`,
};

export const FAIL: Statement = {
  name: 'job-fail',
  text: `
    update jobs set status = 'failed', fault = $2, ended_at = clock_timestamp() where id = $1 and status = 'running'`,
};

/** Those that nobody confirmed, and those that ended for long enough ago. */
export const PRUNE: Statement = {
  name: 'job-prune',
  text: `
    delete from jobs where status = 'proposed' and proposed_at < now() - interval '1 hour'
      or ended_at < now() - $1::bigint * interval '1 ms'
    returning id`,
};
