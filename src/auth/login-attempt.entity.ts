import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often somebody failed in a window, or since when an address is known for a name; under a hash of who and where. */
@Entity('login_attempts')
@Index('login_attempts_until_idx', ['until'])
export class LoginAttempts {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'login_attempts_pkey' })
  key!: Buffer;

  @Column('integer')
  count!: number;

  @Column('timestamptz')
  until!: Date;
}
