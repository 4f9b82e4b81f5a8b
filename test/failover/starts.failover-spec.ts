import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { nameOf, PostgresAddress } from '../../src/database/postgres-address.js';
import { curfew } from '../cli/command.js';
import { NodeProcess } from '../node-process.js';
import { DATABASE } from './postgres-server.js';
import { ReplicatedStore, START_MS } from './replicated-store.js';
import { sessionsOn } from './service.js';

let store: ReplicatedStore;
beforeAll(async () => {
  store = await ReplicatedStore.start();
});
afterEach(() => NodeProcess.killAll());
afterAll(() => store.stop());

const readyOf = async (node: NodeProcess): Promise<unknown> => {
  const answer = await fetch(`${node.origin}/health/ready`);
  return [answer.status, await answer.json()];
};

describe('asvs 13.2.3 a start', () => {
  it('with the standby alone is refused', async () => {
    const node = await store.boot({ DATABASE_URL: store.second.url });

    expect([await node.exit, node.output()]).toEqual([
      1,
      `DATABASE_URL: cannot connect to PostgreSQL: no primary: ${store.second.address} is a standby\n`,
    ]);
  });

  it('with both, in whatever order, asks the primary and never the standby', async () => {
    const url = `postgres://curfew@${store.second.address},${store.first.address}/${DATABASE}`;
    const node = await store.boot({ DATABASE_URL: url });
    await node.ready(START_MS);

    expect(await sessionsOn(store.first)).toBeGreaterThan(0);
    expect(await sessionsOn(store.second)).toBe(0);
  });

  it('with a primary that is read-only waits, and tells why; it goes on when that ends', async () => {
    await store.first.set({ default_transaction_read_only: 'on' });
    store.first.reload();
    const node = await store.boot({ LOG_LEVEL: 'info' });

    const told = `no primary: ${store.first.address} is read-only; ${store.second.address} is a standby`;
    await expect.poll(() => node.output(), { timeout: START_MS }).toContain(told);
    await store.first.set({ default_transaction_read_only: 'off' });
    store.first.reload();
    await node.ready(START_MS);
  });
});

it('not ready, and no more than that, where there is no primary; ready again by itself', async () => {
  const node = await store.boot({ LOG_LEVEL: 'warn' });
  await node.ready(START_MS);
  await store.first.end('immediate');

  await expect
    .poll(() => readyOf(node))
    .toEqual([503, { status: 'store_unavailable', detail: 'No primary is found that could be asked.' }]);
  await vi.waitUntil(() => node.output().includes(`${store.second.address} is a standby`), { timeout: 5_000 });
  await store.first.start();

  await expect.poll(() => readyOf(node)).toEqual([200, { status: 'ready' }]);
});

it('the doctor says what each server is, and whether commits wait for a standby', async () => {
  const { out } = await curfew(['doctor', '--json'], { env: { DATABASE_URL: store.url }, cwd: '/' });
  const { findings } = JSON.parse(out) as { findings: { check: string; level: string; detail: string }[] };

  const named = findings.filter(({ check }) => ['version', 'servers', 'replication'].includes(check));
  expect(named.map(({ level, detail }) => [level, detail])).toEqual([
    ['ok', expect.stringContaining('PostgreSQL')],
    ['ok', `${store.first.address} is a primary on timeline 1; ${store.second.address} is a standby`],
    ['ok', 'commits wait for second'],
  ]);
});

it('migrations and the proof of the audit log find the primary too', async () => {
  const env = { DATABASE_URL: `postgres://curfew@${store.second.address},${store.first.address}/${DATABASE}` };

  const [migrated, proved] = [await curfew(['migrate'], { env }), await curfew(['audit', 'verify'], { env })];

  expect([migrated.code, migrated.out]).toEqual([0, 'The tables were up to date.\n']);
  expect([proved.code, proved.errors]).toEqual([0, '']);
});

describe('docs/reliability.md', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/reliability.md'), 'utf8');

  it('its address is one of several servers', () => {
    const [, url] = /DATABASE_URL='([^']+)'/.exec(text)!;

    expect(PostgresAddress.parse(url!)?.servers.map(nameOf)).toEqual(['db1.example.org:5432', 'db2.example.org:5432']);
  });

  it('its settings and statements are taken by a primary, and let a node start', async () => {
    const settings = /```ini\n([\s\S]+?)```/.exec(text)![1]!;
    const [promote, look] = [...text.matchAll(/```sql\n([\s\S]+?)```/g)].map(([, sql]) => sql!);
    await store.first.append(settings);
    store.first.reload();

    await expect
      .poll(() => store.first.sql('show synchronous_standby_names'))
      .toEqual([{ synchronous_standby_names: 'ANY 1 (db2, db3)' }]);
    expect(await store.first.sql(look!)).toMatchObject([{ application_name: 'second', state: 'streaming' }]);

    await store.first.end('immediate');
    expect(await store.second.sql(promote!)).toEqual([{ pg_promote: true }]);
    const node = await store.boot();
    await node.ready(START_MS);
    expect(await sessionsOn(store.second)).toBeGreaterThan(0);
  });
});
