// Walks the audit log and says whether it is whole: `npm run audit:verify`, with `-- --head <hash>` against a head that was
// kept elsewhere. Reads the log of DATABASE_URL, or of the embedded database of DATA_DIR. Exits with 1 on a finding.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.js';

const { values } = parseArgs({ options: { head: { type: 'string' } } });
if (!(await build())) process.exit(1);

/** @param {string} path */
const built = (path) => import(pathToFileURL(join(import.meta.dirname, '../dist', path)).href);
const { default: dataSource } = await built('ormconfig.js');
const { verifyAudit } = await built('src/audit/audit-verification.js');
const { auditReportLines } = await built('src/audit/audit-report.js');

await dataSource.initialize();
try {
  /** @param {string} text @param {unknown[]} [parameters] */
  const run = (text, parameters) => dataSource.query(text, parameters);
  /** @param {number} rows */
  const tell = (rows) => void (rows % 100_000 === 0 && process.stderr.write(`${rows} rows read\n`));
  const report = await verifyAudit(run, { head: values.head?.toLowerCase(), tell });
  process.stdout.write(`${auditReportLines(report).join('\n')}\n`);
  process.exitCode = report.findings.length === 0 ? 0 : 1;
} finally {
  await dataSource.destroy();
}
