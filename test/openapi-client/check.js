/**
 * Makes a TypeScript client from each OpenAPI document with an ordinary generator, which must have nothing to say about it;
 * compiles a program against the types, and runs it against a real server. Its packages are none of the product's.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from '../bench/server-process.js';

const run = promisify(execFile);
const FOLDER = import.meta.dirname;
const ROOT = resolve(FOLDER, '../..');
const GENERATED = join(FOLDER, 'generated');
const PASSWORD = 'eleven grey herons at dawn';
const EXPECTED = { statuses: [401, 200, 200, 204, 401], refusal: 'SESSION_UNKNOWN', username: 'admin@localhost' };

/** What a script of this folder's packages printed; its exit must be clean. @param {string} script @param {string[]} options */
const runTool = (script, ...options) =>
  run(process.execPath, [join(FOLDER, 'node_modules', script), ...options], { cwd: FOLDER });

async function generate() {
  await rm(GENERATED, { recursive: true, force: true });
  const documents = (await readdir(join(ROOT, 'openapi'))).filter((file) => file.endsWith('.json'));
  if (documents.length < 5) throw new Error(`Only ${documents.length} documents were written.`);
  for (const document of documents) {
    const output = join(GENERATED, `${basename(document, '.json')}.d.ts`);
    const { stderr } = await runTool('openapi-typescript/bin/cli.js', join(ROOT, 'openapi', document), '-o', output);
    if (stderr.trim() !== '') throw new Error(`openapi-typescript says of ${document}:\n${stderr}`);
    console.log(`✓ a client of ${document}, without warnings`);
  }
}

async function compile() {
  await runTool('typescript/bin/tsc', '-p', FOLDER).catch((/** @type {{ stdout: string }} */ error) => {
    throw new Error(`The program does not compile against the generated types:\n${error.stdout}`);
  });
  console.log('✓ a program compiles against the generated types');
}

async function spendDay() {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-client-'));
  await chmod(folder, 0o755);
  const settings = { DATA_DIR: join(folder, 'data'), ADMIN_PASSWORD: PASSWORD, LOG_FORMAT: 'json', LOG_LEVEL: 'warn' };
  const server = await ServerProcess.start(join(ROOT, 'dist/src/main.js'), settings, '/health/ready');
  try {
    const env = { PATH: process.env['PATH'], CURFEW_URL: server.origin, CURFEW_PASSWORD: PASSWORD };
    const { stdout } = await run(process.execPath, [join(GENERATED, 'day.js')], { env });
    if (stdout.trim() !== JSON.stringify(EXPECTED)) throw new Error(`The day went otherwise: ${stdout}`);
    console.log('✓ 401, log in, 200, log out, 401 through the generated client');
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER });
await run(process.execPath, [join(ROOT, 'tools/openapi.js')]);
await generate();
await compile();
await spendDay();
