/** The server one would write by hand: node:http, a pool, and one prepared SELECT per request. */
import pg from 'pg';
import { AS_TEXT, COLUMNS, CONNECTION, LIVE, serve } from './plain-session.js';

const pool = new pg.Pool({ ...CONNECTION, max: 10 });
const name = 'check';
const text = `
  select ${COLUMNS}
  from sessions join users on users.id = sessions.user_id join applications on applications.id = sessions.application_id
  where sessions.user_id = $1 and sessions.id = $2 and ${LIVE}`;

serve(async ({ userId, sessionId }) => {
  /** @type {pg.QueryArrayResult<string[]>} */
  const { rows } = await pool.query({ name, text, values: [userId, sessionId], rowMode: 'array', types: AS_TEXT });
  return rows[0];
});
