import type pg from 'pg';
import { DecisiveClient } from './decisive-client.js';
import type { Report } from './no-primary.js';
import type { ServerAddress } from './postgres-address.js';
import { standingOf } from './server-standing.js';

/** Asks one of several servers what it is, over a connection of its own that it keeps. */
export class Lookout {
  private client: DecisiveClient | undefined;
  private asking: Promise<Report> | undefined;

  constructor(
    readonly server: ServerAddress,
    private readonly config: pg.ClientConfig,
  ) {}

  /** What it says now, or why nothing. Never throws. A question that is still open is not asked again. */
  ask(): Promise<Report> {
    return (this.asking ??= this.askAnew().finally(() => (this.asking = undefined)));
  }

  /** Lets the connection go; the next question makes another. */
  leave(): void {
    this.client?.breakOff();
    this.client = undefined;
  }

  private async askAnew(): Promise<Report> {
    const { server } = this;
    try {
      this.client ??= await this.connect();
      return { server, standing: await standingOf(this.client, true) };
    } catch (error) {
      this.leave();
      return { server, error: error as Error };
    }
  }

  private async connect(): Promise<DecisiveClient> {
    // It waits for nobody's request: a process whose work is done may end beside it.
    const client = Object.assign(new DecisiveClient(this.config), this.server);
    client.on('error', () => {});
    await client.connect();
    (client as unknown as { unref(): void }).unref();
    return client;
  }
}
