/** For information: node:http with waiting checks gathered into shared statements, the bound that no framework reaches. */
import pg from 'pg';
import { AS_TEXT, COLUMNS, CONNECTION, LIVE, serve } from './plain-session.js';

const IN_FLIGHT = 2;

/** @typedef {import('./plain-session.js').Token} Token */
/** @typedef {{ token: Token, resolve: (row: string[] | undefined) => void, reject: (reason: unknown) => void }} Rider */

const pool = new pg.Pool({ ...CONNECTION, max: IN_FLIGHT });
const name = 'checks';
const text = `
  select asked.place, ${COLUMNS}
  from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (user_id, id, place)
  join sessions on sessions.user_id = asked.user_id and sessions.id = asked.id
  join users on users.id = sessions.user_id join applications on applications.id = sessions.application_id
  where ${LIVE}`;

/** @type {Rider[]} */
let waiting = [];
let inFlight = 0;
let isDepartureDue = false;

serve(
  (token) =>
    new Promise((resolve, reject) => {
      waiting.push({ token, resolve, reject });
      departSoon();
    }),
);

function departSoon() {
  if (isDepartureDue || inFlight >= IN_FLIGHT || waiting.length === 0) return;
  isDepartureDue = true;
  setImmediate(() => {
    isDepartureDue = false;
    void depart();
  });
}

async function depart() {
  const riders = waiting;
  waiting = [];
  inFlight++;
  try {
    const values = [list(riders.map(({ token }) => token.userId)), list(riders.map(({ token }) => token.sessionId))];
    /** @type {pg.QueryArrayResult<string[]>} */
    const { rows } = await pool.query({ name, text, values, rowMode: 'array', types: AS_TEXT });
    const byPlace = new Map(rows.map(([place, ...row]) => [Number(place), row]));
    riders.forEach(({ resolve }, index) => resolve(byPlace.get(index + 1)));
  } catch (reason) {
    riders.forEach(({ reject }) => reject(reason));
  }
  inFlight--;
  departSoon();
}

/** @param {string[]} ids */
function list(ids) {
  return `{${ids.join(',')}}`;
}
