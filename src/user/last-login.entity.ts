import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from './user.entity.js';

/** When a user last logged in, over whatever contract. Written by a trigger of `sessions`, and gone with the user. */
@Entity('last_logins')
@Index('last_logins_application_id_at_idx', ['applicationId', 'at'])
export class LastLogin {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'last_logins_pkey' })
  userId!: string;

  /** The user's, for the index. */
  @Column('uuid', { name: 'application_id' })
  applicationId!: string;

  @Column('timestamptz')
  at!: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'last_logins_user_id_fkey' })
  user?: Relation<User>;
}
