import { Injectable, Logger } from '@nestjs/common';
import PgBoss from 'pg-boss';
import { BackgroundStore, type Sql } from '../database/background-store.js';

// Beside our own tables: where several Curfews share a database, each in a schema of its own, each has its own queue.
const SCHEMA = `
  select case current_schema() when 'public' then 'webhook_queue' else current_schema() || '_queue' end as schema`;
const QUEUE = 'webhooks';
/** How often the jobs of nodes that are gone are handed out anew; one node does it for all. */
const SUPERVISE_SECONDS = 3;
const ARCHIVE_SECONDS = 3_600;

/** An endpoint that has something due. */
export interface WebhookJob {
  readonly id: string;
  readonly endpointId: string;
}

/**
 * The job queue, pg-boss, which times and hands out: a job says "look after this endpoint from then on", and no more. What is
 * due there stands in `webhook_deliveries`, so that a job too many does nothing. At most one waits for an endpoint at an instant.
 */
@Injectable()
export class WebhookQueue {
  private readonly logger = new Logger(WebhookQueue.name);
  private schema: string | undefined;
  private boss: PgBoss | undefined;
  private isStarted = false;

  constructor(private readonly store: BackgroundStore) {}

  /** Begins to hand out anew what nodes that are gone left behind. Throws where the store does not answer, or its tables are another version's. */
  async start(): Promise<void> {
    if (this.isStarted) return;
    const boss = await this.opened();
    try {
      await boss.start();
      this.isStarted = true;
    } catch (error) {
      // One that failed to start takes itself for one that is starting, for ever.
      this.boss = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.boss?.stop({ graceful: false });
  }

  /** At most so many jobs whose time has come; none, or a failure, where the store does not answer. They are this node's for 16 seconds. */
  async take(limit: number): Promise<WebhookJob[]> {
    const boss = await this.opened();
    const jobs = await boss.fetch<{ endpointId: string }>(QUEUE, { batchSize: limit, priority: false });
    return jobs.map(({ id, data }) => ({ id, endpointId: data.endpointId }));
  }

  /** Within a transaction: these endpoints have something due now. */
  async enqueue(run: Sql, endpointIds: Iterable<string>): Promise<void> {
    // In one order, so that two nodes cannot wait for each other.
    const jobs = [...new Set(endpointIds)].toSorted().map((endpointId) => jobOf(endpointId, endpointId));
    if (jobs.length === 0) return;
    const boss = await this.opened(run);
    await boss.insert(jobs, { db: asDb(run) });
  }

  /** Within a transaction: the endpoint has something due at an instant (RFC 3339 in UTC). */
  async schedule(run: Sql, endpointId: string, startAfter: string): Promise<void> {
    const boss = await this.opened(run);
    await boss.insert([{ ...jobOf(endpointId, `${endpointId} ${startAfter}`), startAfter }], { db: asDb(run) });
  }

  /** Within a transaction: these jobs are done. */
  async finish(run: Sql, jobIds: string[]): Promise<void> {
    const boss = await this.opened(run);
    await boss.deleteJob(QUEUE, jobIds, { db: asDb(run) });
  }

  private async opened(run = this.store.run): Promise<PgBoss> {
    this.schema ??= (await run<{ schema: string }>(SCHEMA))[0]!.schema;
    return (this.boss ??= this.fresh(this.schema));
  }

  private fresh(schema: string): PgBoss {
    const boss = new PgBoss({
      db: asDb(this.store.run),
      schema,
      migrate: false,
      schedule: false,
      maintenanceIntervalSeconds: SUPERVISE_SECONDS,
      archiveCompletedAfterSeconds: ARCHIVE_SECONDS,
      deleteAfterSeconds: ARCHIVE_SECONDS,
    });
    // It asks again by itself; unheard, its error would end the process.
    return boss.on('error', ({ message }) => this.logger.debug(`queue: ${message}`));
  }
}

function jobOf(endpointId: string, singletonKey: string): PgBoss.JobInsert {
  return { name: QUEUE, data: { endpointId }, singletonKey };
}

function asDb(run: Sql): PgBoss.Db {
  return { executeSql: async (text, values) => ({ rows: await run(text, values) }) };
}
