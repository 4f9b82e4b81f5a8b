import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER_USER } from './new-cluster.js';
import { PostgresCluster } from './postgres-cluster.js';
import { joinOrLaunch, joinServer } from './postgres-joining.js';
import type { PostgresPresence } from './postgres-presence.js';

const DATABASE = 'curfew';
const PATIENCE_MS = 10_000;
const RETRY_MS = 1_000;

/** The database that comes along: a PostgreSQL in a folder, started when nobody runs it, stopped by whoever leaves last. */
export class EmbeddedPostgres {
  readonly directory: string;
  private returning?: Promise<void>;
  private stopping?: Promise<void>;

  private constructor(
    private readonly cluster: PostgresCluster,
    private presence: PostgresPresence,
    /** Over TCP on the loopback address, password included. */
    readonly url: string,
  ) {
    this.directory = cluster.directory;
  }

  /** The folder is DATA_DIR; the cluster in it is made when absent, and a server already running on it is joined. */
  static async start(directory: string): Promise<EmbeddedPostgres> {
    const cluster = await PostgresCluster.open(directory);
    const { presence, port } = await joinOrLaunch(cluster);
    const url = `postgres://${CLUSTER_USER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
    const embedded = new EmbeddedPostgres(cluster, presence, url);
    try {
      await embedded.furnish();
      return embedded;
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  }

  /** Brings the server back, under the same address, whenever it ends by itself; tells what it does. */
  watch(tell: (line: string) => void): void {
    this.presence.onLoss(() => {
      this.returning = this.bringBack(tell);
    });
  }

  /** Close your own connections first: as long as anybody is connected, the server is left running. */
  stop(): Promise<void> {
    return (this.stopping ??= this.leave());
  }

  private async bringBack(tell: (line: string) => void): Promise<void> {
    if (this.stopping) return;
    tell('The embedded PostgreSQL ended; starting it again');
    try {
      this.presence = (await joinOrLaunch(this.cluster, Number(new URL(this.url).port))).presence;
      this.presence.unref();
      this.watch(tell);
    } catch (error) {
      tell((error as Error).message);
      setTimeout(() => {
        this.returning = this.bringBack(tell);
      }, RETRY_MS).unref();
    }
  }

  private async furnish(): Promise<void> {
    await this.presence.ensureDatabase(DATABASE);
    await this.cluster.publishUrl(this.url);
    this.presence.unref();
  }

  private async leave(): Promise<void> {
    await this.returning; // else the server it brings back would outlive this stop
    const presence = this.presence.isLost ? await this.findAnother() : this.presence;
    if (!presence) return this.cluster.withdrawUrl(); // it crashed: nobody is left to be stopped

    try {
      if (await presence.isLast()) await this.shutDown(presence);
    } finally {
      await presence.leave();
    }
  }

  /** A server outlives the loss of a connection. */
  private async findAnother(): Promise<PostgresPresence | undefined> {
    return (await joinServer(this.cluster).catch(() => undefined))?.presence;
  }

  private async shutDown(presence: PostgresPresence): Promise<void> {
    const lock = await this.cluster.findLock();
    if (!lock || !(await presence.wrote(lock))) return; // the folder was moved away: its server is not ours to end

    await this.cluster.withdrawUrl();
    await this.cluster.interrupt(lock);
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(5)) {
      if ((await this.cluster.findLock())?.text !== lock.text) return;
    }
    throw new Error(`PostgreSQL in ${this.cluster.folder} did not stop within ${PATIENCE_MS / 1000} seconds.`);
  }
}
