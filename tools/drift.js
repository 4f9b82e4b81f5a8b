// Entities and tables agree: on a fresh database with all migrations applied, a generated migration would be empty.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.js';

if (!(await build())) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'curfew-drift-'));
chmodSync(folder, 0o755);
const { DATABASE_URL: _, ...env } = process.env;

/** @param {string[]} args */
function typeorm(...args) {
  const cli = join(import.meta.dirname, '../node_modules/typeorm/cli.js');
  const { status } = spawnSync(process.execPath, [cli, ...args, '--dataSource', 'dist/ormconfig.js'], {
    env: { ...env, DATA_DIR: folder },
    stdio: 'inherit',
  });
  return status ?? 1;
}

const status = typeorm('migration:run') || typeorm('migration:generate', '--check', 'drift');
rmSync(folder, { recursive: true, force: true });
process.exit(status);
