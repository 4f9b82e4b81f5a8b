import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundLoop } from '../database/background-loop.js';
import { BackgroundStore, type Sql } from '../database/background-store.js';
import { append, lockHead, type ChainHead } from './audit-chain.js';
import { ownDraft } from './event-drafts.js';

const HOUR_MS = 3_600_000;
/** A server that cannot start says why, and nothing beside it. */
const SETTLING_MS = 10_000;
const MAKE_PARTITIONS = "select audit_log_partition(now()), audit_log_partition(now() + interval '1 month')";
// The name of a month is its text; a month goes once all of it is older than what is kept.
const OLDEST_OVERDUE = `
  select relname as name
  from pg_inherits join pg_class on pg_class.oid = inhrelid
  where inhparent = 'audit_log'::regclass and relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
    and (to_date(right(relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' <= now() - $1::bigint * interval '1 ms'
  order by relname limit 1`;
// Dropping waits for every reader, a dump among them, and whoever comes after it, the recorder too, waits behind it.
const WAIT_BRIEFLY = "set local lock_timeout = '500ms'";
const LOCK_NOT_AVAILABLE = '55P03';
const lastOf = (name: string): string =>
  `select number, encode(hash, 'hex') as hash from ${name} order by number desc limit 1`;
const REMEMBER = "insert into audit_beginnings (number, hash) values ($1, decode($2, 'hex'))";
const HEAD = "select number, encode(hash, 'hex') as hash from audit_heads";

interface Row {
  readonly number: string;
  readonly hash: string;
}

/** Keeps the months of the audit log: the next one is there before it begins, and those that were kept for long enough go. */
@Injectable()
export class AuditKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditKeeper.name);
  private isNew = true;
  private readonly loop = new BackgroundLoop('audit: keeping', async () => {
    await this.keep();
    if (this.isNew) {
      this.isNew = false;
      return SETTLING_MS;
    }
    await this.tellHead();
    return HOUR_MS;
  });

  constructor(
    private readonly store: BackgroundStore,
    private readonly retentionMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /**
   * Makes the months that are needed, and drops those whose time is over: each by itself, so that one that cannot go now keeps
   * none from being made. Answers how many were dropped.
   */
  async keep(): Promise<number> {
    await this.inTurn((run) => run(MAKE_PARTITIONS));
    let dropped = 0;
    while (await this.dropOldest()) dropped += 1;
    return dropped;
  }

  private inTurn<T>(work: (run: Sql, head: ChainHead) => Promise<T>): Promise<T> {
    return this.store.transaction(async (run) => work(run, (await lockHead(run, true))!));
  }

  private async dropOldest(): Promise<boolean> {
    try {
      const dropped = await this.inTurn((run, head) => this.drop(run, head));
      if (dropped !== undefined) this.logger.log(`${dropped} dropped: it was kept for long enough`);
      return dropped !== undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      this.logger.warn('a month whose time is over goes later: somebody reads the audit log for long');
      return false;
    }
  }

  // What the chain went through is remembered before it goes, and the chain itself says so.
  private async drop(run: Sql, head: ChainHead): Promise<string | undefined> {
    const [overdue] = await run<{ name: string }>(OLDEST_OVERDUE, [this.retentionMs]);
    if (!overdue) return undefined;
    const { name } = overdue;
    const [last] = await run<Row>(lastOf(name));
    if (last) {
      await run(REMEMBER, [last.number, last.hash]);
      const month = name.slice(-7).replace('_', '-');
      await append(run, head, [ownDraft('audit.pruned', head.recordedAt, { month, ...last })]);
    }
    await run(WAIT_BRIEFLY);
    await run(`drop table ${name}`);
    return name;
  }

  // Whoever keeps the lines of the server's log elsewhere can hold the audit log to them.
  private async tellHead(): Promise<void> {
    const [head] = await this.store.run<Row>(HEAD);
    this.logger.log(`the audit log ends with number ${head!.number}, hash ${head!.hash}`);
  }
}
