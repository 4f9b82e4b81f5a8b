import { describe, expect, it } from 'vitest';
import { QueryEvaluator } from './query-evaluator.js';

const queries = new QueryEvaluator();
const NOTES = [{ data: { title: 'Milk', price: 2 } }, { data: { title: 'Bread', price: 3 } }];
const refusal = async (expression: string, input: unknown = NOTES): Promise<unknown> =>
  queries.evaluate(expression, input).then(
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
    expect(await queries.evaluate(expression, NOTES)).toEqual(result);
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
    expect([null, 'refused']).toContain(await queries.evaluate(expression, NOTES).catch(() => 'refused'));
  });

  it('keeps the event loop free, and answers others meanwhile', async () => {
    const slow = refusal('($f := function($n) { $f($n + 1) }; $f(1))');
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const waited = performance.now() - startedAt;

    expect(await queries.evaluate('$count($)', NOTES)).toBe(2);
    expect(waited).toBeLessThan(300);
    expect(await slow).toEqual(TOO_MUCH);
  });
});
