/**
 * Judges a history once more, without any server.
 *
 *   npm run ghost:replay -- history.ndjson
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { check } from './checker.js';
import { secondsOf } from './evidence.js';
import { HistoryFile } from './history.js';
import { reportOf } from './report.js';

const { positionals } = parseArgs({ allowPositionals: true });
const [file] = positionals;
if (file === undefined || !existsSync(file)) {
  console.error('Which history? npm run ghost:replay -- history.ndjson');
  process.exitCode = 2;
} else {
  const verdict = await check(new HistoryFile(file));
  const isWhole = verdict.phases.verify !== Infinity;
  const seconds = secondsOf(verdict);
  const { text, isGreen } = reportOf(verdict, { seconds, isWhole, hasAllFaults: false });
  console.log(text);
  process.exitCode = isGreen ? 0 : 1;
}
