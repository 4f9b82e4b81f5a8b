import fc from 'fast-check';
import type { RawAnswer } from '../raw-request.js';
import { faultOf } from './answers.js';
import type { Operation } from './operations.js';
import { attemptsAt, type Attempt, type Known } from './requests.js';

/** The same requests in every run, so that a red one stays red; another seed asks others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_261_121);
/** How many requests each group of routes is sent. */
export const REQUESTS = Number(process.env['PROPERTY_REQUESTS'] ?? 400);
/** Enough for every operation to be asked something that it can do. */
export const IS_THOROUGH = REQUESTS >= 10_000;
export const PATIENCE_MS = 9_000;
export const MINUTES = 60_000;

export const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** Asks an operation so many requests; answers the statuses, and throws the smallest request that was answered wrongly. */
export async function askAtRandom(
  operation: Operation,
  known: Known,
  numRuns: number,
  send: (attempt: Attempt) => Promise<RawAnswer | undefined>,
): Promise<number[]> {
  const statuses: number[] = [];
  const ask = async (attempt: Attempt): Promise<void> => {
    const answer = await send(attempt);
    const fault = faultOf(answer, operation);
    if (fault) throw new Error(`${nameOf(operation)}: ${fault}`);
    statuses.push(answer!.status);
  };
  await fc.assert(fc.asyncProperty(attemptsAt(operation, known), ask), { seed: SEED, numRuns });
  return statuses;
}
