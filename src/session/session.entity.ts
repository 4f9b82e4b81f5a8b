import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The row is the session: one signed-in client of one user. While it is there the answer is 200. */
@Entity('sessions')
@Index('sessions_expires_at_idx', ['expiresAt'])
@Index('sessions_created_at_idx', ['createdAt'])
@Index('sessions_seen_hour_idx', ['seenHour'])
@Index('sessions_application_id_created_at_idx', ['applicationId', 'createdAt'])
@Index('sessions_contract_created_at_idx', ['contract', 'createdAt'])
@Index('sessions_ip_created_at_idx', ['ip', 'createdAt'])
@Index('sessions_browser_created_at_idx', ['browser', 'createdAt'])
@Index('sessions_system_created_at_idx', ['system', 'createdAt'])
@ForeignKey('User', ['userId'], ['id'], { name: 'sessions_user_id_fkey', onDelete: 'CASCADE' })
export class Session {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'sessions_pkey' })
  userId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id!: string;

  /** Copied from the user's row when the session starts. */
  @Column('uuid', { name: 'application_id' })
  applicationId!: string;

  /** Who issued the token: `native`, or the name of a wire. */
  @Column('text')
  contract!: string;

  /** SHA-256 of the token's random part. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('bytea', { name: 'csrf_hash', nullable: true })
  csrfHash!: Buffer | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** When credentials were last accepted. */
  @Column('timestamptz', { name: 'authenticated_at', default: () => 'now()' })
  authenticatedAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt!: Date;

  /** The session's idle limit is the distance to `last_seen_at`; a touch moves both by the same step. */
  @Column('timestamptz', { name: 'idle_until' })
  idleUntil!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('inet', { nullable: true })
  ip!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { nullable: true })
  label!: string | null;

  /** Without a version, such as `Chrome`; null where the client does not tell. */
  @Column('text', { nullable: true })
  browser!: string | null;

  /** Without a version, such as `Linux`; null where the client does not tell. */
  @Column('text', { nullable: true })
  system!: string | null;

  /** The hour, in UTC, of `last_seen_at`; kept by a trigger. What is searched by an index may not change with each touch. */
  @Column('timestamptz', { name: 'seen_hour', default: () => `date_trunc('hour', now(), 'UTC')` })
  seenHour!: Date;
}
