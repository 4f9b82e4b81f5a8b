/** docs/security.md: its words are written by hand, what stands between a scanner's marks by the scan. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../bench/built.js';
import { writeFormatted } from '../bench/report.js';
import { machine } from '../bench/report/machine.js';
import { gateTable, tableOf } from '../bench/report/markdown.js';

/** @typedef {import('../bench/report.js').Section} Section */

const PAGE = join(ROOT, 'docs/security.md');

/**
 * Puts what was found in the place of what was found before.
 *
 * @param {Section} section
 */
export async function publish(section) {
  const date = new Date().toISOString().slice(0, 10);
  await writeFormatted(PAGE, 'markdown', withResults(await readFile(PAGE, 'utf8'), section, date, machine()));
  console.log(`Kept in docs/security.md.`);
}

/**
 * @param {string} page
 * @param {Section} section
 * @param {string} date
 * @param {string} where
 */
export function withResults(page, section, date, where) {
  const [from, to] = [`<!-- scan:${section.name} -->`, `<!-- /scan:${section.name} -->`];
  const [before, rest, ...more] = page.split(from);
  const [, after] = rest?.split(to) ?? [];
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`docs/security.md has no place for ${section.name}.`);
  return `${before}${from}\n\n${resultsOf(section, date, where)}\n\n${to}${after}`;
}

/**
 * @param {Section} section
 * @param {string} date
 * @param {string} where
 */
function resultsOf({ command, setting, versions, gates, figures, notes }, date, where) {
  const parts = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
  return [
    `${setting} Run on ${date} on ${where}, with ${parts.join(', ')}. ${notes.join(' ')}`,
    `\`\`\`sh\n${command}\n\`\`\``,
    gateTable(gates),
    ...figures.map(tableOf),
  ].join('\n\n');
}
