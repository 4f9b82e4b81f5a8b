import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** `npm run test:properties`: ten thousand requests to each group of routes, of which `npm test` sends a few hundred. */
export default defineConfig({
  ...base,
  root: resolve(import.meta.dirname, '../..'),
  test: {
    ...base.test,
    include: ['test/properties/**/*.e2e-spec.ts'],
    env: { PROPERTY_REQUESTS: process.env['PROPERTY_REQUESTS'] ?? '10000' },
  },
});
