import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from './scope.js';

/** The key of a calling service or an admin tool. While the row is there and has not expired, the key opens what its scopes say. */
@Entity('service_keys')
@Index('service_keys_application_id_idx', ['applicationId', 'id'])
@Check(
  'service_keys_scopes_check',
  `scopes <@ '{introspect,revoke,events,users,sessions,admin,metrics,audit}'::text[] AND scopes <> '{}'::text[]`,
)
@ForeignKey('Application', ['applicationId'], ['id'], {
  name: 'service_keys_application_id_fkey',
  onDelete: 'CASCADE',
})
export class ServiceKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'service_keys_pkey' })
  id!: string;

  /** Null is every application. */
  @Column('uuid', { name: 'application_id', nullable: true })
  applicationId!: string | null;

  @Column('text')
  name!: string;

  @Column('text', { array: true })
  scopes!: Scope[];

  /** SHA-256 of the key's random part. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  /** The secret before the last rotation: it opens the same doors until `previous_until`. */
  @Column('bytea', { name: 'previous_secret_hash', nullable: true })
  previousSecretHash!: Buffer | null;

  @Column('timestamptz', { name: 'previous_until', nullable: true })
  previousUntil!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** Null never expires. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** To the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;
}
