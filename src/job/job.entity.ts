import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** Something that an administrator asked for and that takes long: first proposed, then confirmed, then done in batches. */
@Entity('jobs')
@Unique('jobs_confirmation_hash_key', ['confirmationHash'])
@Index('jobs_running_idx', ['id'], { where: `status = 'running'::text` })
@Check('jobs_kind_check', `kind = ANY (ARRAY['end_sessions'::text, 'delete_application'::text])`)
@Check(
  'jobs_status_check',
  `status = ANY (ARRAY['proposed'::text, 'running'::text, 'stopped'::text, 'done'::text, 'failed'::text])`,
)
export class JobRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'jobs_pkey' })
  id!: string;

  @Column('text')
  kind!: string;

  @Column('text', { default: 'proposed' })
  status!: string;

  /** Whose administrators may look at it; null: those who administer all. */
  @Column('uuid', { name: 'application_id', nullable: true })
  applicationId!: string | null;

  /** As it was asked. */
  @Column('jsonb')
  filter!: object;

  /** The same, held to the instant at which it was proposed. */
  @Column('jsonb')
  target!: object;

  @Column('text', { nullable: true })
  reason!: string | null;

  /** The administrator, and their session; or the service key. */
  @Column('uuid', { name: 'asked_by_user_id', nullable: true })
  askedByUserId!: string | null;

  @Column('uuid', { name: 'asked_by_session_id', nullable: true })
  askedBySessionId!: string | null;

  @Column('uuid', { name: 'asked_by_key_id', nullable: true })
  askedByKeyId!: string | null;

  /** How much there was when it was proposed. */
  @Column('bigint')
  total!: string;

  @Column('bigint')
  users!: string;

  @Column('bigint', { default: '0' })
  done!: string;

  /** Up to where it has come: start and id of the last session that was looked at. */
  @Column('jsonb', { nullable: true })
  place!: object | null;

  /** SHA-256 of the confirmation; null once it was used. */
  @Column('bytea', { name: 'confirmation_hash', nullable: true })
  confirmationHash!: Buffer | null;

  @Column('timestamptz', { name: 'proposed_at', default: () => 'now()' })
  proposedAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'worked_at', nullable: true })
  workedAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { nullable: true })
  fault!: string | null;
}
