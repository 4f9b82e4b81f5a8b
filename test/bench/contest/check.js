/** "Is this session live?", at 64 connections. */
import { setTimeout as pause } from 'node:timers/promises';
import { betterAuth } from '../peers/better-auth.js';
import { curfew, plainGathered, plainSelect } from '../peers/curfew.js';
import { expressSession } from '../peers/express-session.js';
import { USERS_WITH_SESSIONS } from '../peers/peer.js';
import { raceWith } from '../race.js';
import { writeRequests } from '../requests.js';
import { CONNECTIONS, loadRequests } from '../wrk.js';
import { proveLive } from './proof.js';
import { chartOf, figuresOf, gateOf, ratiosOf } from './tables.js';

const TOKENS = 1_000;
const WARM_UP_SECONDS = 2;
const OPEN_ROUTE = { path: '/health/live' };
const UNGUARDED = 'Curfew, unguarded route';
const BARE_NEST = 'bare Nest + Fastify';
// A connection tells the database's statistics what it did within ten seconds of falling idle.
const STATISTICS_MS = 11_000;

/** @typedef {import('./contest.js').Contest} Contest */
/** @typedef {import('./contestant.js').Contestant} Contestant */
/** @typedef {import('../race.js').Entrant & { requestFile: string }} Entrant */
/** @typedef {import('./terms.js').Terms} Terms */
/** @typedef {import('./terms.js').Outcome} Outcome */

/**
 * @param {Contest} contest
 * @param {Terms} terms
 * @returns {Promise<Outcome[]>}
 */
export async function raceChecks(contest, terms) {
  const tokens = await tokensOf(contest);
  const entrants = await entrantsOf(contest, tokens);
  const before = await transactionsOf(contest);
  let checks = 0;
  await raceWith(entrants, terms.rounds, async ({ label, server, requestFile }, isWarmUp) => {
    const how = { seconds: isWarmUp ? WARM_UP_SECONDS : terms.seconds, connections: CONNECTIONS, isOnce: false };
    const found = await loadRequests(server.origin, requestFile, how);
    if (label === curfew.label) checks += found.requests;
    return found;
  });
  await pause(STATISTICS_MS);
  const statements = ((await transactionsOf(contest)) - before) / checks;
  for (const [contestant, own] of tokens) await proveLive(contestant, own);
  return [{ entrants, section: sectionOf(contest, entrants, statements, terms) }];
}

/**
 * Spread over all users: neighbours in a table would share its pages.
 *
 * @param {Contest} contest
 */
async function tokensOf({ contestants }) {
  /** @type {Map<Contestant, string[]>} */
  const tokens = new Map();
  for (const contestant of contestants) {
    const all = await contestant.startSessions(1, USERS_WITH_SESSIONS);
    await contestant.database.query('vacuum analyze');
    tokens.set(
      contestant,
      all.filter((_, place) => place % (USERS_WITH_SESSIONS / TOKENS) === 0),
    );
  }
  return tokens;
}

/**
 * @param {Contest} contest
 * @param {Map<Contestant, string[]>} tokens
 */
async function entrantsOf(contest, tokens) {
  /** @type {Entrant[]} */
  const entrants = [];
  for (const [contestant, own] of tokens) {
    const { peer, server, requestFile } = contestant;
    const requests = own.map((token) => contestant.requestOf(token));
    await writeRequests(requestFile, server.origin, requests);
    entrants.push({ label: peer.label, server, requestFile, rounds: [] });
  }
  for (const [label, server] of Object.entries({ [UNGUARDED]: contest.curfew.server, [BARE_NEST]: contest.bareNest })) {
    if (!server) continue;
    const requestFile = contest.fileFor(label);
    await writeRequests(requestFile, server.origin, [OPEN_ROUTE]);
    entrants.push({ label, server, requestFile, rounds: [] });
  }
  return entrants;
}

/** @param {Contest} contest */
async function transactionsOf({ curfew: { database } }) {
  const [row] = await database.query('select xact_commit from pg_stat_database where datname = current_database()');
  return Number(row?.['xact_commit']);
}

/**
 * @param {Contest} contest
 * @param {Entrant[]} entrants
 * @param {number} statements
 * @param {Terms} terms
 * @returns {import('../report.js').Section}
 */
function sectionOf(contest, entrants, statements, { rounds, seconds, versions }) {
  const gates = [
    gateOf(entrants, curfew.label, UNGUARDED, 0.45),
    gateOf(entrants, curfew.label, plainSelect.label, 1.4),
    gateOf(entrants, curfew.label, plainGathered.label, 0.7),
    gateOf(entrants, curfew.label, expressSession.label, 13),
    gateOf(entrants, curfew.label, betterAuth.label, 11),
    gateOf(entrants, UNGUARDED, BARE_NEST, 0.85),
    { what: 'check: database statements per check under load', atMost: 0.1, found: statements },
  ];
  return {
    name: 'check',
    order: 10,
    title: 'Is this session live?',
    command: 'npm run bench -- --only check',
    setting: `${CONNECTIONS} connections, one server process each, 150,000 sessions in each table, ${TOKENS} of them asked about in turn; ${rounds} alternating rounds of ${seconds} s, medians.`,
    versions,
    gates: gates.filter((gate) => gate !== undefined),
    ratios: ratiosOf(entrants, curfew.label),
    figures: [figuresOf(entrants)],
    charts: [chartOf('rate', 'Is this session live?', entrants, [curfew.label, UNGUARDED])],
    notes: [...contest.contestants.map(({ peer }) => `${peer.label}: ${peer.does}.`), ...NOTES],
  };
}

const NOTES = [
  `${UNGUARDED}: \`GET /health/live\` of the same process, which asks no database. ${BARE_NEST}: the same answer by Nest and its Fastify adapter, in the versions that Curfew has, and nothing else.`,
  'Each contestant first proves that it answers a live session with its user, and refuses a made-up one, and one that was logged out.',
  'Server, PostgreSQL and wrk share the machine: whoever leaves more to PostgreSQL also leaves less of it to wrk and to itself. CPU µs/req is the server process alone.',
  'Database statements per check: transactions committed in the database of Curfew during the race (`pg_stat_database`), whatever they were for, by checks answered.',
];
