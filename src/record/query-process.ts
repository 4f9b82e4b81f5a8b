import jsonata from 'jsonata';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import type { QueryAnswer, QueryQuestion } from './query-evaluator.js';

// A process of its own, started for one question and killed when it takes too long: see `QueryEvaluator`. Whatever else
// the machine has to do goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const { expression, input } = JSON.parse(await text(process.stdin)) as QueryQuestion;

async function answer(): Promise<string> {
  try {
    const result: unknown = await jsonata(expression).evaluate(input);
    return JSON.stringify(
      { result: isFunction(result) ? null : (result ?? null) } satisfies QueryAnswer,
      withoutFunctions,
    );
  } catch (error) {
    return JSON.stringify({ fault: (error as Error).message } satisfies QueryAnswer);
  }
}

// JSONata keeps functions as objects, and some of these point at themselves; a pattern is a function of JavaScript.
function withoutFunctions(_: string, value: unknown): unknown {
  return isFunction(value) ? undefined : value;
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && ('_jsonata_function' in value || '_jsonata_lambda' in value);
}

process.stdout.write(await answer());
