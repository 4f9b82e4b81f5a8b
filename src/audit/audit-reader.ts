import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SELECT_ENTRIES, type ChainedEntry } from './audit-chain.js';
import { auditConditionOf, type AuditFilter } from './audit-filter.js';
import { AuditPosition } from './audit-position.js';

const PAGE = 500;

/** The last row of the log: its number, and its hash in hexadecimal. */
export interface KnownHead {
  readonly number: string;
  readonly hash: string;
}

/** Answers what is in the audit log, newest first: by when it occurred, and by number where that is the same. */
@Injectable()
export class AuditReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** At most `limit` rows, behind a position. */
  async page(filter: AuditFilter, limit: number, after?: AuditPosition): Promise<ChainedEntry[]> {
    const values: unknown[] = [];
    const condition = auditConditionOf(filter, after, values);
    // Unnamed, with its values at hand: each filter is planned for what it asks.
    return this.dataSource.query<ChainedEntry[]>(
      `${SELECT_ENTRIES} where ${condition} order by audit_log.occurred_at desc, audit_log.number desc limit ${limit}`,
      values,
    );
  }

  /** All of them behind a position, page by page. */
  async *pages(filter: AuditFilter, after?: AuditPosition): AsyncGenerator<ChainedEntry[]> {
    for (let position = after; ;) {
      const page = await this.page(filter, PAGE, position);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      const { occurredAt, number } = page.at(-1)!;
      position = new AuditPosition(occurredAt, number);
    }
  }

  /** The last row that was written, and when. */
  async head(): Promise<KnownHead> {
    const [head] = await this.dataSource.query<KnownHead[]>(
      "select number, encode(hash, 'hex') as hash from audit_heads",
    );
    return head!;
  }
}
