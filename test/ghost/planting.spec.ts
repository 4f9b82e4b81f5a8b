import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFECTS } from '../defects/defects.js';
import { FAULTS } from './faults/faults.js';

const SERVED = join(import.meta.dirname, '../../dist/src');
const FILES = readdirSync(SERVED, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
const planted = ['PLANTED_DEFECT', 'test/defects', ...Object.keys(DEFECTS)];

it('nothing that is served names a planted defect, or the way in which one is planted', () => {
  const mentions = FILES.flatMap((name) => {
    const text = readFileSync(join(SERVED, name), 'utf8');
    return planted.filter((word) => text.includes(word)).map((word) => `${name}: ${word}`);
  });

  expect(FILES.length).toBeGreaterThan(100);
  expect(mentions).toEqual([]);
});

it('each defect shows under faults that there are', () => {
  const kinds = FAULTS.map(({ kind }) => kind);

  for (const { faults } of Object.values(DEFECTS)) expect(kinds).toEqual(expect.arrayContaining([...faults]));
});
