import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Application } from '../application/application.entity.js';

/** One record behind an endpoint of an application: its own data, and who wrote it. */
@Entity('records')
export class StoredRecord {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'records_pkey' })
  applicationId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'records_pkey' })
  endpoint!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'records_pkey' })
  id!: string;

  /** Null where nobody was logged in. */
  @Column('uuid', { name: 'owner_id', nullable: true })
  ownerId!: string | null;

  @Column('jsonb')
  data!: unknown;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'records_application_id_fkey' })
  application?: Relation<Application>;
}
