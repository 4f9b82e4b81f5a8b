import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isTitleOf } from './named-tests.js';

/**
 * What came of the tests of one title.
 *
 * @typedef {{ passed: number, failed: number }} Outcome
 *
 * @typedef {{ file: string, titles: string[], status: string }} Run
 */

const SPEC = /\.(e2e-)?spec\.ts$/;

/**
 * Runs the tests that carry a number, and no others.
 *
 * @param {string} root
 * @param {string[]} files
 * @returns {Run[]}
 */
export function runTests(root, files) {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-asvs-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '-t', 'asvs \\d'];
  try {
    spawnSync(process.execPath, [vitest, 'run', ...options, ...files.filter((file) => SPEC.test(file))], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    return readReport(root, report);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The tests of a report that Vitest wrote with `--reporter=json`.
 *
 * @param {string} root
 * @param {string} path
 * @returns {Run[]}
 */
export function readReport(root, path) {
  /** @type {{ testResults: { name: string, assertionResults: { ancestorTitles: string[], title: string, status: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(root, name).replaceAll('\\', '/'),
      titles: [...ancestorTitles, title],
      status,
    })),
  );
}

/**
 * The last word on each test, where several reports have it. What was skipped says nothing.
 *
 * @param {Run[]} runs
 */
export function latest(runs) {
  const judged = runs.filter(({ status }) => status === 'passed' || status === 'failed');
  return [...new Map(judged.map((run) => [JSON.stringify([run.file, run.titles]), run])).values()];
}

/**
 * @param {import('./named-tests.js').NamedTest} named
 * @param {Run[]} runs
 * @returns {Outcome}
 */
export function outcomeOf(named, runs) {
  // Titles that stand in data are those of whatever test takes the data.
  const own = runs.filter(
    ({ file, titles }) => (file === named.file || !SPEC.test(named.file)) && isTitleOf(named, titles),
  );
  const count = (/** @type {string} */ wanted) => own.filter(({ status }) => status === wanted).length;
  return { passed: count('passed'), failed: count('failed') };
}
