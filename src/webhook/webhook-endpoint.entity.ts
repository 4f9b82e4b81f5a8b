import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Application } from '../application/application.entity.js';

/** Where events are sent, which, and with whose signature. */
@Entity('webhook_endpoints')
@Index('webhook_endpoints_application_id_idx', ['applicationId'])
@Check('webhook_endpoints_status_check', "status in ('active', 'disabled', 'deleted')")
export class WebhookEndpoint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_endpoints_pkey' })
  id!: string;

  /** Null: the events of every application. */
  @Column('uuid', { name: 'application_id', nullable: true })
  applicationId!: string | null;

  @Column('text')
  url!: string;

  /** Empty: every type. */
  @Column('text', { array: true, default: () => "'{}'" })
  types!: string[];

  @Column('text', { nullable: true })
  description!: string | null;

  /** As the receiver knows it: `whsec_…`. Stored as it is, since what is sent is signed with it. */
  @Column('text')
  secret!: string;

  /** Signs beside the secret until then. */
  @Column('text', { name: 'previous_secret', nullable: true })
  previousSecret!: string | null;

  @Column('timestamptz', { name: 'previous_secret_until', nullable: true })
  previousSecretUntil!: Date | null;

  /** `deleted`: nobody sees it any more; its rows are being removed. */
  @Column('text', { default: 'active' })
  status!: 'active' | 'disabled' | 'deleted';

  /** `administrator`, or `receiver` where it answered 410. */
  @Column('text', { name: 'disabled_by', nullable: true })
  disabledBy!: 'administrator' | 'receiver' | null;

  /** It gets the events behind this position. */
  @Column('text')
  since!: string;

  /** Test deliveries within the minute that began then. */
  @Column('integer', { default: 0 })
  tests!: number;

  @Column('timestamptz', { name: 'tests_since', nullable: true })
  testsSince!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @ManyToOne(() => Application, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'webhook_endpoints_application_id_fkey' })
  application?: Relation<Application> | null;
}
