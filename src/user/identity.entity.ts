import { Entity, Column, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Application } from '../application/application.entity.js';
import { User } from './user.entity.js';

/** A sign-in name: user name or e-mail, one namespace in an application, lower-cased and NFC. */
@Entity('identities')
@Index('identities_user_id_idx', ['userId'])
// By bytes, whatever the database's collation, which no decorator can say.
@Index('identities_prefix_idx', { synchronize: false })
export class Identity {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'identities_pkey' })
  applicationId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'identities_pkey' })
  name!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'identities_application_id_fkey' })
  application?: Relation<Application>;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'identities_user_id_fkey' })
  user?: Relation<User>;
}
