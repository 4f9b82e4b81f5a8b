/**
 * The sample service of test/services on Express and the NestJS before ours, with `curfew/client` installed as a service
 * installs it, against a real server: 401, log in, 200, log out, 401; and 503 once Curfew is gone.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from '../../bench/server-process.js';

const run = promisify(execFile);
const FOLDER = import.meta.dirname;
const ROOT = resolve(FOLDER, '../../..');
const GENERATED = join(FOLDER, 'generated');
const LOGIN = { login: 'admin@localhost', password: 'eleven grey herons at dawn' };
const EXPECTED = [401, 200, 200, 401, 200, 503];

/** @param {string} scratch */
async function install(scratch) {
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: FOLDER });
  await run(process.execPath, [join(ROOT, 'tools/pack-client.js'), scratch]);
  const [archive = ''] = (await readdir(scratch)).filter((file) => file.endsWith('.tgz'));
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...options, join(scratch, archive)], { cwd: FOLDER });
}

async function compile() {
  await rm(GENERATED, { recursive: true, force: true });
  await mkdir(GENERATED);
  await cp(join(FOLDER, 'express-notes.ts'), join(GENERATED, 'express-notes.ts'));
  await cp(join(FOLDER, '../notes-service.ts'), join(GENERATED, 'notes-service.ts'));
  await run(process.execPath, [join(FOLDER, 'node_modules/typescript/bin/tsc'), '-p', FOLDER]).catch(
    (/** @type {{ stdout: string }} */ error) => {
      throw new Error(`The service does not compile:\n${error.stdout}`);
    },
  );
}

/** @param {string} url @param {object} body @param {string} [token] @returns {Promise<Record<string, string>>} */
async function post(url, body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return /** @type {Record<string, string>} */ (JSON.parse(text));
}

/** @param {string} scratch */
async function spendDay(scratch) {
  const settings = { DATA_DIR: join(scratch, 'data'), ADMIN_PASSWORD: LOGIN.password, LOG_LEVEL: 'warn' };
  const curfew = await ServerProcess.start(join(ROOT, 'dist/src/main.js'), settings, '/health/ready');
  const api = `${curfew.origin}/api/v1`;
  const { token: admin } = await post(`${api}/auth/login`, LOGIN);
  const { key = '' } = await post(`${api}/admin/service-keys`, { name: 'notes', scopes: ['introspect'] }, admin);
  const service = await ServerProcess.start(
    join(GENERATED, 'express-notes.js'),
    { CURFEW_URL: curfew.origin, CURFEW_KEY: key },
    '/about',
  );
  try {
    /** @param {string} path @param {string} [token] */
    const statusOf = async (path, token) =>
      (await fetch(service.origin + path, { headers: token ? { authorization: `Bearer ${token}` } : {} })).status;
    const stranger = await statusOf('/whoami');
    const { token } = await post(`${api}/auth/login`, LOGIN);
    const known = [await statusOf('/whoami', token), await statusOf('/everything', token)];
    await fetch(`${api}/auth/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    const after = await statusOf('/whoami', token);
    const other = await statusOf('/whoami', admin);
    await curfew.stop();
    const statuses = [stranger, ...known, after, other, await statusOf('/whoami', admin)];
    if (statuses.join() !== EXPECTED.join()) throw new Error(`The day went otherwise: ${statuses.join()}`);
  } finally {
    await service.stop();
    await curfew.stop();
  }
}

const scratch = await mkdtemp(join(tmpdir(), 'curfew-express-'));
await chmod(scratch, 0o755);
try {
  await install(scratch);
  await compile();
  console.log('✓ a service on Express compiles against the installed curfew/client');
  await spendDay(scratch);
  console.log('✓ 401, log in, 200, log out, 401, and 503 without Curfew, on Express');
} finally {
  await rm(scratch, { recursive: true, force: true });
}
