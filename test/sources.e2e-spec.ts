import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The sources of the product, without their tests. */
const SOURCES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** Names that nobody must guess: of requests, and of a file that is renamed at once. */
const MERE_NAMES = ['src/app.setup.ts', 'src/database/cluster-password.ts'];
/** Everything that is made here and opens something. */
const MINTS = [
  'src/app.founding.ts',
  'src/application/application-keys.ts',
  'src/database/cluster-password.ts',
  'src/features/password/password-page.ts',
  'src/job/job.service.ts',
  'src/service-key/key-secret.ts',
  'src/session/csrf-token.ts',
  'src/session/session-token.ts',
  'src/user/link-code.ts',
  'src/webhook/webhook-secret.ts',
];

/** How many bytes a source takes from the system's generator, each time. */
function randomBytesIn(text: string): number[] {
  return [...text.matchAll(/\brandomBytes\((\w+)\)/g)].map(([, size]) => {
    const [, value] = new RegExp(`const ${size} = (\\d+);`).exec(text) ?? [];
    return Number(value ?? size);
  });
}

it('asvs 7.2.3 11.5.1 whatever opens something is made of 16 random bytes at least, and of nothing else', () => {
  const taken = SOURCES.map(({ path, text }) => ({ path, sizes: randomBytesIn(text) })).filter(
    ({ sizes }) => sizes.length > 0,
  );

  const short = taken.filter(({ path, sizes }) => !MERE_NAMES.includes(path) && sizes.some((size) => !(size >= 16)));

  expect(taken.map(({ path }) => path).toSorted()).toEqual([...new Set([...MINTS, ...MERE_NAMES])].toSorted());
  expect(short).toEqual([]);
  expect(SOURCES.filter(({ text }) => /Math\.random|pseudoRandomBytes|\b(v1|v6) as \w+.*'uuid'/.test(text))).toEqual(
    [],
  );
});

it('asvs 11.2.4 no secret, hash or csrf token is compared letter by letter', () => {
  const secret = String.raw`[\w.]*(?:secret|hash|csrf|digest)\w*(?![\w.])`;
  const value = String.raw`(?!undefined\b|null\b)[\w.]+`;
  const comparison = new RegExp(
    String.raw`\b(?:${secret} [!=]== ${value}|${value} [!=]== (?!undefined\b|null\b)${secret})\b`,
    'gi',
  );

  const found = SOURCES
    // The chain of the audit log is public: whoever reads it may know every hash.
    .filter(({ path }) => !path.startsWith('src/audit/'))
    .flatMap(({ path, text }) => [...text.matchAll(comparison)].map(([place]) => `${path}: ${place}`));

  expect(found).toEqual([]);
  expect(
    SOURCES.filter(({ text }) => text.includes('timingSafeEqual('))
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual([
    'src/service-key/key-secret.ts',
    'src/session/csrf-token.ts',
    'src/session/session-token.ts',
    'src/user/derived-hash.ts',
  ]);
});

it('asvs 1.2.4 no value of a request stands in the text of a statement', () => {
  const interpolated = /(?:query|run|sql)\(\s*`[^`]*\$\{(?:request|body|query|params|headers|wanted|asked|given)\b/;

  expect(SOURCES.filter(({ text }) => interpolated.test(text)).map(({ path }) => path)).toEqual([]);
});
