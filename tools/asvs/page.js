import { shownTitle } from './named-tests.js';

/**
 * One requirement with what stands behind it.
 *
 * @typedef {object} Row
 * @property {import('./requirements.js').Requirement} requirement
 * @property {import('./named-tests.js').NamedTest[]} tests
 * @property {string} result
 */

const HEAD = `# OWASP ASVS 5.0

What the [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)
asks of a session server, and what stands behind each answer: tests that carry the number in their name, sections of these
documents, and where we do otherwise, the reason. \`npm run asvs\` runs the tests and writes this page; it fails where a requirement
has neither a passing test, nor a document, nor a reason. \`L\` is the level from which on the standard asks for it.
`;

const LEADS = { none: 'not applicable', operator: 'left to the operator', deviation: 'we do otherwise' };

/**
 * The page, chapter by chapter.
 *
 * @param {{ chapter: string, rows: Row[] }[]} chapters
 */
export function pageOf(chapters) {
  const parts = chapters.map(({ chapter, rows }) => [
    `## ${chapter}\n`,
    '| No | L | Requirement | What stands behind it | What differs, or why | Result |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(lineOf),
    '',
  ]);
  return [HEAD, ...parts.flat()].join('\n');
}

/** @param {Row} row */
function lineOf({ requirement: { number, level, says, place, words, kind }, tests, result }) {
  const written = place === '' ? [] : [`[${place.replace('docs/', '')}](${linkOf(place)})`];
  const evidence = [...written, ...tests.map(({ file, title }) => `\`${file}\`: ${shownTitle(title)}`)];
  const lead = LEADS[/** @type {keyof typeof LEADS} */ (kind)];
  const both = [lead, evidence.join('<br>')].filter(Boolean).join(': ');
  const cells = [number, String(level), says, both, words, result === 'failed' ? '**failed**' : result];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** @param {string} place */
function linkOf(place) {
  return place.startsWith('docs/') ? place.slice('docs/'.length) : `../${place}`;
}

/**
 * The page without its results, which only a run knows.
 *
 * @param {string} page
 */
export function withoutResults(page) {
  return page.replaceAll(/\|[^|\n]*\|$/gm, '|');
}
