/** What both plain contestants share: the token read, the row judged, the answer shaped as by the real route. */
import { createServer } from 'node:http';
import { instant, sessionToken } from './built.js';

const { instantOf } = await instant();
const { SessionToken, uuidOf } = await sessionToken();

/** @typedef {import('../../src/session/session-token.js').SessionToken} Token */
/** @typedef {string[]} Row A row of COLUMNS. */

export const COLUMNS = `
  sessions.secret_hash, users.username, users.roles, sessions.application_id, sessions.contract, sessions.created_at,
  sessions.authenticated_at, least(sessions.idle_until, sessions.expires_at), sessions.expires_at`;

export const LIVE = `
  sessions.expires_at > now() and sessions.idle_until > now() and users.status = 'active'
  and applications.status = 'active' and sessions.created_at > applications.sessions_valid_after`;

/** The driver's costly conversions are left out, as in the real server. */
export const AS_TEXT = { getTypeParser: () => (/** @type {string} */ value) => value };

/** Settings of a connection that prepares statements for small answers, as in the real server. */
export const CONNECTION = {
  connectionString: process.env['DATABASE_URL'],
  options: '-c TimeZone=UTC -c plan_cache_mode=force_generic_plan -c jit=off',
};

/** @param {(token: Token) => Promise<Row | undefined>} find */
export function serve(find) {
  const server = createServer((request, response) => {
    const token = SessionToken.parse(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]);
    if (!token) return send(response, 401, { status: 401 });
    find(token).then(
      (row) => {
        const isLive = row !== undefined && token.matches(Buffer.from(String(row[0]).slice(2), 'hex'));
        if (isLive) send(response, 200, answerOf(token, row));
        else send(response, 401, { status: 401 });
      },
      () => send(response, 503, { status: 503 }),
    );
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1');
  process.once('SIGINT', () => process.exit(0));
}

/**
 * @param {Token} token
 * @param {Row} row
 */
function answerOf(token, row) {
  const [, username, roles = '{}', applicationId, contract, ...instants] = row;
  const [createdAt, authenticatedAt, idleUntil, expiresAt] = instants.map(instantOf);
  return {
    user: { id: uuidOf(token.userId), username, roles: roles === '{}' ? [] : roles.slice(1, -1).split(',') },
    session: {
      id: uuidOf(token.sessionId),
      applicationId,
      contract,
      createdAt,
      authenticatedAt,
      idleUntil,
      expiresAt,
    },
  };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {object} body
 */
function send(response, status, body) {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}
