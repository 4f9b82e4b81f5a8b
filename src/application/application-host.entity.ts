import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Application } from './application.entity.js';

/** A host name by which requests name an application: without port, in lower case. */
@Entity('application_hosts')
@Index('application_hosts_application_id_idx', ['applicationId'])
export class ApplicationHost {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'application_hosts_pkey' })
  host!: string;

  @Column('uuid', { name: 'application_id' })
  applicationId!: string;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'application_hosts_application_id_fkey' })
  application?: Relation<Application>;
}
