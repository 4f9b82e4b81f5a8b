import type { LookupAddress } from 'node:dns';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { NameLookups } from './name-lookups.js';

const ADDRESS: LookupAddress[] = [{ address: '203.0.113.7', family: 4 }];

/** Lookups that wait until they are told. */
function heldLookups() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const names = new NameLookups((host) => {
    asked.push(host);
    return new Promise((resolve) => answers.push(() => resolve(ADDRESS)));
  });
  return { names, asked, answers };
}

it('one name is looked up at a time', async () => {
  const { names, asked, answers } = heldLookups();
  const all = Promise.all(['a.example', 'b.example'].map((host) => names.resolve(host)));
  await turn();
  const before = [...asked];

  answers[0]!();
  await turn();
  answers[1]!();

  expect([before, asked, await all]).toEqual([['a.example'], ['a.example', 'b.example'], [ADDRESS, ADDRESS]]);
});

it('all who ask for a name meanwhile share its lookup, and who comes later has one of its own', async () => {
  const { names, asked, answers } = heldLookups();
  const together = Promise.all([names.resolve('a.example'), names.resolve('a.example')]);
  await turn();
  answers[0]!();
  await together;

  void names.resolve('a.example');
  await turn();

  expect(asked).toEqual(['a.example', 'a.example']);
});

it('a name that is not found keeps none from being found', async () => {
  const names = new NameLookups((host) =>
    host === 'none.example' ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(ADDRESS),
  );

  await expect(names.resolve('none.example')).rejects.toThrow('ENOTFOUND');
  expect(await names.resolve('a.example')).toEqual(ADDRESS);
});
