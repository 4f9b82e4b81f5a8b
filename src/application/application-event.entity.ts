import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was done to an application as a whole, by whom and why. Written with the change itself, in one transaction. */
@Entity('application_events')
@Index('application_events_transaction_id_id_idx', ['transactionId', 'id'])
export class ApplicationEvent {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'application_events_pkey' })
  applicationId!: string;

  /** Drawn from the sequence of `session_events`: unique over both. */
  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'application_events_pkey',
    default: () => "nextval('session_events_id_seq')",
  })
  id!: string;

  /** As in `session_events`: both are read in one order. */
  @Column('xid8' as never, { name: 'transaction_id', default: () => 'event_transaction_id()' })
  transactionId!: string;

  /** `application.sessions_ended` */
  @Column('text')
  type!: string;

  /** As the administrator wrote it. */
  @Column('text')
  reason!: string;

  /** The administrator, and their session; or the service key. */
  @Column('uuid', { name: 'ended_by_user_id', nullable: true })
  endedByUserId!: string | null;

  @Column('uuid', { name: 'ended_by_session_id', nullable: true })
  endedBySessionId!: string | null;

  @Column('uuid', { name: 'ended_by_key_id', nullable: true })
  endedByKeyId!: string | null;

  /** Sessions of the application that started up to here are dead. */
  @Column('timestamptz', { name: 'occurred_at', default: () => 'clock_timestamp()' })
  occurredAt!: Date;
}
