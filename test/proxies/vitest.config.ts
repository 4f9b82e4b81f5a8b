import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** `npm run test:proxies`: the real nginx, Caddy, HAProxy and PgBouncer, which not every machine has. */
export default defineConfig({
  ...base,
  root: resolve(import.meta.dirname, '../..'),
  test: { ...base.test, include: ['test/proxies/**/*.proxies-spec.ts'] },
});
