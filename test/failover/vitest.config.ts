import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** `npm run test:failover`: primaries die, or are deposed, under load, and no logout is undone. */
export default defineConfig({
  ...base,
  root: resolve(import.meta.dirname, '../..'),
  test: {
    ...base.test,
    include: ['test/failover/**/*.failover-spec.ts'],
    globalSetup: [],
    // Each file has two servers, three nodes and a load of its own.
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
