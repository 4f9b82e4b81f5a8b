import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { leakedIn } from './leaks.js';

/** The databases that test files copy, and the folder in which a run keeps its log and the secrets it was handed. */
declare module 'vitest' {
  interface ProvidedContext {
    /** One a worker: what one test file has open holds back no event of the file beside it. */
    templateUrls: string[];
    evidence: string;
  }
}

const WORKERS = ['one', 'two'];

/** Once per run: a PostgreSQL of its own for each worker (or TEST_DATABASE_URL for all), each with a template to which the migrations were applied. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { build } = await import('../tools/build.js');
  if (!(await build())) throw new Error('The sources do not compile.');
  const { EmbeddedPostgres } = await import('../dist/src/database/embedded-postgres.js' as string);
  const { prepareDatabase } = await import('../dist/src/database/database-preparation.js' as string);
  const { MIGRATIONS } = await import('../dist/migrations/index.js' as string);
  const folder = await mkdtemp(join(tmpdir(), 'curfew-test-'));
  await chmod(folder, 0o755);
  const given = process.env['TEST_DATABASE_URL'];
  const embedded: { url: string; stop(): Promise<void> }[] = [];
  for (const worker of given ? [] : WORKERS) {
    embedded.push(await EmbeddedPostgres.start(join(folder, `data-of-${worker}`)));
  }
  const urls = given ? [given] : embedded.map(({ url }) => url);
  const name = `template_${randomBytes(4).toString('hex')}`;
  const templateUrls = urls.map((url) => Object.assign(new URL(url), { pathname: `/${name}` }).href);
  for (const url of urls) await execute(url, `create database ${name}`);
  for (const url of templateUrls) await prepareDatabase(url, MIGRATIONS, true, () => {});
  project.provide('templateUrls', templateUrls);
  project.provide('evidence', folder);
  return async () => {
    for (const url of urls) await execute(url, `drop database if exists ${name} with (force)`);
    for (const each of embedded) await each.stop();
    // Vitest only reports what a teardown throws: the run must fail by itself.
    await refuseLeakedSecrets(folder, !process.argv.slice(2).some((argument) => /^(src|test)\//.test(argument))).catch(
      (error: Error) => {
        process.stderr.write(`\nFAIL ${error.message}\n`);
        process.exitCode = 1;
      },
    );
    await rm(folder, { recursive: true, force: true });
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** asvs 16.2.5: no token, password or cookie value of the whole run stands in its trace-level log, in any form it travelled in. */
async function refuseLeakedSecrets(folder: string, isWhole: boolean): Promise<void> {
  const files = await readdir(folder);
  const read = async (kind: string): Promise<string> =>
    (
      await Promise.all(files.filter((file) => file.endsWith(kind)).map((file) => readFile(join(folder, file), 'utf8')))
    ).join('');
  const [log, secrets] = [await read('.log'), await read('.secrets')];
  const issued = [
    ...new Set(
      secrets
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as string),
    ),
  ].filter((secret) => secret.length >= 8);
  if (log.length === 0 || issued.length === 0) {
    if (isWhole) throw new Error('The run left no log, or was handed no secret: nothing was proven.');
    return; // A filtered run may have started no server.
  }
  issued.push('$argon2');
  const leaked = leakedIn(log, issued);
  if (leaked.size > 0)
    throw new Error(
      `${leaked.size} of ${issued.length} secrets stand in the log, the first beginning with ${[...leaked][0]!.slice(0, 6)}`,
    );
  process.stdout.write(
    `\nasvs 16.2.5: none of ${issued.length} secrets stands in ${log.split('\n').length} log lines of this run.\n`,
  );
}
