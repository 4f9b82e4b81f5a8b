import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectionOptions } from '../src/database/postgres.options.js';
import { TestServer } from './server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

it('the process lives on when a connection is terminated that has just been handed over, and that nobody listens to yet', async () => {
  const pool = new pg.Pool({ ...connectionOptions(server.databaseUrl), max: 1 }).on('error', () => {});
  const client = await pool.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');

  const ended = new Promise((resolve) => client.once('end', () => resolve('ended')));

  await server.sql('select pg_terminate_backend($1)', [rows[0]!.pid]);

  expect(await ended).toBe('ended');
  client.release(true);
  expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
