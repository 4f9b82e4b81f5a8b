import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { User } from './user.entity.js';

/** The one link of a user by which they choose a password: of its code, the hash alone. */
@Entity('user_links')
@Check('user_links_kind_check', `kind = ANY (ARRAY['invite'::text, 'reset'::text])`)
export class UserLink {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'user_links_pkey' })
  userId!: string;

  @Column('bytea', { name: 'code_hash' })
  codeHash!: Buffer;

  @Column('text')
  kind!: 'invite' | 'reset';

  /** The user's when it was made: a password set meanwhile uses the link up. */
  @Column('integer', { name: 'password_version' })
  passwordVersion!: number;

  @Column('uuid', { name: 'made_by_user_id', nullable: true })
  madeByUserId!: string | null;

  @Column('uuid', { name: 'made_by_key_id', nullable: true })
  madeByKeyId!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'user_links_user_id_fkey' })
  user?: Relation<User>;
}
