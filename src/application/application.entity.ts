import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenant: whose users these are, where its pages live, and how long its sessions may last. */
@Entity('applications')
@Check('applications_status_check', `status = ANY (ARRAY['active'::text, 'disabled'::text])`)
@Check('applications_session_limit_check', 'session_limit > 0')
@Check('applications_at_session_limit_check', `at_session_limit = ANY (ARRAY['refuse'::text, 'end_oldest'::text])`)
export class Application {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'applications_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { default: 'active' })
  status!: 'active' | 'disabled';

  /** Sessions started up to here are dead: everyone was logged out by writing this one value. */
  @Column('timestamptz', { name: 'sessions_valid_after', default: () => `'-infinity'` })
  sessionsValidAfter!: Date;

  @Column('boolean', { name: 'is_registration_open', default: false })
  isRegistrationOpen!: boolean;

  /** Origins whose pages may call with cookies, byte for byte as a browser sends them. */
  @Column('text', { name: 'allowed_origins', array: true, default: () => `'{}'` })
  allowedOrigins!: string[];

  @Column('text', { name: 'logout_targets', array: true, default: () => `'{}'` })
  logoutTargets!: string[];

  @Column('text', { name: 'landing_page', nullable: true })
  landingPage!: string | null;

  /** Seconds; null leaves it to the contract. */
  @Column('integer', { name: 'session_lifetime', nullable: true })
  sessionLifetime!: number | null;

  /** Seconds; null leaves it to the contract. */
  @Column('integer', { name: 'session_idle', nullable: true })
  sessionIdle!: number | null;

  /** Parallel sessions of one user; null is unlimited, 1 with `end_oldest` is newest wins, 1 with `refuse` is first wins. */
  @Column('integer', { name: 'session_limit', nullable: true })
  sessionLimit!: number | null;

  @Column('text', { name: 'at_session_limit', default: 'end_oldest' })
  atSessionLimit!: 'refuse' | 'end_oldest';

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
