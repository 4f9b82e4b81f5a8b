/** A contestant that answers fast and wrong has not won: each proves itself before it may run. */
import { send } from '../requests.js';

/** @typedef {import('./contestant.js').Contestant} Contestant */

/** Users who are nobody's else: behind those with sessions, before those of the endings. */
const PLACE = 50_001;
const SESSIONS = 10;

/**
 * Throws where a live session is refused, a made-up or an ended one is let in, or a login is not what it seems.
 *
 * @param {Contestant} contestant
 */
export async function prove(contestant) {
  const { peer } = contestant;
  const name = `user${PLACE}`;
  const [token = '', other = ''] = await contestant.startSessions(PLACE, PLACE, 2);
  await expectLive(contestant, peer.carry(token), name);
  await expectRefused(contestant, peer.carry(`${token.slice(0, -8)}AAAAAAAA`), 'a made-up session');

  if (peer.end) await contestant.database.query(peer.end, [name]);
  else await succeed(contestant, contestant.requestOf(token, peer.logOut));
  await expectRefused(contestant, peer.carry(token), 'a session after its logout');
  if (!peer.end) await expectLive(contestant, peer.carry(other), name);
  if (peer.logOutEverywhere) await proveEverywhere(contestant, peer.logOutEverywhere);
  if (peer.login) await proveLogin(contestant);
}

/**
 * What was measured were answers to live sessions.
 *
 * @param {Contestant} contestant
 * @param {string[]} tokens
 */
export async function proveLive(contestant, tokens) {
  for (const token of tokens.slice(0, SESSIONS)) await expectLive(contestant, contestant.peer.carry(token));
}

/**
 * What was measured were endings.
 *
 * @param {Contestant} contestant
 * @param {string[]} tokens
 */
export async function proveEnded(contestant, tokens) {
  for (const token of tokens)
    await expectRefused(contestant, contestant.peer.carry(token), 'a session after its logout');
}

/**
 * @param {Contestant} contestant
 * @param {import('../requests.js').Request} request
 */
async function proveEverywhere(contestant, request) {
  const { peer } = contestant;
  const tokens = await contestant.startSessions(PLACE + 1, PLACE + 1, SESSIONS);
  await succeed(contestant, contestant.requestOf(tokens[0] ?? '', request));
  for (const token of tokens) await expectRefused(contestant, peer.carry(token), 'a session logged out everywhere');
}

/** @param {Contestant} contestant */
async function proveLogin(contestant) {
  const { peer } = contestant;
  await contestant.givePasswords('full');
  const [right] = contestant.loginRequests();
  const { answer, body } = await succeed(contestant, right ?? peer.check);
  await expectLive(contestant, peer.carryFrom?.(answer, body) ?? {}, 'user1');
  const wrong = {
    ...right,
    path: right?.path ?? '',
    body: { ...right?.body, password: 'six silent owls at midnight' },
  };
  const refusal = await send(contestant.server.origin, wrong);
  if (refusal.status < 400) fail(contestant, 'let a wrong password in', refusal.status, await refusal.text());
}

/**
 * @param {Contestant} contestant
 * @param {Record<string, string>} headers
 * @param {string} [name]
 */
async function expectLive(contestant, headers, name = 'user') {
  const { answer, body } = await succeed(contestant, { ...contestant.peer.check, headers });
  if (answer.status !== 200 || !body.includes(`"${name}`))
    fail(contestant, 'did not name the user of a live session', answer.status, body);
}

/**
 * @param {Contestant} contestant
 * @param {Record<string, string>} headers
 * @param {string} what
 */
async function expectRefused(contestant, headers, what) {
  const { refusal, check } = contestant.peer;
  const answer = await send(contestant.server.origin, { ...check, headers });
  const body = await answer.text();
  if (answer.status !== refusal.status || !(refusal.body ?? /./).test(body))
    fail(contestant, `did not refuse ${what}`, answer.status, body);
}

/**
 * @param {Contestant} contestant
 * @param {import('../requests.js').Request} request
 */
async function succeed(contestant, request) {
  const answer = await send(contestant.server.origin, request);
  const body = await answer.text();
  if (!answer.ok) fail(contestant, `refused ${request.method ?? 'GET'} ${request.path}`, answer.status, body);
  return { answer, body };
}

/**
 * @param {Contestant} contestant
 * @param {string} what
 * @param {number} status
 * @param {string} body
 * @returns {never}
 */
function fail({ peer }, what, status, body) {
  throw new Error(`${peer.label} ${what}: ${status} ${body.slice(0, 200)}`);
}
