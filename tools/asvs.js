/**
 * What the OWASP ASVS asks, and what stands behind each answer. `npm run asvs` runs the tests that carry a number of the standard,
 * prints requirement, tests, result and deviation, and writes docs/asvs.md; it exits with 1 where a requirement has neither a
 * passing test, nor a document, nor a reason. `-- --report <file>` takes what Vitest wrote with `--reporter=json` instead of
 * running; it may be given several times, and the last word on a test counts. `-- --page <file>` writes the page
 * elsewhere. `-- --check` runs nothing: it holds names, numbers and the page against each other.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isThere } from './asvs/headings.js';
import { namedTests } from './asvs/named-tests.js';
import { pageOf, withoutResults } from './asvs/page.js';
import { readRequirements } from './asvs/requirements.js';
import { latest, outcomeOf, readReport, runTests } from './asvs/results.js';

/** @typedef {import('./asvs/page.js').Row} Row */

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/asvs.md');
const { values } = parseArgs({
  options: { report: { type: 'string', multiple: true }, check: { type: 'boolean' }, page: { type: 'string' } },
});

const chapters = readRequirements();
const tests = namedTests(ROOT);
const faults = [...faultsOfNames(), ...chapters.flatMap(({ requirements }) => requirements.flatMap(faultsOf))];
if (values.check) check();
else if (faults.length === 0) report();
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Numbers in the tests that nobody knows. */
function faultsOfNames() {
  const known = new Set(chapters.flatMap(({ requirements }) => requirements.map(({ number }) => number)));
  return tests.flatMap(({ file, numbers }) =>
    numbers
      .filter((number) => !known.has(number))
      .map((number) => `${number}: ${file} names it, requirements.txt does not`),
  );
}

/** @param {import('./asvs/requirements.js').Requirement} requirement */
function faultsOf({ number, kind, place, words }) {
  const found = [];
  if (kind === 'test' && testsOf(number).length === 0) found.push(`${number}: no test carries it in its name`);
  if (kind === 'doc' && place === '') found.push(`${number}: written nowhere`);
  if (place !== '' && !isThere(ROOT, place)) found.push(`${number}: there is no ${place}`);
  if (['deviation', 'operator', 'none'].includes(kind) && words === '') found.push(`${number}: no reason is given`);
  return found;
}

/** @param {string} number */
function testsOf(number) {
  return tests.filter(({ numbers }) => numbers.includes(number));
}

function check() {
  const page = pageOf(rowsWith(() => 'passed'));
  if (withoutResults(readFileSync(PAGE, 'utf8')) !== withoutResults(page))
    faults.push('docs/asvs.md is not what the tests and requirements.txt say: npm run asvs writes it');
}

/** @param {(requirement: import('./asvs/requirements.js').Requirement) => string} resultOf */
function rowsWith(resultOf) {
  return chapters.map(({ chapter, requirements }) => ({
    chapter,
    rows: requirements.map((requirement) => ({
      requirement,
      tests: testsOf(requirement.number),
      result: testsOf(requirement.number).length > 0 ? resultOf(requirement) : '',
    })),
  }));
}

function report() {
  const files = [...new Set(tests.map(({ file }) => file))];
  const runs = values.report ? latest(values.report.flatMap((path) => readReport(ROOT, path))) : runTests(ROOT, files);
  const outcomes = new Map(tests.map((named) => [named, outcomeOf(named, runs)]));
  const rows = rowsWith(({ number }) => {
    const own = testsOf(number).map((named) => outcomes.get(named));
    if (own.some((outcome) => (outcome?.failed ?? 0) > 0)) return 'failed';
    return own.some((outcome) => (outcome?.passed ?? 0) > 0) ? 'passed' : 'not run';
  });
  for (const row of rows.flatMap((chapter) => chapter.rows)) tell(row, outcomes);
  writeFileSync(values.page ?? PAGE, pageOf(rows));
}

/**
 * @param {Row} row
 * @param {Map<import('./asvs/named-tests.js').NamedTest, import('./asvs/results.js').Outcome>} outcomes
 */
function tell({ requirement: { number, level, kind, says, place, words }, tests: own, result }, outcomes) {
  const shown = own.length > 0 ? result : kind;
  const lines = [`${number.padEnd(7)} L${level}  ${shown.padEnd(10)} ${says}`];
  if (place !== '') lines.push(`           ${place}`);
  for (const named of own) {
    const { passed = 0, failed = 0 } = outcomes.get(named) ?? {};
    lines.push(`           ${passed} passed, ${failed} failed  ${named.file}: ${named.title}`);
  }
  if (words !== '') lines.push(`           ${kind === 'test' ? 'differs: ' : ''}${words}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (kind === 'test' && result !== 'passed') faults.push(`${number}: ${result}`);
}
