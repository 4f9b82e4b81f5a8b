import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** `npm run test:fire`: nothing is lost while nodes are killed and the database crashes. */
export default defineConfig({
  ...base,
  root: resolve(import.meta.dirname, '../..'),
  test: { ...base.test, include: ['test/fire/**/*.fire-spec.ts'], testTimeout: 480_000, hookTimeout: 60_000 },
});
