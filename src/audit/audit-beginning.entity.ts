import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the kept part of the audit log begins: number and hash of the last row that went with its month. */
@Entity('audit_beginnings')
export class AuditBeginning {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_beginnings_pkey' })
  number!: string;

  @Column('bytea')
  hash!: Buffer;

  @Column('timestamptz', { name: 'noted_at', default: () => 'now()' })
  notedAt!: Date;
}
