import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { build } from './tools/build.js';

const ROOT = import.meta.dirname;
const COMPILED = /^((src|migrations)\/.+(?<!\.spec)|ormconfig)\.ts$/;

/**
 * Tests meet the very output that is served: Vitest's own compiler does not apply the Swagger transformer, so a
 * document made under test would have empty schemas. The source map leads coverage and stack traces back to src.
 */
function served(): Plugin {
  let built: Promise<boolean>;
  return {
    name: 'curfew:served',
    enforce: 'pre',
    configResolved() {
      built = build();
    },
    watchChange() {
      built = build();
    },
    async load(id) {
      const path = relative(ROOT, id).replaceAll('\\', '/');
      if (!COMPILED.test(path)) return undefined;
      if (!(await built)) throw new Error('The sources do not compile: see above.');

      const output = resolve(ROOT, 'dist', path.replace(/\.ts$/, '.js'));
      const map = JSON.parse(readFileSync(`${output}.map`, 'utf8'));
      return {
        // A file beside it that is started as a process of its own is there in dist alone.
        code: readFileSync(output, 'utf8')
          .replace(/\/\/# sourceMappingURL=.*\s*$/, '')
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(output))),
        map: { ...map, sourceRoot: '', sources: [id], sourcesContent: [readFileSync(id, 'utf8')] },
      };
    },
  };
}

export default defineConfig({
  plugins: [served()],
  test: {
    include: ['test/**/*.e2e-spec.ts', 'test/{*,{ghost,scan}/**/*}.spec.ts', 'src/**/*.spec.ts'],
    exclude: ['test/browser/**', 'test/bench/**', 'node_modules/**'],
    globalSetup: ['test/database.ts'],
    // Passport is one object per process: each test file gets a process of its own.
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Test files share a PostgreSQL: what one has open holds back the events of another for a while.
    expect: { poll: { timeout: 10_000 } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The command line runs in processes of its own. V8 would count there as well (NODE_V8_COVERAGE), but Vitest reads what its
      // own workers counted and nothing else: test/cli asks those processes, and nobody counts their lines.
      exclude: ['src/**/*.spec.ts', 'src/cli/**'],
      reporter: ['text', 'html'],
      thresholds: { lines: 90 },
    },
  },
});
