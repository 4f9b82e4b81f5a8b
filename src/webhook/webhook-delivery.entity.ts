import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

/** One event on its way to one endpoint: what is sent, how often that was tried, and what came back last. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_due_idx', ['endpointId', 'nextAttemptAt'], { where: "status = 'pending'" })
@Index('webhook_deliveries_endpoint_id_id_idx', ['endpointId', 'id'])
@Index('webhook_deliveries_dead_idx', ['endpointId', 'id'], { where: "status = 'dead'" })
@Index('webhook_deliveries_settled_idx', ['status', 'lastAttemptAt'], { where: "status <> 'pending'" })
@Unique('webhook_deliveries_endpoint_id_event_id_key', ['endpointId', 'eventId'])
@Check('webhook_deliveries_status_check', "status in ('pending', 'delivered', 'dead')")
export class WebhookDelivery {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pkey' })
  id!: string;

  @Column('uuid', { name: 'endpoint_id' })
  endpointId!: string;

  @Column('text', { name: 'event_id' })
  eventId!: string;

  @Column('text')
  type!: string;

  @Column('json')
  body!: unknown;

  @Column('text', { default: 'pending' })
  status!: 'pending' | 'delivered' | 'dead';

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_at', default: () => 'now()' })
  nextAttemptAt!: Date;

  /** The last attempt is made then; one that fails from then on leaves it dead. */
  @Column('timestamptz', { name: 'retry_until' })
  retryUntil!: Date;

  /** Until then whoever took it may be sending it. */
  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  @Column('timestamptz', { name: 'last_attempt_at', nullable: true })
  lastAttemptAt!: Date | null;

  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus!: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  /** The beginning of what was answered, where it was a refusal. */
  @Column('text', { name: 'last_answer', nullable: true })
  lastAnswer!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @ManyToOne(() => WebhookEndpoint, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'endpoint_id', foreignKeyConstraintName: 'webhook_deliveries_endpoint_id_fkey' })
  endpoint?: Relation<WebhookEndpoint>;
}
