/**
 * How long a restart keeps people waiting: `npm start` on a warm data folder, until the node is ready for requests.
 *
 *   npm run bench:start
 */
import { parseArgs } from 'node:util';
import { runBench } from './built.js';
import { START_GATE_MS, startTimes } from './start-time.js';
import { median } from './statistics.js';

const RUNS = 5;

await runBench(measure);

async function measure() {
  parseArgs({ options: {} }); // There are none.
  const { first, warm } = await startTimes(RUNS);
  console.log(`first start, which makes the database: ${Math.round(first)} ms`);
  console.log(`warm starts: ${warm.map(Math.round).join(', ')} ms`);
  const found = median(warm);
  const isMet = found < START_GATE_MS;
  console.log(`${isMet ? 'met   ' : 'MISSED'}  median < ${START_GATE_MS} ms: ${Math.round(found)} ms`);
  return isMet ? 0 : 1;
}
