import { MIGRATIONS } from '../../../migrations/index.js';
import type { Sql } from '../../database/background-store.js';
import { isBehindPooler } from '../../database/pooler.js';
import { connectionOptions, primaryOf } from '../../database/postgres.options.js';
import { PrimaryClient } from '../../database/primary-client.js';
import { counted } from '../table.js';
import { checkClock, checkHolders, checkSettings } from './database-checks.js';
import { bad, odd, well, type Finding } from './finding.js';
import { checkServers } from './server-checks.js';
import { checkTables } from './table-checks.js';

/** All that can be found out on one connection, which reads and never writes. Throws what connecting throws. */
export async function checkDatabase(url: string): Promise<Finding[]> {
  const isPooled = await isBehindPooler(url);
  const client = new PrimaryClient(connectionOptions(url, { applicationName: 'curfew doctor', isPooled }));
  await client.connect();
  try {
    await client.query('set default_transaction_read_only = on');
    const sql: Sql = async (text, values) => (await client.query(text, values)).rows as never;
    const migrations = await checkMigrations(sql);
    const isReadable = migrations.every(({ level }) => level !== 'bad');
    const servers = await checkServers(primaryOf(url), sql);
    const findings = [await checkSettings(sql), servers, await checkHolders(sql), await checkClock(sql), migrations];
    return [...findings.flat(), ...(isReadable ? await checkTables(sql) : [])];
  } finally {
    await client.end();
  }
}

async function checkMigrations(sql: Sql): Promise<Finding[]> {
  const [table] = await sql<{ exists: boolean }>(`select to_regclass('migrations') is not null as exists`);
  const done = table!.exists
    ? (await sql<{ name: string }>('select name from migrations')).map(({ name }) => name)
    : [];
  const ours = MIGRATIONS.map(({ name }) => name);
  const pending = ours.filter((name) => !done.includes(name));
  const unknown = done.filter((name) => !ours.includes(name));
  if (pending.length > 0)
    return [
      bad(
        'migrations',
        `${counted(pending.length, 'migration')} to be applied.`,
        'curfew migrate, or start the server.',
      ),
    ];
  if (unknown.length > 0)
    return [odd('migrations', `The tables are newer than this Curfew (${unknown.at(-1)}).`, 'Update this copy.')];
  return [well('migrations', 'the tables are up to date')];
}
