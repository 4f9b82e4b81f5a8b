import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER_USER } from './new-cluster.js';
import type { PostgresCluster } from './postgres-cluster.js';
import { PostgresPresence } from './postgres-presence.js';
import { Postmaster, readLastWords } from './postmaster.js';

const PATIENCE_MS = 30_000;
const STARTING_OR_STOPPING = '57P03';
const PASSWORD_REFUSED = '28P01';

interface Joined {
  readonly presence: PostgresPresence;
  readonly port: number;
}

/** What a server, the driver or the system says when nobody can be joined. */
type Refusal = NodeJS.ErrnoException;

/** Whoever launched it, the server is the one the lock file names: a launch that loses to another joins the winner. */
export async function joinOrLaunch(cluster: PostgresCluster, port?: number): Promise<Joined> {
  let launched: Postmaster | undefined;
  let refusal: Refusal | undefined;
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(10)) {
    const answer = await joinServer(cluster).catch((error: Refusal) => error);
    if (answer && 'presence' in answer) return answer;

    refusal = answer;
    if (refusal?.code === STARTING_OR_STOPPING) continue;
    if (refusal?.code === PASSWORD_REFUSED) await refuseOtherPassword(cluster, launched);
    launched = await relaunch(cluster, launched, port);
  }
  const words = await readLastWords(cluster.logFile).catch(() => '');
  throw new Error(`PostgreSQL in ${cluster.folder} does not answer: ${refusal?.message ?? ''}\n${words}`);
}

/** The server that runs in the folder, once it has let this process in; throws what it says when it does not. */
export async function joinServer(cluster: PostgresCluster): Promise<Joined | undefined> {
  const lock = await cluster.findLock();
  if (!lock || !isAlive(lock.pid)) return undefined;

  const presence = await PostgresPresence.enter(CLUSTER_USER, cluster.password, lock.port);
  try {
    if (await presence.wrote(lock)) {
      await presence.settle();
      return { presence, port: lock.port };
    }
  } catch (error) {
    await presence.leave();
    throw error;
  }
  await presence.leave();
  return undefined;
}

/** A launch at a time, and a pause after one that failed. */
async function relaunch(
  cluster: PostgresCluster,
  launched: Postmaster | undefined,
  port?: number,
): Promise<Postmaster | undefined> {
  if (!launched) return Postmaster.launch(cluster, port);
  if (!launched.hasEnded) return launched;

  await launched.refuseLastingEnd();
  await sleep(50);
  return undefined;
}

/** Anybody may refuse the password on the port of a server that crashed; only our own makes it certain. */
async function refuseOtherPassword(cluster: PostgresCluster, launched: Postmaster | undefined): Promise<void> {
  const lock = await cluster.findLock();
  if (!lock || !launched?.wrote(lock)) return;

  launched.abandon();
  throw new Error(
    `The database in ${cluster.folder} refuses the password in ${cluster.passwordFile}: ` +
      'put the right one back, or set DATA_DIR to another folder.',
  );
}

/** Signal 0 asks and disturbs nobody; a process of another user answers EPERM. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
