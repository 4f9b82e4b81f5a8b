import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Programs get no environment but this: the language of messages and the zone of instants are ours to know. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

/** Shows root's files to a program as its own, and root as nobody. */
const NAMESPACE = ['unshare', '-U', '--map-user=65534', '--map-group=65534'];

/**
 * Runs the programs of PostgreSQL, which refuse root: as another user of the system or, where root's files are out
 * of everybody's reach (a project in root's home folder), in a user namespace. Whoever is not root runs them plainly.
 */
export class UnprivilegedRunner {
  private constructor(
    private readonly user?: SystemUser,
    private readonly prefix: readonly string[] = [],
  ) {}

  /** For a cluster that is there its owner decides, for a new one whoever reaches both program and folder. */
  static async choose(program: string, folder: string, isNew: boolean): Promise<UnprivilegedRunner> {
    if (process.getuid?.() !== 0) return new UnprivilegedRunner();

    const users = await listSystemUsers();
    const owner = isNew ? undefined : (await stat(folder)).uid;
    const user = owner === undefined ? findServiceUser(users) : users.find(({ uid }) => uid === owner && uid !== 0);
    const runners = user ? [new UnprivilegedRunner(user)] : [];
    if (!owner) runners.push(new UnprivilegedRunner(undefined, NAMESPACE));
    for (const runner of runners) if (await runner.reaches(program, folder)) return runner;

    const who = user ? `user ${user.name}` : owner ? `user ${owner}, who owns ${folder},` : 'a user namespace';
    throw new Error(
      `PostgreSQL refuses root, and ${who} cannot run ${program} on ${folder}: ` +
        'start Curfew as an ordinary user, or set DATABASE_URL.',
    );
  }

  async own(path: string): Promise<void> {
    if (this.user) await chown(path, this.user.uid, this.user.gid);
  }

  /** Runs a program to its end; what it said is the error when it fails. */
  async run(program: string, args: readonly string[], cwd: string): Promise<void> {
    const [file, ...rest] = [...this.prefix, program, ...args] as [string, ...string[]];
    await promisify(execFile)(file, rest, { ...this.identity(), cwd, env: ENVIRONMENT, windowsHide: true });
  }

  spawn(program: string, args: readonly string[], { env, ...options }: SpawnOptions): ChildProcess {
    const [file, ...rest] = [...this.prefix, program, ...args] as [string, ...string[]];
    return spawn(file, rest, { ...options, ...this.identity(), env: { ...ENVIRONMENT, ...env }, windowsHide: true });
  }

  /** The system itself is asked: modes alone do not tell, there are access lists and mount options. */
  private reaches(program: string, folder: string): Promise<boolean> {
    const question = ['-c', 'test -x "$1" && test -x "$2"', 'sh', program, folder];
    return this.run('/bin/sh', question, '/').then(
      () => true,
      () => false,
    );
  }

  private identity(): { uid?: number; gid?: number } {
    return this.user ? { uid: this.user.uid, gid: this.user.gid } : {};
  }
}

/** PostgreSQL refuses a user id that has no name, so only users listed here will do. */
async function listSystemUsers(): Promise<SystemUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').filter((line) => /^[^#:]+:/.test(line));
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

/** `_postgres` is the name on macOS, whose nobody has a negative id. */
function findServiceUser(users: SystemUser[]): SystemUser | undefined {
  const names = ['postgres', '_postgres', 'nobody'];
  return names.map((wanted) => users.find(({ name, uid }) => name === wanted && uid > 0)).find(Boolean);
}
