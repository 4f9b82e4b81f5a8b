/**
 * Curfew beside what people would use instead, on one machine, in alternating rounds; printed, and kept in
 * docs/benchmarks.md where all took part in at least five rounds of three seconds.
 *
 *   npm run bench -- --rounds 5 --seconds 3 --only check,login,logout,everywhere --no-peers
 */
import { parseArgs } from 'node:util';
import { runBench } from './built.js';
import { raceChecks } from './contest/check.js';
import { Contest } from './contest/contest.js';
import { raceEverywhere, raceLogouts } from './contest/endings.js';
import { raceLogins } from './contest/login.js';
import { countOf, isPublishable } from './contest/terms.js';
import { whileTidy } from './interruption.js';
import { ensurePeers, peerVersions } from './peers/installed.js';
import { failuresOf } from './race.js';
import { print, publish, verdict } from './report.js';
import { versionsOf } from './report/machine.js';
import { requireWrk } from './wrk.js';

const DISCIPLINES = { check: raceChecks, login: raceLogins, logout: raceLogouts, everywhere: raceEverywhere };
const PEERS = ['express', 'express-session', 'connect-pg-simple', 'passport', 'better-auth', 'parse-server'];

/** @typedef {keyof typeof DISCIPLINES} Discipline */

await runBench(measure, requireWrk);

async function measure() {
  const { only, rounds, seconds, withPeers } = given();
  if (withPeers) await ensurePeers();
  const contest = await Contest.open();
  return whileTidy(
    () => contest.stop(),
    async () => {
      await contest.prepare({ withPeers });
      const versions = { ...(await versionsOf(contest.database)), ...(withPeers && (await namedVersions())) };
      let code = 0;
      for (const discipline of only) {
        console.log(`\n${discipline}: ${rounds} rounds of ${seconds} s each …`);
        const outcomes = await DISCIPLINES[discipline](contest, { rounds, seconds, versions });
        code = Math.max(code, await tell(outcomes, isPublishable({ rounds, seconds, withPeers })));
      }
      return code;
    },
  );
}

function given() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string', default: Object.keys(DISCIPLINES).join(',') },
      'no-peers': { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',');
  if (!only.every(isDiscipline)) throw new Error(`--only takes some of ${Object.keys(DISCIPLINES).join(',')}.`);
  return {
    only,
    rounds: countOf('rounds', values.rounds),
    seconds: countOf('seconds', values.seconds),
    withPeers: !values['no-peers'],
  };
}

/**
 * @param {import('./contest/terms.js').Outcome[]} outcomes
 * @param {boolean} isKept
 */
async function tell(outcomes, isKept) {
  const [first] = outcomes;
  if (!first) return 0;
  print(first.section);
  const failures = outcomes.flatMap(({ entrants }) => entrants.map(failureOf)).filter((text) => text !== undefined);
  for (const failure of failures) console.log(`FAILED  ${failure}`);
  if (failures.length > 0) return 1;
  if (isKept) await publish(first.section);
  else console.log('Not kept in docs: that takes all peers and at least five rounds of three seconds.');
  return verdict(first.section);
}

/** @param {import('./race.js').Entrant} entrant */
function failureOf(entrant) {
  const failures = failuresOf(entrant);
  if (failures > 0) return `${entrant.label}: ${failures} requests were refused or not answered`;
  const isSilent = entrant.rounds.some(({ requests }) => requests === 0);
  return isSilent ? `${entrant.label}: a round without an answer` : undefined;
}

async function namedVersions() {
  const versions = await peerVersions();
  return Object.fromEntries(PEERS.map((name) => [name, String(versions[name])]));
}

/**
 * @param {string} text
 * @returns {text is Discipline}
 */
function isDiscipline(text) {
  return Object.hasOwn(DISCIPLINES, text);
}
