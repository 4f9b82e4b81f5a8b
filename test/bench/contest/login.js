/** Logins, at 16 connections: with the password hash that each would use, and with next to none. */
import { curfew } from '../peers/curfew.js';
import { parseServer } from '../peers/parse-server.js';
import { raceWith } from '../race.js';
import { writeRequests } from '../requests.js';
import { loadRequests } from '../wrk.js';
import { chartOf, figuresOf, ratiosOf } from './tables.js';

const CONNECTIONS = 16;
const HASHES = /** @type {const} */ ({
  full: 'argon2id, 19 MiB and two passes (Parse Server: bcrypt, cost 10)',
  least: 'next to no hash: argon2id, 8 KiB and one pass (Parse Server: bcrypt, cost 4)',
});

/** @typedef {import('../race.js').Entrant & { contestant: import('./contestant.js').Contestant }} Entrant */

/**
 * @param {import('./contest.js').Contest} contest
 * @param {import('./terms.js').Terms} terms
 * @returns {Promise<import('./terms.js').Outcome[]>}
 */
export async function raceLogins(contest, terms) {
  const full = await raceAt(contest, 'full', terms);
  const least = await raceAt(contest, 'least', terms);
  const ratios = ratiosOf(least, curfew.label);
  const withHash = ratiosOf(full, curfew.label);
  for (const [label, row] of Object.entries(withHash.rows)) {
    const [found = Number.NaN] = Object.values(row).map(Number);
    ratios.rows[label] = { [`${curfew.label} ÷ it, with the hash`]: found, ...renamed(ratios.rows[label]) };
  }
  const section = {
    name: 'login',
    order: 20,
    title: 'Log in',
    command: 'npm run bench -- --only login',
    setting: `${CONNECTIONS} connections, 1,000 users in turn; ${terms.rounds} alternating rounds of ${terms.seconds} s, medians.`,
    versions: terms.versions,
    gates: [],
    ratios,
    figures: [figuresOf(full, HASHES.full), figuresOf(least, HASHES.least)],
    charts: [
      chartOf('hashed', 'Log in, with the password hash', full, [curfew.label]),
      chartOf('rate', 'Log in, next to no password hash', least, [curfew.label]),
    ],
    notes: NOTES,
  };
  return [
    { entrants: full, section },
    { entrants: least, section },
  ];
}

/**
 * @param {import('./contest.js').Contest} contest
 * @param {import('../peers/peer.js').HashCost} cost
 * @param {import('./terms.js').Terms} terms
 */
async function raceAt({ contestants }, cost, { rounds, seconds }) {
  /** @type {Entrant[]} */
  const entrants = [];
  for (const contestant of contestants) {
    const { peer, server, requestFile } = contestant;
    if (!peer.login || peer.environment?.['TOUCH'] === 'off') continue;
    await contestant.givePasswords(cost);
    await writeRequests(requestFile, server.origin, contestant.loginRequests());
    entrants.push({ label: peer.label, server, rounds: [], contestant });
  }
  await raceWith(entrants, rounds, ({ server, contestant: { requestFile } }, isWarmUp) => {
    const how = { seconds: isWarmUp ? 1 : seconds, connections: CONNECTIONS, isOnce: false };
    return loadRequests(server.origin, requestFile, how);
  });
  return entrants;
}

/** @param {Record<string, string | number>} [row] */
function renamed(row = {}) {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [`${column}, without`, value]));
}

const NOTES = [
  'With the hash: Curfew, Passport and better-auth verify the same argon2id hash (19 MiB, two passes, one lane) with the same library, which is nearly all that is measured.',
  `Without: the hash in each table is the cheapest of its kind, which no server is told apart from a real one. ${parseServer.label} has bcrypt of its own.`,
  'A login of Curfew also spends and gives back an attempt of its login limits, and its session row is written only if the password has not changed meanwhile. The peers are without login limits.',
];
