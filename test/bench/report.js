/**
 * Where every bench leaves what it found. `docs/benchmarks/results.json` keeps one section a bench; `docs/benchmarks.md`
 * and the charts beside it are drawn from that file alone, so that a bench run again replaces its own section only.
 *
 *   const section = {
 *     name: 'growth',                                  // its key, and the beginning of its charts' file names
 *     order: 40,                                       // its place: check 10, login 20, logout 30, everywhere 31
 *     title: 'From ten thousand rows to ten million',
 *     command: 'npm run bench:growth',                 // gives these figures again
 *     setting: '64 connections, 5 rounds of 3 s, medians.',
 *     versions: await versionsOf(database),            // report/machine.js; add what else took part
 *     gates: [{ what: 'check p50, 10 million rows ÷ 10 thousand', atMost: 1.2, found: 1.07 }],
 *     ratios: [{ rows: { '10 million': { 'p50 ÷ that of 10 thousand': 1.07 } } }],    // shown before any absolute figure
 *     figures: [{ title: 'Check', rows: { '10 million': { 'p50 ms': 1.9, 'p99 ms': 4.5 } } }],
 *     charts: [{ name: 'p50', title: 'Check, p50', unit: 'ms', bars: { '10 million': 1.9 }, ours: ['10 million'] }],
 *     notes: ['What a reader must know to read them.'],
 *   };
 *   print(section);                                    // on the terminal
 *   await publish(section);                            // into docs; for complete measurements only
 *   return verdict(section);                           // the exit code: 0 where all gates are met
 *
 * Rows are what console.table takes; a cell is a number or a text. Date, machine and Node are added here.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { ROOT } from './built.js';
import { ensurePeers } from './peers/installed.js';
import { machine } from './report/machine.js';
import { markdownOf, gateLine, isMet } from './report/markdown.js';

/** @typedef {Record<string, Record<string, string | number>>} Rows */
/** @typedef {{ title?: string, rows: Rows }} Table */
/**
 * At most one of the limits counts; without any, the figure is for information.
 * @typedef {{ what: string, atLeast?: number, atMost?: number, found: number, unit?: string }} Gate
 */
/** @typedef {{ name: string, title: string, unit: string, bars: Record<string, number>, ours?: string[], isLogarithmic?: boolean }} Chart */
/**
 * @typedef {object} Section
 * @property {string} name
 * @property {number} order
 * @property {string} title
 * @property {string} command
 * @property {string} setting
 * @property {Record<string, string>} versions
 * @property {Gate[]} gates
 * @property {Table[]} ratios
 * @property {Table[]} figures
 * @property {Chart[]} charts
 * @property {string[]} notes
 */
/** @typedef {Section & { date: string, machine: string }} KeptSection */

const FOLDER = join(ROOT, 'docs/benchmarks');
const RESULTS = join(FOLDER, 'results.json');
const PAGE = join(ROOT, 'docs/benchmarks.md');

/** @param {Section} section */
export function print({ title, setting, ratios, figures, gates }) {
  console.log(`\n${title}\n${setting}`);
  for (const table of [...ratios, ...figures]) {
    if (table.title) console.log(`\n${table.title}`);
    console.table(table.rows);
  }
  for (const gate of gates) console.log(gateLine(gate));
}

/**
 * 0 where every gate is met, 1 otherwise.
 *
 * @param {Section} section
 */
export function verdict({ gates }) {
  return gates.every(isMet) ? 0 : 1;
}

/**
 * Puts the section in the place of its predecessor and renders the page and its charts anew.
 *
 * @param {Section} section
 */
export async function publish(section) {
  await mkdir(FOLDER, { recursive: true });
  /** @type {KeptSection} */
  const kept = { ...section, date: new Date().toISOString().slice(0, 10), machine: machine() };
  const sections = [...(await keptSections()).filter(({ name }) => name !== section.name), kept].toSorted(
    (one, other) => one.order - other.order,
  );
  await writeFormatted(RESULTS, 'json', JSON.stringify({ sections }));
  await writeFormatted(PAGE, 'markdown', markdownOf(sections));
  await draw(kept);
  console.log(`Kept in docs/benchmarks/results.json; docs/benchmarks.md is rendered from it.`);
}

/** @param {Section} section */
async function draw({ name, charts }) {
  if (charts.length === 0) return;
  await ensurePeers();
  const { svgOf } = await import('./report/chart.js');
  for (const chart of charts) await writeFile(join(FOLDER, `${name}-${chart.name}.svg`), svgOf(chart));
}

/** @returns {Promise<KeptSection[]>} */
async function keptSections() {
  const text = await readFile(RESULTS, 'utf8').catch(() => '{"sections": []}');
  return /** @type {{ sections: KeptSection[] }} */ (JSON.parse(text)).sections;
}

/**
 * @param {string} path
 * @param {'json' | 'markdown'} parser
 * @param {string} text
 */
export async function writeFormatted(path, parser, text) {
  await writeFile(path, await format(text, { parser, printWidth: 120, singleQuote: true }));
}
