import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What happened to whose session, and why. Written by triggers, so that a hand-typed DELETE leaves one too. */
@Entity('session_events')
@Index('session_events_transaction_id_id_idx', ['transactionId', 'id'])
@Index('session_events_ended_idx', ['occurredAt', 'id'], { where: `type = 'session.ended'` })
@Index('session_events_ended_ip_idx', ['ip', 'occurredAt'], { where: `type = 'session.ended'` })
@Index('session_events_lasted_idx', { synchronize: false })
export class SessionEvent {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'session_events_pkey' })
  userId!: string;

  @PrimaryColumn('bigint', {
    primaryKeyConstraintName: 'session_events_pkey',
    generated: 'identity',
    generatedIdentity: 'ALWAYS',
  })
  id!: string;

  /** Its place in the order of events, not below the transaction that wrote it: readers stop below pg_snapshot_xmin. */
  @Column('xid8' as never, { name: 'transaction_id', default: () => 'event_transaction_id()' })
  transactionId!: string;

  /** `session.started`, `session.rotated` or `session.ended` */
  @Column('text')
  type!: string;

  /** Why it ended; null while it lives. */
  @Column('text', { nullable: true })
  cause!: string | null;

  @Column('uuid', { name: 'session_id' })
  sessionId!: string;

  @Column('uuid', { name: 'application_id' })
  applicationId!: string;

  @Column('text')
  contract!: string;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'clock_timestamp()' })
  occurredAt!: Date;

  @Column('timestamptz', { name: 'session_created_at' })
  sessionCreatedAt!: Date;

  @Column('timestamptz', { name: 'session_last_seen_at' })
  sessionLastSeenAt!: Date;

  @Column('inet', { nullable: true })
  ip!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { nullable: true })
  label!: string | null;

  /** As the administrator wrote it; null where it ended otherwise. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** The administrator who ended it, and their session; or the service key. */
  @Column('uuid', { name: 'ended_by_user_id', nullable: true })
  endedByUserId!: string | null;

  @Column('uuid', { name: 'ended_by_session_id', nullable: true })
  endedBySessionId!: string | null;

  @Column('uuid', { name: 'ended_by_key_id', nullable: true })
  endedByKeyId!: string | null;
}
