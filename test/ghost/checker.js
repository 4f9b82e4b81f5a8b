/**
 * Judges a history, and nothing else: the same verdict for the same history, whenever and wherever. It is walked twice, first to
 * learn who may have died when, then to judge every answer by that; and once more for the surroundings of what was found.
 */
import { Availability } from './availability.js';
import { excerptsOf } from './excerpts.js';
import { AnswersJudge } from './judge-answers.js';
import { EventsJudge } from './judge-events.js';
import { HealingJudge } from './judge-healing.js';
import { ReadingsJudge } from './judge-readings.js';
import { SilenceJudge } from './judge-silence.js';
import { StopsJudge } from './judge-stops.js';
import { Model } from './model.js';
import { Races } from './races.js';
import { Recovery } from './recovery.js';

/** @typedef {import('./history.js').History} History */
/** @typedef {import('./history.js').Line} Line */
/** @typedef {import('./history.js').FaultLine} FaultLine */
/** @typedef {import('./judge-readings.js').Finding} Finding */
/** @typedef {Finding & { excerpt: Line[] }} Violation */
/** @typedef {Awaited<ReturnType<typeof check>>} Verdict */

/** So many findings of a kind are kept; the others are counted. */
const KEPT = 200;

/**
 * @param {History} history
 * @param {{ until?: number }} [options] Answers that ended later are not judged: of a run that goes on, a deed that explains
 *   them may not have ended yet.
 */
export async function check(history, { until = Infinity } = {}) {
  const found = new Findings();
  const find = (/** @type {Finding} */ finding) => found.add(finding);
  const judges = await firstWalk(history, find);
  const { model, readings, answers, silence, stops, healing, events, availability, recovery, races, operations } =
    judges;
  for await (const line of history) {
    if (line.of !== 'operation' || line.t1 > until) continue;
    for (const judge of [readings, answers, silence, stops, healing, events]) judge.judge(line);
    availability.note(line);
    recovery.note(line);
    races.note(line);
  }
  silence.conclude();
  healing.conclude();
  recovery.conclude(find);
  events.conclude();
  const counts = {
    operations,
    sessions: model.sessions.size,
    tokens: model.tokens.size,
    ...readings.counts,
    ...races.counts,
    ...answers.counts,
    ...stops.counts,
    ...healing.counts,
    ...events.counts,
  };
  return {
    violations: await excerptsOf(history, found.kept),
    found: found.counts,
    counts,
    surfaces: readings.surfaces,
    endings: readings.endings,
    phases: judges.phases,
    faults: judges.faults,
    availability,
    recovery,
  };
}

/**
 * @param {History} history
 * @param {(finding: Finding) => void} find
 */
async function firstWalk(history, find) {
  const model = new Model();
  const answers = new AnswersJudge(find);
  const stops = new StopsJudge(find);
  const phases = { begin: 0, healed: Infinity, verify: Infinity, end: 0, crowding: 1 };
  const events = new EventsJudge(model, phases, find);
  /** @type {FaultLine[]} */
  const faults = [];
  let operations = 0;
  for await (const line of history) {
    if (line.of === 'operation') {
      if (!line.isRider) operations++;
      model.note(line);
      answers.note(line);
      phases.end = Math.max(phases.end, line.t1);
    } else if (line.of === 'fault') {
      faults.push(line);
      stops.note(line);
    } else if (line.of === 'event') {
      model.rows.note(line);
      events.note(line);
    } else if (line.of === 'death') find(deathOf(line));
    else {
      phases[line.name] = line.at;
      phases.crowding = Math.max(phases.crowding, line.crowding ?? 1);
    }
  }
  model.settle();
  for (const op of model.repeated)
    find({ kind: 'repeated-token', promise: 'V6', says: 'a token came twice', by: [op] });
  const readings = new ReadingsJudge(model, find);
  const healing = new HealingJudge(model, phases, find);
  const availability = new Availability(faults);
  return {
    model,
    readings,
    answers,
    silence: new SilenceJudge(faults, phases.crowding, find),
    stops,
    healing,
    events,
    availability,
    recovery: new Recovery(availability.faults, phases.crowding),
    races: new Races(),
    phases,
    faults,
    operations,
  };
}

/** @param {import('./history.js').DeathLine} death @returns {Finding} */
function deathOf({ node, words }) {
  return { kind: 'node-died', promise: 'P14', says: `node ${node} ended unasked: ${words}`, by: [] };
}

class Findings {
  /** @type {Finding[]} */
  kept = [];
  /** How many of each kind. @type {Record<string, number>} */
  counts = {};

  /** @param {Finding} finding */
  add(finding) {
    const count = (this.counts[finding.kind] ?? 0) + 1;
    this.counts[finding.kind] = count;
    if (count <= KEPT) this.kept.push(finding);
  }
}
