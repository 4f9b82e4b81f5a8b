import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An act as the request noted it, until the recorder has written it to the log. */
@Entity('audit_inbox')
@Index('audit_inbox_occurred_at_idx', ['occurredAt', 'id'])
export class AuditNoteRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_inbox_pkey' })
  id!: string;

  @Column('timestamptz', { name: 'occurred_at', default: () => 'clock_timestamp()' })
  occurredAt!: Date;

  /** `ok`, `refused` or `failed`; null while it is being done. */
  @Column('text', { nullable: true })
  outcome!: string | null;

  /** Written once more after an answer of the store was lost: it may be in the log already. */
  @Column('boolean', { name: 'is_repeated', default: false })
  isRepeated!: boolean;

  /** What was done, by a stable name. */
  @Column('text')
  act!: string;

  /** Why it was refused, or why it failed. */
  @Column('text', { nullable: true })
  code!: string | null;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('uuid', { name: 'session_id', nullable: true })
  sessionId!: string | null;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  /** The name with which someone tried to log in. */
  @Column('text', { nullable: true })
  login!: string | null;

  @Column('text', { name: 'target_type', nullable: true })
  targetType!: string | null;

  @Column('text', { name: 'target_id', nullable: true })
  targetId!: string | null;

  @Column('uuid', { name: 'application_id', nullable: true })
  applicationId!: string | null;

  @Column('text', { nullable: true })
  contract!: string | null;

  @Column('inet', { nullable: true })
  address!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** What else is known. Text that stays as it was written: its bytes are part of what is hashed. */
  @Column('json', { default: {} })
  details!: Record<string, unknown>;
}
