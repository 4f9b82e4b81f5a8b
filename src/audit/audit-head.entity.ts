import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last row of the audit log, and up to where events have become rows; one row. */
@Entity('audit_heads')
export class AuditHead {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'audit_heads_pkey' })
  name!: string;

  @Column('bigint', { default: 0 })
  number!: string;

  @Column('bytea', { default: () => "decode(repeat('00', 32), 'hex')" })
  hash!: Buffer;

  @Column('timestamptz', { name: 'recorded_at', default: '-infinity' })
  recordedAt!: Date;

  /** Null while no event was ever read. */
  @Column('text', { name: 'event_position', nullable: true })
  eventPosition!: string | null;

  /** Events up to this one may be in the log already: their order was made anew after some had been read. */
  @Column('bigint', { name: 'known_event_id', default: 0 })
  knownEventId!: string;
}
