import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Endpoint, WireSettings } from './application-facts.js';

/** The tenant: whose users these are, where its pages live, and how long its sessions may last. */
@Entity('applications')
@Index('applications_created_at_idx', ['createdAt', 'id'])
@Check('applications_status_check', `status = ANY (ARRAY['active'::text, 'disabled'::text])`)
@Check('applications_session_limit_check', 'session_limit >= 0')
@Check('applications_at_session_limit_check', `at_session_limit = ANY (ARRAY['refuse'::text, 'end_oldest'::text])`)
@Check('applications_lock_after_check', 'lock_after > 0')
@Check('applications_lock_seconds_check', 'lock_seconds > 0')
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

  /** People may start a session without credentials. */
  @Column('boolean', { name: 'is_guest_allowed', default: false })
  isGuestAllowed!: boolean;

  /** Properties of users that nobody declared are kept; otherwise they are dropped in silence. */
  @Column('boolean', { name: 'has_dynamic_properties', default: true })
  hasDynamicProperties!: boolean;

  /** Declared properties of users. */
  @Column('text', { name: 'property_names', array: true, default: () => `'{}'` })
  propertyNames!: string[];

  /** Those without which nobody is registered. */
  @Column('text', { name: 'required_properties', array: true, default: () => `'{}'` })
  requiredProperties!: string[];

  /** Origins whose pages may call with cookies, byte for byte as a browser sends them. */
  @Column('text', { name: 'allowed_origins', array: true, default: () => `'{}'` })
  allowedOrigins!: string[];

  /** The wires refuse what changes something and names no origin. */
  @Column('boolean', { name: 'requires_origin', default: false })
  requiresOrigin!: boolean;

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

  /** `session_lifetime`, kept by a trigger in the form in which every check reads it. */
  @Column({ type: 'interval', name: 'lifetime_limit', nullable: true, select: false, insert: false, update: false })
  lifetimeLimit!: unknown;

  /** `session_idle`, kept likewise. */
  @Column({ type: 'interval', name: 'idle_limit', nullable: true, select: false, insert: false, update: false })
  idleLimit!: unknown;

  /** Sessions that started up to here had outlived a limit that is longer by now: they stay dead. Kept by the same trigger. */
  @Column({
    type: 'timestamptz',
    name: 'expired_up_to',
    default: () => `'-infinity'`,
    select: false,
    insert: false,
    update: false,
  })
  expiredUpTo!: unknown;

  /** Sessions last seen up to here had been idle for longer than a limit that is longer by now. */
  @Column({
    type: 'timestamptz',
    name: 'idled_up_to',
    default: () => `'-infinity'`,
    select: false,
    insert: false,
    update: false,
  })
  idledUpTo!: unknown;

  /** Parallel sessions of one user; null leaves it to the contract, 0 is unlimited, 1 with `end_oldest` is newest wins, 1 with `refuse` is first wins. */
  @Column('integer', { name: 'session_limit', nullable: true })
  sessionLimit!: number | null;

  @Column('text', { name: 'at_session_limit', default: 'end_oldest' })
  atSessionLimit!: 'refuse' | 'end_oldest';

  /** Failed logins in a row after which a name is locked; null never locks. */
  @Column('integer', { name: 'lock_after', nullable: true })
  lockAfter!: number | null;

  /** How long a name stays locked, in seconds since the last failure. */
  @Column('integer', { name: 'lock_seconds', default: 900 })
  lockSeconds!: number;

  /** Endpoints of the Rested wire, by name. */
  @Column('jsonb', { default: () => `'{}'` })
  endpoints!: Record<string, Endpoint>;

  /** What a wire does differently for this application. */
  @Column('jsonb', { default: () => `'{}'` })
  wires!: WireSettings;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
