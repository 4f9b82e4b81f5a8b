/** The scanners: Debian's packages of the same names, run to their end. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { isInstalled } from '../ghost/commands.js';

/** In the order in which they run. */
export const SCANNERS = /** @type {const} */ (['sqlmap', 'wapiti', 'zzuf', 'slowhttptest']);
/** @typedef {typeof SCANNERS[number]} Scanner */

/** How each tells its version, and where it stands there. @type {Record<Scanner, { words: string[], version: RegExp }>} */
const VERSIONS = {
  sqlmap: { words: ['--version'], version: /^([\d.]+)/m },
  wapiti: { words: ['--version'], version: /^Wapiti ([\d.]+)/m },
  slowhttptest: { words: ['-h'], version: /version ([\d.]+)/ },
  zzuf: { words: ['--version'], version: /^zzuf ([\d.]+)/m },
};

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => stopTools());

/** Ends whatever still runs. */
export function stopTools() {
  for (const child of running) child.kill('SIGKILL');
}

/** @param {readonly Scanner[]} scanners */
export function requireScanners(scanners) {
  const missing = scanners.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new Error(`Not installed: ${missing.join(', ')}. On Debian: apt-get install ${missing.join(' ')}`);
}

/** @param {Scanner} scanner */
export function versionOf(scanner) {
  const { words, version } = VERSIONS[scanner];
  const { stdout, stderr } = spawnSync(scanner, words, { encoding: 'utf8' });
  return version.exec(`${stdout}\n${stderr}`)?.[1] ?? 'unknown';
}

/**
 * What it printed, to whichever stream.
 *
 * @param {Scanner} scanner
 * @param {readonly string[]} words
 * @param {{ folder: string, input?: Buffer }} how Its files stay in the folder.
 * @returns {Promise<{ exitCode: number | null, output: Buffer }>}
 */
export async function run(scanner, words, { folder, input = Buffer.alloc(0) }) {
  const env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8' };
  const child = spawn(scanner, words, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  /** @type {Buffer[]} */
  const pieces = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (/** @type {Buffer} */ piece) => pieces.push(piece));
  child.stdin.on('error', () => {}); // It may have read enough.
  child.stdin.end(input);
  try {
    const [exitCode] = /** @type {[number | null]} */ (await once(child, 'close'));
    return { exitCode, output: Buffer.concat(pieces) };
  } finally {
    running.delete(child);
  }
}

/** A command as one may type it. @param {Scanner} scanner @param {readonly string[]} words */
export function typed(scanner, words) {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./$-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  return [scanner, ...quoted].join(' ');
}
