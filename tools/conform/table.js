/** @typedef {import('./day.js').Step} Step */

const HEADS = ['', 'step', 'expected', 'got', 'ms'];
const WIDEST = 60;

/** The steps of one day as a table for people. @param {string} title @param {Step[]} steps */
export function tableOf(title, steps) {
  const rows = steps.map(({ passed, step, expected, got, ms }) => [
    passed ? '✓' : '✗',
    step,
    expected,
    got.length > WIDEST ? `${got.slice(0, WIDEST - 1)}…` : got,
    ms.toFixed(1),
  ]);
  const widths = HEADS.map((_, column) => Math.max(...[HEADS, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) =>
    row
      .map((cell, column) => (column === 4 ? cell.padStart(widths[4] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [title, rule, line(HEADS), rule, ...rows.map(line), rule].join('\n');
}
