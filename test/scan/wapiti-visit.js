/** One visit of wapiti, from its command line to its report. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD } from '../bench/fill.js';
import { form, post, wireOf } from '../ghost/wires.js';
import { run } from './tools.js';
import { readWapiti } from './wapiti-report.js';

/** `depth`: how far links are followed. @typedef {{ name: string, origin: string, pages: string[], depth?: number, headers?: Record<string, string> }} Visit */

/** All that need nobody on the internet to answer, and no lists from there. */
const MODULES =
  'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss';

/** Of the first application, to which a host that nobody claims belongs. @param {import('./stage.js').Stage} stage */
export async function tokenAt(stage) {
  const { tokenOf } = wireOf('elvis');
  const [username, password] = ['user1', PASSWORD];
  const answer = await stage.door.ask(post('/services/apilogin', form({ username, password })));
  const token = tokenOf(answer);
  if (token === undefined) throw new Error(`No login: ${answer.status} ${answer.body}`);
  stage.noteSecretsIn(token);
  return token;
}

/**
 * @param {string} folder
 * @param {Visit} visit
 */
export async function pay(folder, visit) {
  const own = join(folder, visit.name.replaceAll(/\W+/g, '-'));
  await mkdir(own);
  const { output } = await run('wapiti', commandOf(visit, own), { folder });
  const report = await readFile(join(own, 'report.json'), 'utf8').catch(() => {
    throw new Error(`wapiti wrote no report:\n${String(output).slice(-2_000)}`);
  });
  return readWapiti(report);
}

/**
 * @param {Visit} visit
 * @param {string} folder
 */
export function commandOf({ origin, pages, depth = 5, headers = {} }, folder) {
  return [
    `--url=${origin}/`,
    '--scope=domain',
    ...pages.flatMap((page) => ['-s', origin + page]),
    `--depth=${depth}`,
    '--level=2',
    `--module=${MODULES}`,
    '--max-scan-time=300',
    '--no-bugreport',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    '-f',
    'json',
    '-o',
    join(folder, 'report.json'),
    `--store-session=${folder}`,
    `--store-config=${folder}`,
  ];
}
