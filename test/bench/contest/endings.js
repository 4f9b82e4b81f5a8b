/** Logouts, each of a session of its own; and log-outs everywhere, each of a user's ten sessions. */
import { curfew } from '../peers/curfew.js';
import { expressSession } from '../peers/express-session.js';
import { raceWith } from '../race.js';
import { CONNECTIONS } from '../wrk.js';
import { proveEnded } from './proof.js';
import { chartOf, figuresOf, gateOf, ratiosOf } from './tables.js';

/** More than any contestant can answer: stock is laid in for so many. */
const LOGOUT = { first: 50_101, each: 1, perSecond: 15_000, connections: CONNECTIONS };
const EVERYWHERE = { first: 100_001, each: 10, perSecond: 4_000, connections: CONNECTIONS };

/** @typedef {import('../race.js').Entrant & { contestant: import('./contestant.js').Contestant, request: import('../requests.js').Request }} Entrant */
/** @typedef {import('./contest.js').Contest} Contest */
/** @typedef {import('./terms.js').Terms} Terms */
/** @typedef {import('./terms.js').Outcome} Outcome */

/**
 * @param {Contest} contest
 * @param {Terms} terms
 * @returns {Promise<Outcome[]>}
 */
export async function raceLogouts(contest, terms) {
  const entrants = await raceOf(contest, 'logOut', LOGOUT, terms);
  const gate = gateOf(entrants, curfew.label, expressSession.label, 5, 'logout');
  const section = {
    name: 'logout',
    order: 30,
    title: 'Log out',
    command: 'npm run bench -- --only logout',
    ...describe(entrants, terms),
    gates: gate ? [gate] : [],
    charts: [chartOf('rate', 'Log out', entrants, [curfew.label])],
    notes: [
      'Every request ends a session that nobody ended before. After the race, sessions that were ended are asked about and must be refused.',
      `${curfew.label}: logouts that arrive together share a statement and its commit; each leaves a row in \`session_events\`. ${expressSession.label}: \`req.session.destroy()\`, behind the same session and Passport as a check. The others: their own routes.`,
      'PostgreSQL waits for its log on disk at each commit (`synchronous_commit` is on).',
    ],
  };
  return [{ entrants, section }];
}

/**
 * @param {Contest} contest
 * @param {Terms} terms
 * @returns {Promise<Outcome[]>}
 */
export async function raceEverywhere(contest, terms) {
  const entrants = await raceOf(contest, 'logOutEverywhere', EVERYWHERE, terms);
  const section = {
    name: 'everywhere',
    order: 31,
    title: 'Log out everywhere',
    command: 'npm run bench -- --only everywhere',
    ...describe(entrants, terms),
    gates: [],
    charts: [chartOf('rate', "Log out everywhere, a user's ten sessions", entrants, [curfew.label])],
    notes: [
      'Every request ends all ten sessions of a user whom nobody else logs out.',
      `${expressSession.label} and Parse Server have no request for it, and do not take part. better-auth: \`POST /api/auth/revoke-sessions\`.`,
    ],
  };
  return [{ entrants, section }];
}

/**
 * @param {Contest} contest
 * @param {'logOut' | 'logOutEverywhere'} act
 * @param {import('./contestant.js').Ending} ending
 * @param {Terms} terms
 */
async function raceOf({ contestants }, act, ending, { rounds, seconds }) {
  /** @type {Entrant[]} */
  const entrants = contestants.flatMap((contestant) => {
    const { peer, server } = contestant;
    const request = peer.environment?.['TOUCH'] === 'off' ? undefined : peer[act];
    return request ? [{ label: peer.label, server, rounds: [], contestant, request }] : [];
  });
  await raceWith(entrants, rounds, ({ contestant, request }, isWarmUp) =>
    contestant.end(ending, request, isWarmUp ? 1 : seconds),
  );
  for (const { contestant } of entrants) await proveEnded(contestant, contestant.ended);
  return entrants;
}

/**
 * @param {Entrant[]} entrants
 * @param {Terms} terms
 */
function describe(entrants, { rounds, seconds, versions }) {
  return {
    setting: `${CONNECTIONS} connections; ${rounds} alternating rounds of ${seconds} s, medians.`,
    versions,
    ratios: ratiosOf(entrants, curfew.label),
    figures: [figuresOf(entrants)],
  };
}
