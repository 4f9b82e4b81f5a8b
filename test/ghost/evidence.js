/** Whether a run could have found anything. One that looked away is as bad as one that found something, and is told so. */

/** @typedef {import('./checker.js').Verdict} Verdict */
/** What somebody wants to have been seen. @typedef {{ faults?: number | undefined, requests?: number | undefined }} Least */
/**
 * @typedef {object} Run
 * @property {number} seconds
 * @property {boolean} isWhole It went on to its end.
 * @property {boolean} hasAllFaults
 * @property {Least | undefined} [least]
 */

/** For each second of the time in which faults strike. Any machine that is worth the run does several times as much. */
const LEAST_A_SECOND = {
  operations: [100, 'requests'],
  afterDeath: [15, 'readings judged against a certain death'],
  closeAfterDeath: [3, 'of them within 20 ms of it'],
  beforeDeath: [5, 'readings judged against a certain life'],
  dead: [15, 'readings of dead tokens'],
  neverIssued: [0.5, 'readings of tokens that were never issued'],
  named: [10, 'readings that named somebody'],
  endingsDone: [1, 'endings answered'],
  raced: [0.25, 'endings that readings overlapped'],
};
/** Only a whole run does these. */
const LEAST_AT_THE_END = {
  endingsWithEvent: [1, 'endings found in the log of events'],
  heard: [2, 'events heard'],
  tokensCompared: [2, 'tokens compared on all nodes'],
};
/** A run of all kinds of faults, for each minute. */
const LEAST_FAULTS = 15;
const LEAST_KINDS = 8;
/** Where a dead token must have been shown. */
export const SURFACES = [
  'native',
  'dittofi',
  'backendless',
  'rested',
  'elvis',
  'introspection',
  'introspections',
  'forward-auth',
];
/** A minute has them all. */
const ENDINGS = [
  'logout',
  'revoke',
  'rotate',
  'login',
  'change-password',
  'log-out-everywhere',
  'log-out-others',
  'end-session',
  'end-user',
  'end-by-filter',
  'end-application',
];

/**
 * For how long faults struck; of a run that was cut short, for how long it went on.
 *
 * @param {Verdict} verdict
 */
export function secondsOf({ phases: { begin, healed, end } }) {
  return ((healed === Infinity ? end : healed) - begin) / 1_000;
}

/**
 * What there was too little of, in words; nothing where the run could have found what it looked for.
 *
 * @param {Verdict} verdict
 * @param {Run} run
 */
export function missing({ counts, surfaces, endings, faults, phases }, { seconds, isWhole, hasAllFaults, least = {} }) {
  const asked = isWhole ? { ...LEAST_A_SECOND, ...LEAST_AT_THE_END } : LEAST_A_SECOND;
  const lacks = Object.entries(asked).flatMap(([name, [rate, words]]) => {
    const due = Math.ceil(Number(rate) * seconds);
    const found = counts[/** @type {keyof typeof counts} */ (name)];
    return found < due ? [`${found} ${words}; at least ${due} were due`] : [];
  });
  for (const surface of SURFACES) if (!surfaces[surface]) lacks.push(`no dead token was shown at ${surface}`);
  const struck = faults.filter(({ skipped }) => skipped === undefined);
  if (counts.operations < (least.requests ?? 0))
    lacks.push(`${counts.operations} requests; ${least.requests} were asked for`);
  if (struck.length < (least.faults ?? 0)) lacks.push(`${struck.length} faults; ${least.faults} were asked for`);
  if (!hasAllFaults) return lacks;
  if (isWhole && seconds >= 60)
    for (const kind of ENDINGS) if (!endings[kind]) lacks.push(`no token was shown that ${kind} had certainly ended`);
  const kinds = new Set(struck.map(({ kind }) => kind)).size;
  // Nodes take their time to start again.
  const due = Math.floor((LEAST_FAULTS * seconds) / 60 / phases.crowding);
  if (struck.length < due) lacks.push(`${struck.length} faults; at least ${due} were due`);
  if (kinds < Math.min(LEAST_KINDS, due)) lacks.push(`${kinds} kinds of faults; at least ${LEAST_KINDS} were due`);
  return lacks;
}
