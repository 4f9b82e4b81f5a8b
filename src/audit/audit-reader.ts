import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SELECT_ENTRIES, type ChainedEntry } from './audit-chain.js';
import { auditConditionOf, type AuditFilter, type AuditPlace } from './audit-filter.js';

/** The last row of the log: number, and hash in hexadecimal. */
export interface KnownHead {
  readonly number: string;
  readonly hash: string;
}

/** Answers what is in the audit log. */
@Injectable()
export class AuditReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first; `before` is the place of the last one already seen. */
  async list(filter: AuditFilter, limit: number, before?: AuditPlace): Promise<ChainedEntry[]> {
    const values: unknown[] = [];
    const condition = auditConditionOf(filter, before, values);
    const order = `order by occurred_at desc, number desc limit ${limit}`;
    // Unnamed, with its values at hand: each filter is planned for what it asks.
    return this.dataSource.query<ChainedEntry[]>(`${SELECT_ENTRIES} where ${condition} ${order}`, values);
  }

  /** The last row of the log, as far as it is written. */
  async head(): Promise<KnownHead> {
    const [head] = await this.dataSource.query<KnownHead[]>(
      "select number, encode(hash, 'hex') as hash from audit_heads",
    );
    return head!;
  }
}
