import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of the audit log: numbered without gaps, hashed with the row before it, and never changed. */
@Entity('audit_log')
@Index('audit_log_occurred_at_idx', ['occurredAt', 'number'])
@Index('audit_log_act_idx', ['act', 'occurredAt', 'number'])
@Index('audit_log_outcome_idx', ['outcome', 'occurredAt', 'number'], { where: "outcome <> 'ok'" })
@Index('audit_log_code_idx', ['code', 'occurredAt', 'number'], { where: 'code is not null' })
@Index('audit_log_user_id_idx', ['userId', 'occurredAt', 'number'], { where: 'user_id is not null' })
@Index('audit_log_session_id_idx', ['sessionId', 'occurredAt', 'number'], { where: 'session_id is not null' })
@Index('audit_log_key_id_idx', ['keyId', 'occurredAt', 'number'], { where: 'key_id is not null' })
@Index('audit_log_target_id_idx', ['targetId', 'occurredAt', 'number'], { where: 'target_id is not null' })
@Index('audit_log_application_id_idx', ['applicationId', 'occurredAt', 'number'])
@Index('audit_log_address_idx', ['address', 'occurredAt', 'number'], { where: 'address is not null' })
@Index('audit_log_request_id_idx', ['requestId'], { where: 'request_id is not null' })
@Index('audit_log_event_id_idx', { synchronize: false })
export class AuditEntry {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_log_pkey' })
  number!: string;

  /** When it was written to the log: never earlier than the row before it. */
  @PrimaryColumn('timestamptz', { name: 'recorded_at', primaryKeyConstraintName: 'audit_log_pkey' })
  recordedAt!: Date;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  /** `ok`, `refused`, `failed`, or `unknown` where the node died over it. */
  @Column('text')
  outcome!: string;

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

  /** Which note of the inbox it was. */
  @Column('uuid', { name: 'note_id', nullable: true })
  noteId!: string | null;

  /** Which event of the event log it was. */
  @Column('bigint', { name: 'event_id', nullable: true })
  eventId!: string | null;

  @Column('bytea', { name: 'previous_hash' })
  previousHash!: Buffer;

  @Column('bytea')
  hash!: Buffer;
}
