import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Up to where events have become deliveries; one row. */
@Entity('webhook_relays')
export class WebhookRelayRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'webhook_relays_pkey' })
  name!: string;

  /** Null while no endpoint ever was active. */
  @Column('text', { nullable: true })
  position!: string | null;
}
