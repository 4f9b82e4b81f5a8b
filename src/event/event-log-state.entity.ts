import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is known of the log of events as a whole; one row. */
@Entity('event_logs')
export class EventLogState {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'event_logs_pkey' })
  name!: string;

  /** How often the order of events was made anew, because a dump of them came into another cluster: no cursor of before counts. */
  @Column('integer', { default: 1 })
  generation!: number;

  /** What stood up to here is gone. */
  @Column('xid8' as never, { name: 'pruned_transaction_id', default: '0' })
  prunedTransactionId!: string;

  @Column('bigint', { name: 'pruned_id', default: 0 })
  prunedId!: string;
}
