/**
 * Compiles src, migrations and ormconfig.ts into dist with the Swagger transformer, which plain `tsc` cannot apply.
 * Nothing happens while no input has changed, and a failed build leaves the earlier dist as it was.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const FINGERPRINT = join(DIST, '.fingerprint');
// Types for those who install the package: what its `exports` name, and what stands behind that.
const DECLARED = /^dist\/src\/(client|gathering)\//;
const OTHER_INPUTS = [
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package-lock.json',
  'tools/build.js',
  'node_modules/typescript/package.json',
  'node_modules/@nestjs/swagger/package.json',
];

/**
 * Brings dist up to date; false when TypeScript refused the sources.
 *
 * @param {{ force?: boolean, tell?: (line: string) => void }} [options] `tell` hears what is done; by itself it goes to stdout
 */
export async function build({ force = false, tell = console.log } = {}) {
  const inputs = fingerprint();
  if (!force && existsSync(FINGERPRINT) && readFileSync(FINGERPRINT, 'utf8') === inputs) return true;

  tell('Building dist …');
  const startedAt = performance.now();
  const outputs = await compile();
  if (!outputs) return false;

  // Without its fingerprint a half-written dist counts as stale.
  rmSync(FINGERPRINT, { force: true });
  outputs.forEach((text, path) => writeIfChanged(path, text));
  filesUnder(DIST)
    .filter((path) => !outputs.has(path))
    .forEach((path) => rmSync(path));
  writeFileSync(FINGERPRINT, inputs);
  tell(`Built dist in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  return true;
}

/** Every output by its path, or undefined once the errors have been printed. */
async function compile() {
  const { default: ts } = await import('typescript');
  const nest = JSON.parse(readFileSync(join(ROOT, 'nest-cli.json'), 'utf8')).compilerOptions;
  const file = join(ROOT, nest.tsConfigPath);
  const config = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  // With the file's name, types are looked for beside it, wherever the build was started.
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT, {}, file);
  const program = ts.createProgram(fileNames, options);
  const [plugin] = nest.plugins;
  const { before } = await import(`${plugin.name}/plugin`);

  /** @type {Map<string, string>} */
  const outputs = new Map();
  const problems = [...errors, ...ts.getPreEmitDiagnostics(program)];
  if (problems.length === 0) {
    const keep = (/** @type {string} */ path, /** @type {string} */ text) => {
      const isWanted = !path.endsWith('.d.ts') || DECLARED.test(relative(ROOT, path).replaceAll('\\', '/'));
      if (isWanted) outputs.set(resolve(path), text);
    };
    const transformers = { before: [before(plugin.options, program)] };
    problems.push(...program.emit(undefined, keep, undefined, false, transformers).diagnostics);
  }
  if (problems.length === 0) return outputs;

  const format = process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };
  console.error(format(problems, host));
  return undefined;
}

/** One hash over everything that dist is made from. */
export function fingerprint() {
  const sources = ['src', 'migrations'].flatMap((folder) => filesUnder(join(ROOT, folder)));
  const compiled = sources.filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'));
  const others = OTHER_INPUTS.map((path) => join(ROOT, path)).filter((path) => existsSync(path));
  const hash = createHash('sha256');
  for (const path of [...compiled, ...others]) {
    const text = readFileSync(path);
    hash.update(`${path.slice(ROOT.length)}:${text.length}:`).update(text);
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}

/**
 * @param {string} path
 * @param {string} text
 */
function writeIfChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const isCommand = process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename;
if (isCommand && !(await build({ force: process.argv.includes('--force') }))) process.exitCode = 1;
