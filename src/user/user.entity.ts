import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Application } from '../application/application.entity.js';

/** The person's row. */
@Entity('users')
@Index('users_application_id_idx', ['applicationId', 'id'])
@Index('users_roles_idx', ['roles'], { type: 'gin' })
@Index('users_administrators_idx', ['applicationId'], { where: `roles @> '{admin}'` })
@Index('users_disabled_idx', ['applicationId', 'id'], { where: `status = 'disabled'` })
@Check('users_status_check', `status = ANY (ARRAY['active'::text, 'disabled'::text])`)
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column('uuid', { name: 'application_id' })
  applicationId!: string;

  /** The identity shown to others, as it was typed at registration. */
  @Column('text')
  username!: string;

  /** An identity as well, where there is one. */
  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text', { name: 'display_name', nullable: true })
  displayName!: string | null;

  @Column('text', { default: 'active' })
  status!: 'active' | 'disabled';

  /** Made without credentials: someone who may look around, and register later. */
  @Column('boolean', { name: 'is_guest', default: false })
  isGuest!: boolean;

  @Column('text', { array: true, default: () => `'{}'` })
  roles!: string[];

  /** A PHC string; null where no password was ever set. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  /** Grows with each change, so that a login that verified the old password finds no row. */
  @Column('integer', { name: 'password_version', default: 1 })
  passwordVersion!: number;

  /** What an application keeps about its users beside the columns here. */
  @Column('jsonb', { default: () => `'{}'` })
  properties!: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'users_application_id_fkey' })
  application?: Relation<Application>;
}
