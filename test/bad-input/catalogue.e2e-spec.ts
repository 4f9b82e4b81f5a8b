import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, SURFACES, type Group, type Surface } from './catalogue.js';

const TEST = resolve(import.meta.dirname, '..');
const SPEC = /\.(?:e2e|proxies|fire|browser)-spec\.ts$/;
/** Asked of every surface alike. */
const EVERYWHERE = ['bad-input/everywhere.e2e-spec.ts'];
const OWN = ['tokens', 'carriers', 'bodies', 'paths', 'cross-site', 'login', 'login-limits'].map(
  (name) => `bad-input/${name}.e2e-spec.ts`,
);

/** Where each surface is asked. */
const ASKED: Record<Surface, string[]> = {
  native: OWN,
  dittofi: [
    ...OWN.filter((name) => !name.includes('cross-site')),
    'contracts/dittofi-bad-input.e2e-spec.ts',
    'contracts/dittofi.e2e-spec.ts',
  ],
  backendless: [
    'bad-input/login.e2e-spec.ts',
    'bad-input/login-limits.e2e-spec.ts',
    'contracts/backendless-bad-input.e2e-spec.ts',
    'contracts/backendless.e2e-spec.ts',
  ],
  rested: [
    ...['tokens', 'carriers', 'login', 'login-limits'].map((name) => `bad-input/${name}.e2e-spec.ts`),
    'contracts/rested-bad-input.e2e-spec.ts',
    'contracts/rested.e2e-spec.ts',
  ],
  elvis: [
    ...['tokens', 'carriers', 'paths', 'login', 'login-limits', 'redirects'].map(
      (name) => `bad-input/${name}.e2e-spec.ts`,
    ),
    'contracts/elvis-bad-input.e2e-spec.ts',
    'contracts/elvis-redirect.e2e-spec.ts',
    'contracts/elvis.e2e-spec.ts',
  ],
  services: ['features/introspection.e2e-spec.ts', 'features/service-keys.e2e-spec.ts'],
  'forward-auth': [
    'bad-input/redirects.e2e-spec.ts',
    'features/forward-auth.e2e-spec.ts',
    'features/login-page.e2e-spec.ts',
    'proxies/forward-auth.proxies-spec.ts',
  ],
  events: ['features/events.e2e-spec.ts', 'features/events-faults.e2e-spec.ts'],
  webhooks: ['bad-input/cross-site.e2e-spec.ts', 'bad-input/webhooks.e2e-spec.ts', 'features/webhooks.e2e-spec.ts'],
  administration: ['bad-input/cross-site.e2e-spec.ts', 'features/admin-sessions.e2e-spec.ts'],
};

const groups = Object.entries(CATALOGUE) as [string, Group][];
const idsOf = ([letter, { entries }]: [string, Group]): string[] => entries.map((_, place) => `${letter}${place + 1}`);
const ALL = groups.flatMap(idsOf);

/** The numbers in titles: `bad U12`, `bad C17 bad C18`, `bad L1 to L3`, `bad B12, B14`. */
function idsIn(text: string): string[] {
  return [...text.matchAll(/\bbad (([BCDHIJKLQRSTU])\d+(?:(?:,? (?:to |and |bad )?)\2\d+)*)/g)].flatMap(
    ([, list = '', letter]) => {
      const ids: string[] = [];
      for (const [, to, digits] of list.matchAll(/(to )?[A-Z](\d+)/g)) {
        const last = Number(digits);
        const first = to ? Number(ids.at(-1)!.slice(1)) + 1 : last;
        for (let number = first; number <= last; number++) ids.push(`${letter}${number}`);
      }
      return ids;
    },
  );
}

/** A spec, and the rows of data that it runs. */
function readWithRows(path: string): string {
  const text = readFileSync(path, 'utf8');
  const rows = [...text.matchAll(/from '(\.\.?\/(?:bad-input\/)?[a-z-]+)\.js'/g)]
    .map(([, name = '']) => resolve(dirname(path), `${name}.ts`))
    .filter((each) => dirname(each) === import.meta.dirname && !each.endsWith('catalogue.ts'));
  return [text, ...rows.map((row) => readFileSync(row, 'utf8'))].join('\n');
}

const specs = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
  .filter((name) => SPEC.test(name) && !name.includes('node_modules'))
  .map((name) => join(TEST, name));
const seen = new Map(
  specs.map((path) => [relative(TEST, path).replaceAll('\\', '/'), new Set(idsIn(readWithRows(path)))]),
);
const isAsked = (id: string, files: Iterable<string>): boolean => [...files].some((file) => seen.get(file)!.has(id));

describe('the catalogue of bad inputs', () => {
  it('has as many entries as were written down', () => {
    expect(Object.fromEntries(groups.map(([letter, { entries }]) => [letter, entries.length]))).toEqual({
      U: 53,
      C: 22,
      K: 20,
      T: 23,
      B: 26,
      Q: 12,
      H: 24,
      L: 18,
      I: 15,
      J: 16,
      S: 12,
      D: 11,
      R: 12,
    });
  });

  it('each entry stands in the title of a test, or of a row that a test runs', () => {
    expect(ALL.filter((id) => !isAsked(id, seen.keys()))).toEqual([]);
  });

  it('no title names an entry that is not there', () => {
    expect(
      [...seen].flatMap(([file, ids]) => [...ids].filter((id) => !ALL.includes(id)).map((id) => `${file} ${id}`)),
    ).toEqual([]);
  });

  it.each(SURFACES)('%s is asked each entry, or it is said why it cannot be', (surface) => {
    const missing = groups
      .filter(([, { absent }]) => absent !== 'once' && absent[surface] === undefined)
      .flatMap(([letter, group]) =>
        idsOf([letter, group]).filter((_, place) => group.only?.[place + 1]?.surfaces.includes(surface) ?? true),
      )
      .filter((id) => !isAsked(id, [...EVERYWHERE, ...ASKED[surface]]));

    expect(missing).toEqual([]);
  });

  it('a reason is a sentence', () => {
    const reasons = groups.flatMap(([, { absent, only = {} }]) => [
      ...(absent === 'once' ? [] : Object.values(absent)),
      ...Object.values(only).map(({ reason }) => reason),
    ]);

    expect(reasons.filter((reason) => !/^[A-Z].{20,}[.\d]$/.test(reason))).toEqual([]);
  });
});
