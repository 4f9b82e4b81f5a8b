/** What logins, logouts and touches cost the database, and how much room sessions and events take. */
import { hash } from '@node-rs/argon2';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { credentialsOf, PASSWORD } from '../fill.js';
import { ask } from '../keep-alive-client.js';

const USERS = 500;
const AT_ONCE = 32;
const TOUCHED = 1_000;
const DELETED = 20_000;
/** The least there is: a password costs the node, never the database. */
const COST = { memoryCost: 8, timeCost: 1, parallelism: 1 };
// A touch is written within half a second.
const TOUCH_MS = 1_000;

/** @typedef {import('./database-cost.js').DatabaseCost} DatabaseCost */
/** @typedef {import('./database-cost.js').Cost} Cost */
/** @typedef {import('../temporary-database.js').TemporaryDatabase} TemporaryDatabase */

/**
 * The first time right after a checkpoint, when each page that is changed is logged whole; the second time without.
 *
 * @param {TemporaryDatabase} database
 * @param {DatabaseCost} cost
 * @param {string} origin
 * @returns {Promise<Record<string, Cost>>}
 */
export async function costsOfSessions(database, cost, origin) {
  await givePasswords(database);
  const credentials = credentialsOf(USERS);
  /** @type {Record<string, Cost>} */
  const found = {};
  for (const [when, atOnce] of /** @type {const} */ ([
    ['after a checkpoint', AT_ONCE],
    ['between checkpoints', AT_ONCE],
    ['one at a time', 1],
  ])) {
    if (when === 'after a checkpoint') await database.query('checkpoint');
    /** @type {string[]} */
    const tokens = [];
    found[`login, ${when}`] = await cost.of(credentials, async (some) => {
      tokens.push(...(await logInAll(origin, some, atOnce)));
    });
    if (when === 'after a checkpoint') await database.query('checkpoint');
    found[`logout, ${when}`] = await cost.of(tokens, (some) => logOutAll(origin, some, atOnce));
  }
  return { ...found, ...(await costsOfTouches(database, cost, origin)) };
}

/**
 * The same passwords at the least cost.
 *
 * @param {TemporaryDatabase} database
 */
async function givePasswords(database) {
  const ours = `(select 'user' || n from generate_series(1, ${USERS}) as n)`;
  await database.query(`update users set password_hash = $1 where username in ${ours}`, [await hash(PASSWORD, COST)]);
}

/**
 * @param {string} origin
 * @param {ReturnType<typeof credentialsOf>} credentials
 * @param {number} atOnce
 */
async function logInAll(origin, credentials, atOnce) {
  return inTurns(credentials, atOnce, async (offered, agent) => {
    const body = JSON.stringify(offered);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const answer = await ask(`${origin}/api/v1/auth/login`, { agent, method: 'POST', headers }, body);
    if (answer.status !== 200) throw new Error(`A login was answered ${answer.status}: ${answer.body}`);
    return String(/** @type {{ token: unknown }} */ (JSON.parse(answer.body)).token);
  });
}

/**
 * @param {string} origin
 * @param {string[]} tokens
 * @param {number} atOnce
 */
async function logOutAll(origin, tokens, atOnce) {
  await inTurns(tokens, atOnce, async (token, agent) => {
    const headers = { authorization: `Bearer ${token}` };
    const { status, body } = await ask(`${origin}/api/v1/auth/logout`, { agent, method: 'POST', headers });
    if (status !== 204) throw new Error(`A logout was answered ${status}: ${body}`);
  });
}

/**
 * @param {TemporaryDatabase} database
 * @param {DatabaseCost} cost
 * @param {string} origin
 */
async function costsOfTouches(database, cost, origin) {
  const tokens = await database.tokens(TOUCHED);
  /** @type {Record<string, Cost>} */
  const found = {};
  for (const when of ['after a checkpoint', 'between checkpoints']) {
    await database.query(`update sessions set last_seen_at = last_seen_at - interval '2 minutes'`);
    await database.query('vacuum sessions');
    if (when === 'after a checkpoint') await database.query('checkpoint');
    const { walBytes, fsyncs } = await cost.of(tokens, async (some) => {
      await inTurns(some, AT_ONCE, async (token, agent) => {
        const headers = { authorization: `Bearer ${token}` };
        const { status, body } = await ask(`${origin}/api/v1/auth/session`, { agent, headers });
        if (status !== 200) throw new Error(`A check was answered ${status}: ${body}`);
      });
      await pause(TOUCH_MS);
    });
    // Its processor time cannot be told from that of the checks which cause it.
    found[`touch, ${when}`] = { cpuUs: Number.NaN, walBytes, fsyncs };
  }
  return found;
}

/**
 * Bytes a session and a past session's event take, indexes included. Ends sessions: what is measured after it has fewer.
 *
 * @param {TemporaryDatabase} database
 */
export async function roomOf(database) {
  await database.query('vacuum full sessions');
  const [sessions] = await database.query(`
    select pg_relation_size('sessions') as "table", pg_indexes_size('sessions') as indexes, (select count(*) from sessions) as count`);
  const [before] = await database.query(`select pg_total_relation_size('session_events') as bytes`);
  await database.query(
    `delete from sessions where (user_id, id) in (select user_id, id from sessions limit ${DELETED})`,
  );
  const [after] = await database.query(`select pg_total_relation_size('session_events') as bytes`);
  const count = Number(sessions?.['count']);
  return {
    tableBytes: Number(sessions?.['table']) / count,
    indexBytes: Number(sessions?.['indexes']) / count,
    eventBytes: (Number(after?.['bytes']) - Number(before?.['bytes'])) / DELETED,
  };
}

/**
 * @template From, To
 * @param {From[]} all
 * @param {number} atOnce
 * @param {(one: From, agent: Agent) => Promise<To>} act
 */
async function inTurns(all, atOnce, act) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const waiting = [...all];
  /** @type {To[]} */
  const answers = [];
  const work = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) answers.push(await act(one, agent));
  };
  await Promise.all(Array.from({ length: atOnce }, work)).finally(() => agent.destroy());
  return answers;
}
