import type { Schema } from './openapi-examples.js';
import type { Responses } from './openapi-refusals.js';

export interface Content {
  schema?: Schema & { oneOf?: object[]; anyOf?: object[] };
  example?: unknown;
  examples?: Record<string, unknown>;
}

interface Response {
  description?: string;
  content?: Record<string, Content>;
}

/** All responses by status. Where a refusal arrives with the status of an answer, that one response tells both. */
export function mergedResponses(answers: Responses, refusals: Responses): Responses {
  const all = { ...refusals, ...answers };
  const entries = Object.entries(all).map(([status, response]): [string, object] => {
    const [answer, refusal] = [answers[status], refusals[status]];
    return [status, answer && refusal ? merged(answer, refusal) : response];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => Number(a) - Number(b)));
}

function merged(answer: Response, refusal: Response): Response {
  const content = { ...refusal.content, ...answer.content };
  for (const type of Object.keys(content)) {
    const [right, wrong] = [answer.content?.[type], refusal.content?.[type]];
    if (right && wrong) content[type] = eitherOf(right, wrong);
  }
  return { ...refusal, ...answer, description: `${answer.description}\n\nOr refused: ${refusal.description}`, content };
}

function eitherOf(answer: Content, refusal: Content): Content {
  const alternatives = answer.schema?.anyOf ?? [answer.schema!];
  return {
    schema: { [answer.schema?.anyOf ? 'anyOf' : 'oneOf']: [...alternatives, refusal.schema!] },
    examples: { ...examplesOf(answer, 'right', 'Answered'), ...examplesOf(refusal, 'refused', 'Refused') },
  };
}

function examplesOf({ example, examples }: Content, name: string, summary: string): Record<string, unknown> {
  return examples ?? { [name]: { summary, value: example } };
}
