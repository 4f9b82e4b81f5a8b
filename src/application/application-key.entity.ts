import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import { Application } from './application.entity.js';

/** A client key: public by nature, since it travels in legacy URLs. It names an application and opens nothing alone. */
@Entity('application_keys')
@Unique('application_keys_key_key', ['key'])
export class ApplicationKey {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'application_keys_pkey' })
  applicationId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'application_keys_pkey' })
  key!: string;

  /** The kind of client it was made for, such as `client`. */
  @Column('text', { default: 'client' })
  kind!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'application_keys_application_id_fkey' })
  application?: Relation<Application>;
}
