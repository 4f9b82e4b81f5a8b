/** What slowhttptest says, as its table of seconds has it: connections by state, and whether its own probe was answered. */

/**
 * @typedef {object} Siege
 * @property {number} seconds
 * @property {number} opened The most that it had at one time, those that were closed among them.
 * @property {number} closed By the end, by whichever side.
 * @property {number} unavailable Seconds in which its probe was not answered.
 */

/** It ends early then, and no line of its table tells it. */
const ALL_GONE = 'No open connections left';

/**
 * @param {string} csv
 * @param {string} output
 * @returns {Siege}
 */
export function readSlowHttpTest(csv, output) {
  const lines = csv.trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(',').map(Number)).filter((row) => row.length >= 5);
  if (rows.length === 0) throw new Error('slowhttptest reported nothing.');
  const column = (/** @type {number} */ place) => rows.map((row) => row[place] ?? 0);
  const opened = Math.max(...rows.map(([, closed = 0, , connected = 0]) => closed + connected));
  return {
    seconds: Math.max(...column(0)),
    opened,
    closed: output.includes(ALL_GONE) ? opened : Math.max(...column(1)),
    unavailable: column(4).filter((available) => available === 0).length,
  };
}
