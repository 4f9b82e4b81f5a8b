import { Injectable } from '@nestjs/common';
import { DomainError } from '../errors/domain.error.js';
import { BackgroundStore, type Sql } from './background-store.js';

const LONGEST_MS = 5_000;
const MOST_WAITING = 8;
/** What the store answers where a statement took too long. */
const CANCELLED = '57014';

/** Questions that look through very many rows: one at a time, so that a connection is left for the work in the background. */
@Injectable()
export class LongQuestions {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly store: BackgroundStore) {}

  /**
   * What these statements answer, in one transaction that changes nothing. Refuses OVERLOADED where one of them takes longer
   * than five seconds, and where eight questions wait already.
   */
  async ask<T>(question: (run: Sql) => Promise<T>): Promise<T> {
    if (this.waiting === MOST_WAITING)
      throw new DomainError('OVERLOADED', 'Too much is waiting already. Try again shortly.');
    this.waiting++;
    const turn = this.last.then(() => this.answer(question)).finally(() => this.waiting--);
    this.last = turn.catch(() => {});
    return turn;
  }

  private async answer<T>(question: (run: Sql) => Promise<T>): Promise<T> {
    try {
      return await this.store.transaction(async (run) => {
        await run('set transaction read only');
        await run(`select set_config('statement_timeout', $1, true), set_config('jit', 'off', true)`, [
          String(LONGEST_MS),
        ]);
        return question(run);
      });
    } catch (error) {
      throw (error as { code?: unknown }).code === CANCELLED ? tookTooLong() : error;
    }
  }
}

/** What whoever asks what takes too long is told. */
export function tookTooLong(): DomainError {
  return new DomainError('OVERLOADED', 'This takes longer than five seconds to count. Ask for less.');
}
