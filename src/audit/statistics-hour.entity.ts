import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How often something happened within an hour: logins, refused ones, and endings. */
@Entity('statistics_hours')
@Check('statistics_hours_kind_check', `kind in ('login', 'refusal', 'ending')`)
export class StatisticsHour {
  /** When the hour began; the database's time. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'statistics_hours_pkey' })
  hour!: Date;

  /** The nil UUID where no application is known. */
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'statistics_hours_pkey' })
  applicationId!: string;

  /** `login`, `refusal` or `ending`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'statistics_hours_pkey' })
  kind!: string;

  /** `native`, or the name of a wire; empty where it is not known. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'statistics_hours_pkey' })
  contract!: string;

  /** Of a refusal its code, of an ending its cause, of a login empty. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'statistics_hours_pkey' })
  reason!: string;

  @Column('bigint')
  count!: string;
}
