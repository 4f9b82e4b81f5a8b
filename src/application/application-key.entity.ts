import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique, type Relation } from 'typeorm';
import type { KeyKind } from './application-keys.js';
import { Application } from './application.entity.js';

const KINDS = `ARRAY['client'::text, 'android'::text, 'ios'::text, 'js'::text, 'dotnet'::text, 'actionscript'::text, 'rest'::text, 'server'::text, 'rested'::text, 'rested_master'::text]`;

/** A key: public by nature but for two kinds, since it travels in legacy URLs. It names an application and opens nothing alone. */
@Entity('application_keys')
@Unique('application_keys_key_key', ['key'])
@Check('application_keys_kind_check', `kind = ANY (${KINDS})`)
export class ApplicationKey {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'application_keys_pkey' })
  applicationId!: string;

  /** As `storedKey` makes it. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'application_keys_pkey' })
  key!: string;

  /** The kind of client it was made for. */
  @Column('text', { default: 'client' })
  kind!: KeyKind;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @ManyToOne(() => Application, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'application_id', foreignKeyConstraintName: 'application_keys_application_id_fkey' })
  application?: Relation<Application>;
}
