/** zzuf turns bits of recorded requests; whatever comes out is sent as it stands. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { rawRequest } from '../raw-request.js';
import { recordingsOf } from './recordings.js';
import { run, typed, versionOf } from './tools.js';
import { MODES } from './ways-to-turn-bits.js';

/** @typedef {import('./scan.js').Context} Context */
/** @typedef {import('./recordings.js').Recording} Recording */
/** @typedef {{ recording: Recording, mode: string, seed: number }} Mutant */
/** @typedef {{ mutant: Mutant, bytes: Buffer, statuses: number[] }} Trial */

const SEEDS = 25;
/** zzuf runs in no time; the node answers what is not whole after eight to twelve seconds. */
const AT_A_TIME = 100;
const PATIENCE_MS = 16_000;

/**
 * @param {Context} context
 * @param {import('./options.js').OneMutant} only
 * @returns {Promise<import('../bench/report.js').Section>}
 */
export async function scanWithZzuf({ stage, tell }, only = {}) {
  const mutants = mutantsOf(await recordingsOf(stage), only);
  const limit = pLimit(AT_A_TIME);
  let sent = 0;
  const trials = await Promise.all(
    mutants.map((mutant) =>
      limit(async () => {
        const trial = await tried(stage, mutant);
        if (++sent % 500 === 0) tell(`zzuf: ${sent} of ${mutants.length} requests sent`);
        return trial;
      }),
    ),
  );
  // A crowded machine has no time for some of a hundred at once; alone, each is answered as it deserves.
  const odd = trials.filter(isOdd);
  /** @type {Trial[]} */
  const again = [];
  for (const { mutant } of odd) again.push(await tried(stage, mutant));
  const faults = again.filter(isOdd);
  for (const fault of faults) tell(await kept(stage.folder, fault));
  return {
    name: 'zzuf',
    order: 30,
    title: 'zzuf',
    command: `${typed('zzuf', [...(MODES['medium'] ?? []), '-s', '7'])} < request`,
    setting: `${new Set(mutants.map(({ recording }) => recording)).size} recorded requests, ${Object.keys(MODES).length} ways to turn bits, ${SEEDS} seeds each: ${trials.length.toLocaleString('en')} requests.`,
    versions: { zzuf: versionOf('zzuf') },
    gates: [
      { what: 'zzuf: requests answered 5xx, or not at all, among a hundred others', found: odd.length },
      { what: 'zzuf: of these, requests that are when they are sent alone', atMost: 0, found: faults.length },
    ],
    ratios: [],
    figures: [{ title: 'Answers by status', rows: byStatus(trials) }],
    charts: [],
    notes: [],
  };
}

/**
 * @param {Recording[]} recordings
 * @param {import('./options.js').OneMutant} only
 * @returns {Mutant[]}
 */
function mutantsOf(recordings, { recording: wanted, mode: way, seed: one }) {
  const chosen = recordings.filter(({ name }) => wanted === undefined || wanted === name);
  if (chosen.length === 0)
    throw new Error(`--request ${wanted}: there is ${recordings.map(({ name }) => name).join(', ')}.`);
  const modes = Object.keys(MODES).filter((mode) => way === undefined || way === mode);
  const seeds = one === undefined ? Array.from({ length: SEEDS }, (_, seed) => seed) : [one];
  return chosen.flatMap((recording) => modes.flatMap((mode) => seeds.map((seed) => ({ recording, mode, seed }))));
}

/** @param {import('./stage.js').Stage} stage @param {Mutant} mutant @returns {Promise<Trial>} */
async function tried(stage, mutant) {
  const bytes = await mutated(await mutant.recording.make(), mutant, stage.folder);
  const answers = await rawRequest(Number(new URL(stage.origin).port), bytes, PATIENCE_MS);
  for (const { head, body } of answers) stage.noteSecretsIn(`${head}\n${body}`);
  return { mutant, bytes, statuses: answers.map(({ status }) => status) };
}

/** @param {Trial} trial */
function isOdd({ statuses }) {
  return statuses.length === 0 || statuses.some((status) => status >= 500);
}

/**
 * The same bits for the same seed, as long as the request is as long.
 *
 * @param {Buffer} bytes
 * @param {Mutant} mutant
 * @param {string} folder
 */
async function mutated(bytes, { mode, seed }, folder) {
  const { output, exitCode } = await run('zzuf', [...(MODES[mode] ?? []), '-s', String(seed)], {
    folder,
    input: bytes,
  });
  if (exitCode !== 0 || output.length !== bytes.length) throw new Error(`zzuf failed: ${String(output)}`);
  return output;
}

/** Several answers to one request: bits made more than one of it. @param {Trial[]} trials */
function byStatus(trials) {
  const all = [...new Set(trials.flatMap(({ statuses }) => statuses))].toSorted((one, other) => one - other);
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  for (const [mode, words] of Object.entries(MODES)) {
    const own = trials.filter(({ mutant }) => mutant.mode === mode);
    const statuses = own.flatMap((trial) => trial.statuses);
    /** @type {Record<string, number>} */
    const counts = {};
    for (const status of all) counts[`${status} `] = statuses.filter((each) => each === status).length;
    const silent = own.filter((trial) => trial.statuses.length === 0).length;
    rows[`${mode}, ${typed('zzuf', words)}`] = {
      requests: own.length,
      ...counts,
      'no answer': silent,
    };
  }
  return rows;
}

/** How to see it again. @param {string} folder @param {Trial} trial */
async function kept(folder, { mutant: { recording, mode, seed }, bytes, statuses }) {
  await writeFile(join(folder, `${recording.name}-${mode}-${seed}.raw`.replaceAll(' ', '-')), bytes);
  const answer = statuses.join(', ') || 'no answer';
  return `${answer}: npm run scan -- --only zzuf --request '${recording.name}' --mode ${mode} --seed ${seed}`;
}
