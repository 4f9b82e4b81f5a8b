import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * A title in the sources that carries numbers of requirements: `asvs 7.4.1 …`, also `asvs 6.2.6 6.2.7 …`.
 *
 * @typedef {object} NamedTest
 * @property {string} file
 * @property {string} title as it is written, with what stands for values
 * @property {string[]} numbers
 */

const NUMBERS = /\basvs((?: \d+\.\d+\.\d+)+) (?=\S)/g;
const VALUE = /%[sdifjoO#]|\$\{[^}]*\}|\$\w+(?:\.\w+)*/;

/**
 * Every such title of the tests, file by file.
 *
 * @param {string} root
 * @returns {NamedTest[]}
 */
export function namedTests(root) {
  return [...filesOf(root, 'src'), ...filesOf(root, 'test')].flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return text.includes('asvs ') ? titlesIn(file, text) : [];
  });
}

/**
 * @param {string} root
 * @param {string} folder
 */
function filesOf(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(folder === 'src' ? '.spec.ts' : '.ts') && !/node_modules|generated/.test(path))
    .toSorted();
}

/**
 * @param {string} file
 * @param {string} text
 */
function titlesIn(file, text) {
  /** @type {Map<string, NamedTest>} */
  const found = new Map();
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  /** @param {ts.Node} node */
  const visit = (node) => {
    const title = titleOf(node, source);
    const numbers = title === undefined ? [] : numbersIn(title);
    if (title !== undefined && numbers.length > 0) found.set(title, { file, title, numbers });
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()];
}

/**
 * @param {ts.Node} node
 * @param {ts.SourceFile} source
 */
function titleOf(node, source) {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText(source).slice(1, -1) : undefined;
}

/** @param {string} title */
function numbersIn(title) {
  return [...new Set([...title.matchAll(NUMBERS)].flatMap(([, numbers = '']) => numbers.trim().split(' ')))];
}

/**
 * The title as people read it: without the numbers, `…` for what stands for values.
 *
 * @param {string} title
 */
export function shownTitle(title) {
  return title.split(VALUE).join('…').replaceAll(NUMBERS, '').trim() || '…';
}

/**
 * Whether a test that was run has this title: values may have been filled in.
 *
 * @param {NamedTest} named
 * @param {string[]} titles of the test and of what it stands in
 */
export function isTitleOf({ title }, titles) {
  const parts = title.split(VALUE).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(`(^|: |\\s)${parts.join('[\\s\\S]*')}`);
  return titles.some((each) => pattern.test(each));
}
