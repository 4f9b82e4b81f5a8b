// Walks the audit log and says whether it is whole: `npm run audit:verify`, with `-- --head <hash>` against a head that was
// kept elsewhere. Reads DATABASE_URL, or the embedded database of DATA_DIR. Exits with 1 on a finding.
import { parseArgs } from 'node:util';
import { build } from './build.js';

const { values } = parseArgs({ options: { head: { type: 'string' } } });
if (!(await build())) process.exit(1);
const { auditCommand } = await import('../dist/src/audit-command.js');
process.exitCode = await auditCommand(values.head);
