/**
 * Public scanners at a built node on a PostgreSQL of its own; what they found is kept in docs/security.md. They are
 * Debian's packages of the same names.
 *
 *   npm run scan
 *   npm run scan -- --only sqlmap,zzuf
 *   npm run scan -- --only zzuf --request 'native login' --mode light --seed 7
 */
import { runBench } from '../bench/built.js';
import { whileTidy } from '../bench/interruption.js';
import { print, verdict } from '../bench/report.js';
import { versionsOf } from '../bench/report/machine.js';
import { Endings } from '../ghost/furnishing.js';
import { leakedIn } from '../leaks.js';
import { Bystanders } from './bystanders.js';
import { NodeLog } from './node-log.js';
import { optionsFrom } from './options.js';
import { publish } from './page.js';
import { scanWithSlowHttpTest } from './slowhttptest.js';
import { scanWithSqlmap } from './sqlmap.js';
import { Stage } from './stage.js';
import { requireScanners, stopTools } from './tools.js';
import { scanWithWapiti } from './wapiti.js';
import { scanWithZzuf } from './zzuf.js';

/**
 * What every scan is given.
 *
 * @typedef {object} Context
 * @property {Stage} stage
 * @property {NodeLog} log
 * @property {Endings} endings
 * @property {(words: string) => void} tell
 */
/** @typedef {import('../bench/report.js').Section} Section */

const SCANS = {
  sqlmap: scanWithSqlmap,
  wapiti: scanWithWapiti,
  zzuf: scanWithZzuf,
  slowhttptest: scanWithSlowHttpTest,
};

/** @type {import('./options.js').Options | undefined} */
let options;
await runBench(scanAll, () => {
  options = optionsFrom(process.argv.slice(2));
  requireScanners(options.scanners);
});

async function scanAll() {
  const { scanners, mutant } = options ?? optionsFrom([]);
  const endings = new Endings();
  return whileTidy(
    () => endings.run(),
    async () => {
      const stage = await Stage.start(endings);
      endings.add(async () => stopTools());
      const bystanders = await Bystanders.enter(stage);
      const context = {
        stage,
        log: new NodeLog(stage.logPath),
        endings,
        tell: (/** @type {string} */ words) => console.log(words),
      };
      let exitCode = 0;
      for (const name of scanners) {
        const startedAt = performance.now();
        const section = await witnessed(context, bystanders, () => SCANS[name](context, mutant));
        const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
        section.versions = { ...section.versions, ...(await versionsOf(stage.database)) };
        section.notes = [...section.notes, `It took ${minutes} minutes.`];
        print(section);
        console.log(`${name} took ${minutes} minutes.`);
        exitCode ||= verdict(section);
        if (Object.keys(mutant).length === 0) await publish(section);
      }
      return exitCode;
    },
  );
}

/**
 * A scan, and what it left behind: nobody else may notice it.
 *
 * @param {Context} context
 * @param {Bystanders} bystanders
 * @param {() => Promise<Section>} scan
 */
async function witnessed({ stage, log }, bystanders, scan) {
  const before = await bystanders.rows();
  const section = await scan();
  const { name } = section;
  const alive = await bystanders.alive();
  const rows = (await bystanders.rows()) === before ? 0 : 1;
  const told = leakedIn(log.text(), stage.secrets).size;
  section.gates.push(
    { what: `${name}: nodes that ended`, atMost: 0, found: stage.isAlive ? 0 : 1 },
    {
      what: `${name}: sessions of bystanders that live on, of ${bystanders.sessions.length}`,
      atLeast: bystanders.sessions.length,
      found: alive,
    },
    { what: `${name}: rows about bystanders that came or went`, atMost: 0, found: rows },
    { what: `${name}: secrets in the log, of ${stage.secrets.size.toLocaleString('en')}`, atMost: 0, found: told },
  );
  return section;
}
