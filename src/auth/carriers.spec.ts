import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { bearer, bearerOrBare, Carriers, cookie, RankedCarriers } from './carriers.js';

/** A request as Node hands it over: the parsed headers keep the first of several lines, the raw ones keep all. */
function request(...lines: [name: string, value: string][]): FastifyRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of lines) headers[name.toLowerCase()] ??= value;
  return { headers, raw: { rawHeaders: lines.flat() } } as unknown as FastifyRequest;
}

describe('bearer', () => {
  it.each([
    ['Bearer abc', ['abc']],
    ['bearer abc', ['abc']],
    ['BEARER   abc', ['abc']],
    ['Bearer', ['']],
    ['Bearer ', ['']],
    ['Bearer\tabc', ['']],
    ['Bearer a b', ['']],
    ['Bearer a, Bearer b', ['']],
    ['Basic abc', ['']],
    ['abc', ['']],
    ['', ['']],
  ])('%j offers %j', (value, tokens) => {
    expect(bearer(request(['Authorization', value]))).toEqual(tokens);
  });

  it('offers nothing without the header, and every one of several', () => {
    expect(bearer(request(['Cookie', 'authorization=Bearer abc']))).toEqual([]);
    expect(bearer(request(['Authorization', 'Bearer a'], ['AUTHORIZATION', 'Bearer b']))).toEqual(['a', 'b']);
  });
});

describe('bearerOrBare', () => {
  it.each([
    ['Bearer abc', ['abc']],
    ['bEARER   abc', ['abc']],
    ['abc', ['abc']],
    ['Bearer', ['Bearer']],
    ['Bearer\tabc', ['']],
    ['Bearer a b', ['']],
    ['Basic abc', ['']],
    ['', ['']],
  ])('%j offers %j', (value, tokens) => {
    expect(bearerOrBare(request(['Authorization', value]))).toEqual(tokens);
  });

  it('offers nothing without the header, and every one of several', () => {
    expect(bearerOrBare(request(['Cookie', 'authorization=abc']))).toEqual([]);
    expect(bearerOrBare(request(['Authorization', 'a'], ['AUTHORIZATION', 'Bearer b']))).toEqual(['a', 'b']);
  });
});

describe('RankedCarriers', () => {
  const ranked = new RankedCarriers(bearer, cookie('new'), cookie('old'));

  it.each([
    ['nothing', [], undefined],
    [
      'the first place',
      [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'new=b; old=c'],
      ],
      'a',
    ],
    ['the second', [['Cookie', 'old=c; new=b']], 'b'],
    ['the last', [['Cookie', 'old=c']], 'c'],
    [
      'a first place that is wrong: no other is looked at',
      [
        ['Authorization', 'Basic a'],
        ['Cookie', 'new=b'],
      ],
      '',
    ],
    ['a first place filled twice: neither', [['Cookie', 'new=a; new=b; old=c']], undefined],
    ['a last place filled twice: it does not matter', [['Cookie', 'new=a; old=b; old=c']], 'a'],
  ] as [string, [string, string][], string | undefined][])('%s', (_, lines, token) => {
    expect(ranked.find(request(...lines))).toBe(token);
  });

  it('all of them, each once', () => {
    expect(ranked.all(request(['Authorization', 'Bearer a'], ['Cookie', 'old=c; new=b; old=a']))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('cookie', () => {
  it.each([
    ['session=abc', ['abc']],
    ['a=b; session=abc; c=d', ['abc']],
    ['a=b;session=abc', ['abc']],
    ['session=abc;;', ['abc']],
    ['session=', ['']],
    ['session=a=b', ['a=b']],
    ['session="abc"', ['"abc"']],
    ['session=abc; session=def', ['abc', 'def']],
    ['session=abc; session=abc', ['abc', 'abc']],
    ['Session=abc', []],
    ['xsession=abc', []],
    ['session =abc', []],
    ['=session=abc', []],
    ['\u00a0session=abc', []],
    ['\u2000session=abc', []],
    ['a="x; session=abc"', ['abc"']],
    ['session', []],
    ['', []],
  ])('%j offers %j', (header, tokens) => {
    expect(cookie('session')(request(['Cookie', header]))).toEqual(tokens);
  });

  it('asvs 1.3.12 blanks within a header of 16 KiB take no time', () => {
    const header = `a${' '.repeat(16_000)}b; session=abc`;
    const startedAt = performance.now();

    for (let count = 0; count < 100; count++) expect(cookie('session')(request(['Cookie', header]))).toEqual(['abc']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('offers nothing without the header', () => {
    expect(cookie('session')(request(['Host', 'session=abc']))).toEqual([]);
  });
});

describe('Carriers', () => {
  const carriers = new Carriers(bearer, cookie('session'));

  it.each<[string, [string, string][], string | undefined, string[]]>([
    ['nowhere', [], undefined, []],
    ['in one place', [['Authorization', 'Bearer a']], 'a', ['a']],
    ['in the other place', [['Cookie', 'session=a']], 'a', ['a']],
    [
      'in two places that agree',
      [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'session=a'],
      ],
      'a',
      ['a'],
    ],
    [
      'in two places that disagree',
      [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'session=b'],
      ],
      undefined,
      ['a', 'b'],
    ],
    [
      'good in one place, malformed in the other',
      [
        ['Authorization', 'Basic a'],
        ['Cookie', 'session=b'],
      ],
      undefined,
      ['', 'b'],
    ],
    ['twice in one place', [['Cookie', 'session=a; session=a']], undefined, ['a']],
    [
      'twice in one place, once in the other',
      [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'session=a; session=b'],
      ],
      undefined,
      ['a', 'b'],
    ],
  ])('a token %s', (_, lines, found, all) => {
    expect(carriers.find(request(...lines))).toBe(found);
    expect(carriers.all(request(...lines))).toEqual(all);
  });
});
