import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: the built server, and a real Chromium in front of it. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/browser/**/*.browser-spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
