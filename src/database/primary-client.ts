import type pg from 'pg';
import { DecisiveClient } from './decisive-client.js';
import type { ServerAddress } from './postgres-address.js';
import type { Primary } from './primary.js';
import { standingOf } from './server-standing.js';

/** PostgreSQL, appendix A: read_only_sql_transaction. */
const READ_ONLY = '25006';

/** What such a connection is made with. */
export interface PrimaryClientConfig extends pg.ClientConfig {
  primary: Primary;
}

type Connected = (error: Error | null, client?: pg.Client) => void;

/**
 * A connection to the primary, and to nothing else: it is found among the servers that are named, asked what it is before
 * anything else is asked of it, and left when it is no longer the primary. Within the time that connecting may take.
 */
export class PrimaryClient extends DecisiveClient {
  private readonly primary: Primary;
  private readonly limitMs: number;

  constructor(config: PrimaryClientConfig) {
    super(config);
    this.primary = config.primary;
    this.limitMs = config.connectionTimeoutMillis!;
    // Between its first question and its first user nobody else hears that it broke; unheard, that would end the process.
    this.on('error', () => {});
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
  override connect(callback?: unknown): Promise<pg.Client> | void {
    const connected = this.connectInTime();
    if (!callback) return connected;
    connected.then(
      (client) => (callback as Connected)(null, client),
      (error: Error) => (callback as Connected)(error),
    );
  }

  protected override onRefusal(error: Error): void {
    super.onRefusal(error);
    if ((error as { code?: unknown }).code === READ_ONLY) this.primary.distrust(this.address);
  }

  private get address(): ServerAddress {
    return { host: this.host, port: this.port };
  }

  private async connectInTime(): Promise<pg.Client> {
    const startedAt = performance.now();
    const server = await this.primary.find();
    const leftMs = this.limitMs - (performance.now() - startedAt);
    if (leftMs <= 0) throw new Error('timeout expired');
    if (server) Object.assign(this, server);
    const timer = setTimeout(() => this.breakOff(new Error('timeout expired')), leftMs);
    try {
      await super.connect();
      this.primary.admit(this, this.address, await standingOf(this, this.primary.isOneOfSeveral));
      return this;
    } catch (error) {
      this.primary.doubt(this.address);
      this.breakOff();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
