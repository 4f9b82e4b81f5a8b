/** A standby that has every commit before it is answered, and can take over. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { now } from './clock.js';
import { command } from './commands.js';
import { OwnPostgres } from './own-postgres.js';

const NAME = 'standby';
const PATIENCE_MS = 30_000;
const IN_STEP = `select 1 from pg_stat_replication where application_name = '${NAME}' and state = 'streaming'`;

/**
 * A copy of a running primary, in step with it; from then on the primary answers no commit that the standby lacks.
 *
 * @param {OwnPostgres} primary
 * @param {string} directory Whatever was there is gone.
 * @param {import('./furnishing.js').Endings} endings
 */
export async function makeStandby(primary, directory, endings) {
  await copy(primary, directory);
  const { port, files } = primary;
  const origin = `host=127.0.0.1 port=${port} user=curfew password=${files.password} application_name=${NAME}`;
  const standby = await OwnPostgres.open(directory, endings, [
    `primary_conninfo = '${origin}'`,
    // Once it has taken over it has no standby at first, and must wait for none.
    "synchronous_standby_names = ''",
    "wal_retrieve_retry_interval = '200ms'",
  ]);
  await standby.launch();
  await bind(primary);
  return standby;
}

/**
 * While it runs: what is copied torn is mended from the log, which the label names the beginning of.
 *
 * @param {OwnPostgres} primary
 * @param {string} directory
 */
async function copy(primary, directory) {
  await rm(directory, { recursive: true, force: true });
  const client = await primary.connect();
  await client.query("select pg_backup_start('ghost', true)");
  // What vanishes meanwhile is complained about, and is not needed; whether the copy is good is seen when it streams.
  await command(`cp -a ${primary.files.directory} ${directory}`).catch(() => {});
  /** @type {import('pg').QueryResult<{ labelfile: string }>} */
  const { rows } = await client.query('select labelfile from pg_backup_stop()');
  await client.end();
  const folder = join(directory, 'postgres');
  await rm(join(folder, 'postmaster.pid'), { force: true });
  for (const [name, text] of [
    ['backup_label', String(rows[0]?.labelfile)],
    ['standby.signal', ''],
  ]) {
    await writeFile(join(folder, String(name)), String(text));
    await primary.files.runner.own(join(folder, String(name)));
  }
}

/** @param {OwnPostgres} primary */
async function bind(primary) {
  const client = await primary.connect();
  try {
    for (const until = now() + PATIENCE_MS; (await client.query(IN_STEP)).rowCount === 0; await pause(50))
      if (now() > until) throw new Error('The standby does not follow its primary.');
    await client.query(`alter system set synchronous_standby_names = '${NAME}'`);
    await client.query('select pg_reload_conf()');
  } finally {
    await client.end();
  }
}
