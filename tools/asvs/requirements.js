import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One requirement, as the file beside this one has it.
 *
 * @typedef {object} Requirement
 * @property {string} number `7.4.1`; `6.5.x` for a whole section
 * @property {number} level from which level of the standard on it counts
 * @property {Kind} kind
 * @property {string} says the requirement, in our words
 * @property {string} place where it is written: a file and a heading, or empty
 * @property {string} words what differs, or why nothing is done; may be empty
 *
 * @typedef {'test' | 'doc' | 'deviation' | 'operator' | 'none'} Kind
 */

const FILE = join(import.meta.dirname, 'requirements.txt');
const KINDS = ['test', 'doc', 'deviation', 'operator', 'none'];

/** The requirements, chapter by chapter, in the order of their numbers. Throws where a line is none. */
export function readRequirements() {
  /** @type {{ chapter: string, requirements: Requirement[] }[]} */
  const chapters = [];
  for (const line of readFileSync(FILE, 'utf8').split('\n')) {
    if (line.startsWith('## ')) chapters.push({ chapter: line.slice(3), requirements: [] });
    else if (line !== '' && !line.startsWith('#')) chapters.at(-1)?.requirements.push(requirementOf(line));
  }
  return chapters;
}

/**
 * @param {string} line
 * @returns {Requirement}
 */
function requirementOf(line) {
  const [number = '', level, kind = '', says = '', place = '', words = ''] = line.split('|').map((part) => part.trim());
  if (!/^\d+\.\d+\.(\d+|x)$/.test(number) || !/^[123]$/.test(level ?? '') || !KINDS.includes(kind) || says === '')
    throw new Error(`No requirement: ${line}`);
  return { number, level: Number(level), kind: /** @type {Kind} */ (kind), says, place, words };
}
