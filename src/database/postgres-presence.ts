import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import type { PostmasterLock } from './postgres-cluster.js';

/** The lock all presences share; advisory locks are per database, and nobody else works in `postgres`. */
const PRESENCE = 2_120_515_000;

/** How long a pool that was just closed may still be seen. */
const FAREWELL_MS = 1_000;

/**
 * A connection held as long as a process uses the server. A pool closes its connections when nothing is asked of it:
 * without this one, a migration that ends would take the server from under an idle application.
 */
export class PostgresPresence {
  private constructor(
    private readonly client: Client,
    private readonly socket: Socket,
  ) {}

  get isLost(): boolean {
    return this.socket.destroyed;
  }

  /** Told once, also when it was this process that left. */
  onLoss(tell: () => void): void {
    this.socket.once('close', tell);
  }

  /** Throws what the server says when it refuses or is not ready yet. */
  static async enter(user: string, password: string, port: number): Promise<PostgresPresence> {
    const socket = new Socket();
    const server = { host: '127.0.0.1', port, user, password, database: 'postgres', ssl: false };
    const terms = { application_name: 'curfew presence', connectionTimeoutMillis: 5_000 };
    const client = new Client({ ...server, ...terms, stream: () => socket });
    client.on('error', () => {}); // the server went away: the next question says so
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new PostgresPresence(client, socket);
  }

  /** Waits while somebody is about to stop the server; it then ends here with an error, or goes on. */
  async settle(): Promise<void> {
    await this.client.query('select pg_advisory_lock_shared($1)', [PRESENCE]);
  }

  /** From here on it keeps no process alive. */
  unref(): void {
    this.socket.unref();
  }

  /** Whether this server wrote that lock: it reads its own, so a stranger on the same port cannot pass for it. */
  async wrote(lock: PostmasterLock): Promise<boolean> {
    const { rows } = await this.client.query<{ text: string }>("select pg_read_file('postmaster.pid') as text");
    return rows[0]?.text.startsWith(`${lock.text}\n`) ?? false;
  }

  async ensureDatabase(name: string): Promise<void> {
    const { rowCount } = await this.client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return;

    await this.client.query(`create database ${escapeIdentifier(name)}`).catch((error: { code?: string }) => {
      if (error.code !== '42P04' && error.code !== '23505') throw error; // another process made it first
    });
  }

  /**
   * Whether nobody else is connected; if so, newcomers wait until this presence has left. Of several that leave at
   * once the last to let go of the shared lock gets it alone: each would otherwise leave the stopping to the other.
   */
  async isLast(): Promise<boolean> {
    this.socket.ref();
    await this.client.query('select pg_advisory_unlock_shared($1)', [PRESENCE]);
    const { rows } = await this.client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [
      PRESENCE,
    ]);
    if (!rows[0]?.alone) return false;

    for (const until = Date.now() + FAREWELL_MS; await this.hasCompany(); await sleep(10)) {
      if (Date.now() > until) return false;
    }
    return true;
  }

  async leave(): Promise<void> {
    await this.client.end().catch(() => {});
    this.socket.destroy();
  }

  private async hasCompany(): Promise<boolean> {
    const { rowCount } = await this.client.query(
      "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    );
    return rowCount !== 0;
  }
}
