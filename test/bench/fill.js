/** Rows to search among: users with a password and a name to log in by, and two live sessions each. */
import { hash } from '@node-rs/argon2';
import pg from 'pg';

/** Everybody's. Users are named `user1`, `user2` and so on. */
export const PASSWORD = 'seven silent owls at midnight';
/** As the server hashes them. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CHUNK = 250_000;
const WRITERS = 2;
/** Coprime to every number of users used here: neighbours in the table belong to distant users, as logins come. */
const STRIDE = 15_485_863;

// Ids are distinct, in the order of time as the server's own are, and can be computed again from their number.
const IDS = `
  create or replace function pg_temp.id_of(kind text, since_ms bigint, n bigint) returns uuid immutable language sql
  return (lpad(to_hex(since_ms + n), 12, '0') || '7' || substr(md5(kind || n), 1, 3) || '8' || substr(md5(kind || n), 4, 15))::uuid`;
export const USER_ID = (/** @type {string} */ n) => `pg_temp.id_of('user', 1750000000000, ${n})`;
export const SESSION_ID = (/** @type {string} */ n) => `pg_temp.id_of('session', 1760000000000, ${n})`;

const USERS = `
  insert into users (id, application_id, username, password_hash)
  select ${USER_ID('n')}, applications.id, 'user' || n, $3 from applications, generate_series($1::bigint, $2) as n`;

const IDENTITIES = `
  insert into identities (application_id, name, user_id)
  select applications.id, 'user' || n, ${USER_ID('n')} from applications, generate_series($1::bigint, $2) as n`;

/** The secret is the hash of the session's id, so that tokens can be made from the table. */
const SESSIONS = `
  insert into sessions (user_id, id, application_id, contract, secret_hash, last_seen_at, idle_until, expires_at, ip, user_agent)
  select ${USER_ID('n * $4::bigint % $3::bigint + 1')}, fresh.id, applications.id, 'native', sha256(sha256(fresh.id::text::bytea)),
         now() - case when $5::bigint = 0 then interval '0' else interval '5 minutes' end, now() + interval '6 hours', case when $5::bigint = 0 or n % nullif($5, 0) = 0 then now() + interval '1 day' else now() - interval '1 day' end + n * interval '1 ms',
         '203.0.113.7',
         'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'
  from applications, generate_series($1::bigint, $2) as n, lateral (select ${SESSION_ID('n')} as id) as fresh`;

/** Everybody logged in before, from an address that is known since. */
const ATTEMPTS = `
  insert into login_attempts (key, count, until)
  select sha256(n::text::bytea), 0, now() + interval '30 days' from generate_series($1::bigint, $2) as n`;

// Keys are made once the rows are there: row by row, in no order, they would take most of the time.
const KEYS = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
  from pg_constraint where contype = 'p' and conrelid in ('sessions'::regclass, 'identities'::regclass, 'login_attempts'::regclass)
  union all
  select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  from pg_index where not indisprimary and indrelid in ('sessions'::regclass, 'identities'::regclass, 'users'::regclass, 'login_attempts'::regclass)`;

/**
 * What each of the first so many users offers at login.
 *
 * @param {number} count
 */
export function credentialsOf(count) {
  return Array.from({ length: count }, (_, place) => ({ login: `user${place + 1}`, password: PASSWORD }));
}

/**
 * @param {string} url
 * @param {{ rows: number, liveEvery?: number, sessions?: string }} what Sessions, for half as many users; all live, or one of
 *   so many, seen some minutes ago, and the others past their lifetime. `sessions` is another statement that inserts them.
 * @param {(line: string) => void} tell
 */
export async function fill(url, { rows, liveEvery = 0, sessions = SESSIONS }, tell) {
  const clients = await Promise.all(Array.from({ length: WRITERS }, () => connect(url)));
  const client = /** @type {pg.Client} */ (clients[0]);
  try {
    await client.query(`insert into applications (id, name) values (gen_random_uuid(), 'Bench')`);
    /** @type {pg.QueryResult<{ drop: string, make: string }>} */
    const { rows: keys } = await client.query(KEYS);
    for (const key of keys) await client.query(key.drop);
    const users = rows / 2;
    const passwordHash = await hash(PASSWORD, COST);
    await inChunks(clients, users, 'users', tell, (writer, from, to) => writer.query(USERS, [from, to, passwordHash]));
    await inChunks(clients, users, 'identities', tell, (writer, from, to) => writer.query(IDENTITIES, [from, to]));
    await inChunks(clients, users, 'known addresses', tell, (writer, from, to) => writer.query(ATTEMPTS, [from, to]));
    await inChunks(clients, rows, 'sessions', tell, (writer, from, to) =>
      writer.query(sessions, [from, to, users, STRIDE, liveEvery]),
    );
    if (rows > CHUNK) tell('keys and statistics');
    for (const key of keys) await client.query(key.make);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await Promise.all(clients.map((writer) => writer.end()));
  }
}

/** @param {string} url */
async function connect(url) {
  const client = new pg.Client(url);
  await client.connect();
  // Foreign keys are not checked row by row: every row here is made to fit.
  await client.query("set session_replication_role = replica; set maintenance_work_mem = '512MB'");
  await client.query(IDS);
  return client;
}

/**
 * @param {pg.Client[]} writers
 * @param {number} count
 * @param {string} of
 * @param {(line: string) => void} tell
 * @param {(writer: pg.Client, from: number, to: number) => Promise<unknown>} insert
 */
async function inChunks(writers, count, of, tell, insert) {
  let next = 1;
  const work = async (/** @type {pg.Client} */ writer) => {
    while (next <= count) {
      const from = next;
      const to = Math.min(count, from + CHUNK - 1);
      next = to + 1;
      await insert(writer, from, to);
      if (count > CHUNK) tell(`${of} ${to.toLocaleString('en')} of ${count.toLocaleString('en')}`);
    }
  };
  await Promise.all(writers.map(work));
}
