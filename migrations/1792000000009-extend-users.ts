import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExtendUsers1792000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users
        add column email text,
        add column is_guest boolean not null default false`);
    await runner.query(`update users set email = username where username like '%@%'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table users drop column email, drop column is_guest');
  }
}
