/** The verdict for people: what was done, how it was served, what was found, and whether that means anything. */
import { missing } from './evidence.js';

/** @typedef {import('./checker.js').Verdict} Verdict */
/** @typedef {import('./checker.js').Violation} Violation */
/** @typedef {import('./history.js').Line} Line */
/** @typedef {import('./evidence.js').Run} Run */

const SHOWN = 5;
const whole = (/** @type {number} */ count) => count.toLocaleString('en');
const ms = (/** @type {number} */ duration) => (Number.isNaN(duration) ? '–' : duration.toFixed(1));

/**
 * @param {Verdict} verdict
 * @param {Run} run
 */
export function reportOf(verdict, run) {
  const lacks = missing(verdict, run);
  const sections = [
    looksOf(verdict, run),
    faultsOf(verdict),
    latenciesOf(verdict),
    foundIn(verdict),
    emptinessOf(lacks),
  ];
  return {
    text: sections.filter(Boolean).join('\n\n'),
    isGreen: verdict.violations.length === 0 && lacks.length === 0,
  };
}

/**
 * @param {Verdict} verdict
 * @param {Run} run
 */
function looksOf({ counts, surfaces, endings, phases }, { seconds }) {
  /** @type {[string, number][]} */
  const rows = [
    ['requests', counts.operations],
    ['sessions, tokens', counts.sessions],
    ['', counts.tokens],
    ['endings answered', counts.endingsDone],
    ['endings that readings overlapped', counts.raced],
    ['readings that overlapped one', counts.racingReadings],
    ['readings: alive', counts.live],
    ['readings: dead', counts.dead],
    ['readings: nothing known', counts.none],
    ['begun after a certain death', counts.afterDeath],
    ['  of them within 20 ms', counts.closeAfterDeath],
    ['ended before any possible death', counts.beforeDeath],
    ['ended while the row was there', counts.whileHeld],
    ['of tokens never issued', counts.neverIssued],
    ['that named somebody', counts.named],
    ['logins with a certain password', counts.loginsCertain],
    ['endings found among events', counts.endingsWithEvent],
    ['events heard; again', counts.heard],
    ['', counts.heardAgain],
    ['tokens compared on all nodes', counts.tokensCompared],
    ['requests around clean stops', counts.requestsAtStops],
    ['  of them cut as the node closed', counts.cutAtClosing],
  ];
  const lines = rows.map(([words, count]) => `  ${words.padEnd(36)}${whole(count).padStart(12)}`);
  const each = (/** @type {Record<string, number>} */ of) =>
    Object.entries(of)
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, count]) => `${name} ${whole(count)}`)
      .join(', ');
  return [
    `What was looked at in ${Math.round(seconds)} s (${whole(Math.round(counts.operations / seconds))} requests a second)`,
    ...lines,
    ...(phases.crowding > 1
      ? [`  the machine had ${phases.crowding.toFixed(1)} times too much to do: so much longer it may take to mend`]
      : []),
    `  after a certain death, by surface: ${each(surfaces)}`,
    `  by what had ended it: ${each(endings)}`,
  ].join('\n');
}

/** @param {Verdict} verdict */
function faultsOf({ faults, availability, recovery }) {
  const row = (/** @type {string[]} */ [kind = '', times = '', total = '', ...shares]) =>
    `  ${kind.padEnd(24)}${times.padStart(6)}${total.padStart(10)}${shares.map((share) => share.padStart(14)).join('')}`;
  const kinds = [...availability.kinds]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([kind, { times, struck, others }]) => {
      const total = struck.served + struck.unserved + others.served + others.unserved;
      const { lastMs, later } = recovery.aftermathOf(kind);
      const last = lastMs === undefined ? '–' : `${(lastMs / 1_000).toFixed(2)} s`;
      return row([kind, String(times), whole(total), ...[struck, others].map(percent), last, percent(later)]);
    });
  const { served, unserved } = availability.whileQuiet;
  const skipped = faults
    .filter((fault) => fault.skipped !== undefined)
    .map(({ kind, skipped: why }) => `  not here: ${kind}: ${why}`);
  return [
    'Not served, by fault (503 or no answer)',
    row(['', 'times', 'requests', 'struck', 'others', 'last, after', 'later']),
    ...kinds,
    row(['while nothing was wrong', '', whole(served + unserved), percent(availability.whileQuiet)]),
    ...skipped,
    '  last, after: when the last request that was not served began, from the end of the fault to the next one;',
    '  later: of the requests that began 5 s and more after it (1 s where back ends were terminated)',
    `  without an answer: ${
      Object.entries(availability.errors)
        .map(([code, count]) => `${code} ${whole(count)}`)
        .join(', ') || 'none'
    }`,
  ].join('\n');
}

/** @param {import('./availability.js').Share} share */
function percent({ served, unserved }) {
  return served + unserved === 0 ? '–' : `${((100 * unserved) / (served + unserved)).toFixed(2)} %`;
}

/** @param {Verdict} verdict */
function latenciesOf({ availability: { quiet, stirred } }) {
  const row = (/** @type {string} */ words, /** @type {import('./latencies.js').Latencies} */ of) =>
    `  ${words.padEnd(24)}${whole(of.count).padStart(10)}${ms(of.percentile(50)).padStart(10)}${ms(of.percentile(99)).padStart(10)}`;
  return [
    'Checks                      answers    p50 ms    p99 ms',
    row('quiet', quiet),
    row('under a fault', stirred),
  ].join('\n');
}

/** @param {Verdict} verdict */
function foundIn({ violations, found, phases }) {
  if (violations.length === 0) return 'Violations: none';
  const kinds = Object.entries(found).map(([kind, count]) => `${kind} ${whole(count)}`);
  const shown = violations.slice(0, SHOWN).map((violation, place) => toldOf(violation, place + 1, phases.begin));
  return [`VIOLATIONS: ${kinds.join(', ')}`, ...shown].join('\n\n');
}

/**
 * @param {Violation} violation
 * @param {number} number
 * @param {number} begin
 */
function toldOf({ promise, kind, says, token, session, by, excerpt }, number, begin) {
  const wrong = by.at(-1);
  const lines = excerpt.map(
    (line) => `    ${line === wrong || isWrong(line, wrong) ? '>' : ' '} ${lineOf(line, begin)}`,
  );
  const whose = [token !== undefined && `token ${token}`, session !== undefined && `session ${session}`].filter(
    Boolean,
  );
  return [`${number}. ${promise} ${kind}: ${says}${whose.length > 0 ? ` (${whose.join(', ')})` : ''}`, ...lines].join(
    '\n',
  );
}

/**
 * @param {Line} line
 * @param {import('./history.js').Operation | undefined} wrong
 */
function isWrong(line, wrong) {
  return line.of === 'operation' && wrong !== undefined && line.t0 === wrong.t0 && line.t1 === wrong.t1;
}

/**
 * @param {Line} line
 * @param {number} begin
 */
function lineOf(line, begin) {
  const at = (/** @type {number} */ instant) => ((instant - begin) / 1_000).toFixed(4).padStart(9);
  if (line.of === 'phase') return `${at(line.at)} ${line.name}`;
  if (line.of === 'death') return `${at(line.at)} node ${line.node} died`;
  if (line.of === 'event') return `event ${line.id} ${line.type} ${line.cause ?? ''}`;
  if (line.of === 'fault') {
    return `${at(line.from)} –${at(line.until)}  FAULT ${line.kind}${line.node === undefined ? '' : ` of node ${line.node}`}`;
  }
  const { kind, surface, node, token, status, reading, outcome, fresh, error } = line;
  const result = outcome ?? reading;
  const more = [fresh && `→ token ${fresh.token}`, error].filter(Boolean).join(' ');
  return `${at(line.t0)} –${at(line.t1)}  node ${node}  ${`${kind} at ${surface}`.padEnd(30)} token ${token ?? '–'}  ${status ?? '–'} ${result} ${more}`;
}

/** @param {string[]} lacks */
function emptinessOf(lacks) {
  return lacks.length === 0
    ? ''
    : ['TOO LITTLE was looked at for this to mean anything:', ...lacks.map((each) => `  ${each}`)].join('\n');
}
