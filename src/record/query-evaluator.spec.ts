import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { QueryEvaluator } from './query-evaluator.js';

const queries = new QueryEvaluator();
const NOTES = [{ data: { title: 'Milk', price: 2 } }, { data: { title: 'Bread', price: 3 } }];
const evaluate = async (expression: string): Promise<unknown> => queries.evaluate(expression, async () => NOTES);
const refusal = async (expression: string, input: unknown = NOTES): Promise<unknown> =>
  queries
    .evaluate(expression, async () => input)
    .then(
      () => 'accepted',
      ({ code, message }: Error & { code: string }) => ({ code, message }),
    );
const TOO_MUCH = { code: 'VALIDATION_FAILED', message: 'jsonata: takes too much time or memory' };
const TOO_LARGE = { code: 'VALIDATION_FAILED', message: 'jsonata: has a result larger than 1 MiB' };

describe('QueryEvaluator', () => {
  it.each([
    ['$sum(data.price)', 5],
    ['data[price > 2].title', 'Bread'],
    ['$.data.title', ['Milk', 'Bread']],
    ['$map($, function($note) { $uppercase($note.data.title) })', ['MILK', 'BREAD']],
    ['{"titles": [data.title], "count": $count($)}', { titles: ['Milk', 'Bread'], count: 2 }],
    ['nothing', null],
    ['$sum', null],
    ['/a/', null],
    ['{"f": /a/, "a": 1}', { a: 1 }],
    ['{"toJSON": /a/}', null],
    ['function($x) { $x }', null],
    ['{"f": function($x) { $x }, "a": 1}', { a: 1 }],
    ['"ä" & "€"', 'ä€'],
  ])('%s', async (expression, result) => {
    expect(await evaluate(expression)).toEqual(result);
  });

  it.each([
    ['', 'must be an expression of at most 2048 bytes'],
    ['x'.repeat(2_049), 'must be an expression of at most 2048 bytes'],
    ['€'.repeat(683), 'must be an expression of at most 2048 bytes'],
    ['(((', 'Expected ")" before end of expression'],
    ['$nothing()', 'Attempted to invoke a non-function'],
    ['$error("no")', 'no'],
    ['$number("x")', 'Unable to cast value to a number: "x"'],
  ])('refuses %j and says why', async (expression, message) => {
    expect(await refusal(expression)).toEqual({ code: 'VALIDATION_FAILED', message: `jsonata: ${message}` });
  });

  it.each([
    ['an endless loop', '($f := function($n) { $f($n + 1) }; $f(1))'],
    ['endless recursion', '($f := function($n) { $f($n + 1) + 1 }; $f(1))'],
    ['a long reduction', '$reduce([1..9999999], function($a, $b) { $a + $b })'],
    ['a list that doubles', '$reduce([1..28], function($a, $b) { $append($a, $a) }, [1, 2, 3])'],
    ['a slow pattern', '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/)'],
  ])('ends %s, and the process that asked lives on', async (_, expression) => {
    expect(await refusal(expression)).toEqual(TOO_MUCH);
  });

  it.each([
    ['text that doubles', '$reduce([1..20], function($a, $b) { $a & $a }, "aaaaaaaa")'],
    ['padding', '$pad("x", 2000000)'],
    ['numbers', '[1..300000]'],
  ])('refuses a result of too much %s', async (_, expression) => {
    expect(await refusal(expression)).toEqual(TOO_LARGE);
  });

  it.each([
    '"x".constructor',
    '{}.constructor.constructor("return process")()',
    '$lookup({}, "constructor")',
    '$lookup({}, "__proto__")',
    '$sum.implementation.constructor("return process")()',
    '$.constructor',
    '$eval("constructor")',
    'process.env',
    '$process',
  ])('opens no way out of the expression: %s', async (expression) => {
    expect([null, 'refused']).toContain(await evaluate(expression).catch(() => 'refused'));
  });

  it.each([
    ['256 KiB', 262_144, 'accepted'],
    [
      'more',
      262_145,
      { code: 'VALIDATION_FAILED', message: 'jsonata: the records are more than 256 KiB: ask for fewer' },
    ],
  ])('an input of %s', async (_, bytes, outcome) => {
    expect(await refusal('$length($)', 'x'.repeat(bytes - 2))).toEqual(outcome);
  });

  it('an input is loaded when its turn has come; beyond 8 that wait OVERLOADED, and nothing is loaded', async () => {
    const crowded = new QueryEvaluator();
    const concurrency = Math.max(1, Math.floor(availableParallelism() / 2));
    let loads = 0;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const load = async (): Promise<unknown> => {
      loads++;
      await gate;
      return NOTES;
    };

    const waiting = Array.from({ length: concurrency + 8 }, () => crowded.evaluate('1', load));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(crowded.evaluate('1', load)).rejects.toMatchObject({ code: 'OVERLOADED' });
    const loadedMeanwhile = loads;
    open();
    await Promise.allSettled(waiting);

    expect(loadedMeanwhile).toBe(concurrency);
  });

  it('an expression that is too long loads nothing', async () => {
    const load = (): Promise<unknown> => Promise.reject(new Error('loaded'));

    await expect(queries.evaluate('x'.repeat(2_049), load)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('keeps the event loop free, and answers others meanwhile', async () => {
    const slow = refusal('($f := function($n) { $f($n + 1) }; $f(1))');
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const waited = performance.now() - startedAt;

    expect(await evaluate('$count($)')).toBe(2);
    expect(waited).toBeLessThan(300);
    expect(await slow).toEqual(TOO_MUCH);
  });
});
