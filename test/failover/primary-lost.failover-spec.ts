import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectionOptions, primaryOf } from '../../src/database/postgres.options.js';
import { PrimaryClient } from '../../src/database/primary-client.js';
import { Load } from './load.js';
import { ReplicatedStore, START_MS } from './replicated-store.js';
import { report, servedAgain, sessionsOn } from './service.js';

/** Before the loss, and after it. */
const LOGOUTS = Number(process.env['FAILOVER_LOGOUTS'] ?? 40);
/** Without service after the promotion, at most: a busy machine is slow in everything. */
const LONGEST_MS = 12_000;
/** As if somebody noticed and decided. */
const UNNOTICED_MS = 500;

describe.each(['killed', 'immediate', 'frozen'] as const)(
  'the primary is lost (%s), and its standby promoted',
  (how) => {
    let store: ReplicatedStore;
    beforeAll(async () => {
      store = await ReplicatedStore.start();
      await store.bootNodes();
    });
    afterAll(() => store.stop());

    it('P1 P2 P7 under load: no logout is undone, no login lost, and the nodes go on by themselves', async () => {
      const load = new Load(store.nodes);
      load.begin();
      await load.goesOn(LOGOUTS);
      const lostAt = performance.now();
      await (how === 'frozen' ? store.first.pause() : store.first.end(how));
      await pause(UNNOTICED_MS);
      const promotingMs = await store.second.promote();
      const promotedAt = performance.now();
      await servedAgain(load, promotedAt);
      await load.goesOn(LOGOUTS);
      await load.end();
      await load.review();

      report(`primary ${how}`, load, lostAt, promotedAt, promotingMs);
      expect(load.latches.violations).toEqual([]);
      expect(load.odd).toEqual([]);
      expect(load.latches.counts.deadWhereEnded).toBeGreaterThan(LOGOUTS);
      expect(load.latches.sure().live.length).toBeGreaterThan(LOGOUTS / 10);
      expect(load.slowestAfter(promotedAt)).toBeLessThan(LONGEST_MS);
    });

    it.runIf(how === 'frozen')('P1 a node that starts meanwhile lets the others move before it serves', async () => {
      const node = await store.boot({ LOG_LEVEL: 'info' });
      await node.ready(START_MS);

      expect(node.output()).toContain('may be a primary that other nodes still ask');
    });

    it('P1 the deposed primary comes back by itself: nobody asks it, not even while the new one is away', async () => {
      // As dangerous as can be: it takes writes without any standby.
      await store.first.set({ synchronous_standby_names: '' });
      await (how === 'frozen' ? store.first.goOn() : store.first.start());
      store.first.reload();
      const load = new Load(store.nodes);
      load.begin();
      await load.goesOn(LOGOUTS / 4);
      await store.second.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'curfew%' and pid <> pg_backend_pid()`,
      );
      await pause(1_000);
      await store.second.end('immediate');
      const awayAt = performance.now();
      await pause(1_500);
      const meanwhile = load.services.filter(({ from }) => from > awayAt);
      const asked = await sessionsOn(store.first);
      await store.second.start();
      const backAt = performance.now();
      await servedAgain(load, backAt);
      await load.end();
      await load.review();

      expect([meanwhile, asked]).toEqual([[], 0]);
      expect(load.latches.violations).toEqual([]);
      expect(load.odd).toEqual([]);
      expect(load.latches.counts.deadWhereEnded).toBeGreaterThan(LOGOUTS / 4);
    });

    it('P1 a node that starts while both are primaries asks the later one, and says that there is another', async () => {
      const node = await store.boot({ LOG_LEVEL: 'info' });
      await node.ready(START_MS);

      expect(node.output()).toContain(
        `Shut the other down: ${store.first.address} is a primary on timeline 1; ${store.second.address} is a primary on timeline 2`,
      );
      expect(await sessionsOn(store.first)).toBe(0);
      expect(await sessionsOn(store.second)).toBeGreaterThan(0);
    });
  },
);

describe('the primary is deposed, and still answers', () => {
  let store: ReplicatedStore;
  beforeAll(async () => {
    store = await ReplicatedStore.start();
    await store.bootNodes();
  });
  afterAll(() => store.stop());

  it('P1 P2 P7 under load, without any fence: every node leaves it before any is served by the new one', async () => {
    const load = new Load(store.nodes);
    load.begin();
    await load.goesOn(LOGOUTS);
    // One more node, by its connections alone.
    const own = `${store.url}&fallback_application_name=own`;
    const client = new PrimaryClient(connectionOptions(own));
    await client.connect();
    const promotingAt = performance.now();
    const promotingMs = await store.second.promote();
    const promotedAt = performance.now();
    await primaryOf(own).look();
    const movedAt = performance.now();
    await expect(client.query('select')).rejects.toThrow(/connection/i);
    await expect(primaryOf(own).find()).rejects.toThrow('other nodes may not have moved yet');
    const found = await vi.waitUntil(
      () =>
        primaryOf(own)
          .find()
          .catch(() => false),
      { timeout: 20_000, interval: 10 },
    );
    const foundAfterMs = performance.now() - movedAt;
    await servedAgain(load, promotedAt + 1_000);
    await load.goesOn(LOGOUTS);
    await load.end();
    await load.review();

    expect([found, foundAfterMs >= 1_900]).toEqual([{ host: '127.0.0.1', port: store.second.port }, true]);
    report('primary deposed', load, promotingAt, promotedAt, promotingMs);
    expect(load.latches.violations).toEqual([]);
    expect(load.odd).toEqual([]);
    expect(load.latches.counts.deadWhereEnded).toBeGreaterThan(LOGOUTS);
    await vi.waitUntil(async () => (await sessionsOn(store.first)) === 0, { timeout: 3_000 });
  });
});
