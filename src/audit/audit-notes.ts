import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { SharedStatement } from '../database/shared-statement.js';
import { Store, type Statement } from '../database/store.js';
import { isStoreOutage } from '../errors/store-outage.js';
import { METRICS } from '../metrics/metrics.js';
import { DECLARED_FACTS, FACT_COLUMNS, FACTS, GIVEN_FACTS, type NotedAct } from './noted-act.js';

/** Notes of one statement; how many may wait for the store in a node; and how long the first waits for company. */
const BATCH = 500;
const MAX_WAITING = 10_000;
const GATHERING_MS = 20;
const RETRY_MS = 1_000;

// An act that was noted before it was done is found by its id, and gets its outcome; where the recorder has moved it on as
// unknown meanwhile, it is noted anew.
const NOTE: Statement = {
  name: 'audit-note',
  text: `
    insert into audit_inbox (id, outcome, is_repeated, details, ${FACT_COLUMNS})
    select given.id, given.outcome, $2::boolean, given.details, ${GIVEN_FACTS}
    from json_to_recordset($1::json) as given (id uuid, outcome text, details json, ${DECLARED_FACTS})
    on conflict (id) do update set outcome = excluded.outcome, is_repeated = excluded.is_repeated, details = excluded.details,
      ${FACTS.map(([, column]) => `${column} = excluded.${column}`).join(', ')}`,
};

/** Where requests note what they do. The recorder of some node writes it to the log. */
@Injectable()
export class AuditNotes {
  private readonly logger = new Logger(AuditNotes.name);
  private readonly opening: SharedStatement<NotedAct, void>;
  private waiting: NotedAct[] = [];
  private writing: Promise<void> | undefined;
  private isClosing = false;

  constructor(private readonly store: Store) {
    const insert = async (acts: NotedAct[]): Promise<void[]> => {
      await this.insert(acts, false);
      return acts.map(() => undefined);
    };
    this.opening = new SharedStatement(insert, { inFlight: 2, size: BATCH, patienceMs: 1_500 });
  }

  /** Notes an act that is about to be done. Once it resolves the act is on record, whatever becomes of this node; refuses STORE_UNAVAILABLE. */
  open(act: NotedAct): Promise<void> {
    return this.opening.ask(act);
  }

  /** Notes what was done or refused, or how an opened act ended. Nobody waits for it; while the store is away they are kept, up to a bound: what comes then is lost, and counted. */
  note(act: NotedAct): void {
    if (this.waiting.length >= MAX_WAITING) return drop(1);
    this.waiting.push(act);
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Resolves once everything noted is written. A store that is away then is not waited for. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.writing;
  }

  private async write(): Promise<void> {
    await pause(GATHERING_MS);
    const writing = { alone: 0, isRepeated: false };
    while (this.waiting.length > 0) {
      const acts = this.waiting.slice(0, writing.alone > 0 ? 1 : BATCH);
      if (!(await this.isSettled(acts, writing))) continue;
      this.waiting = this.waiting.slice(acts.length);
      writing.alone -= 1;
    }
  }

  /** Whether nothing more is to be tried for these: they are written, or lost. */
  private async isSettled(acts: NotedAct[], writing: { alone: number; isRepeated: boolean }): Promise<boolean> {
    try {
      await this.insert(acts, writing.isRepeated);
      return true;
    } catch (error) {
      writing.isRepeated = true;
      if (isStoreOutage(error)) return this.isGivenUp(acts, error);
      // What the store refuses to take would be refused again: each is tried alone, so that one takes no others along.
      if (acts.length === 1) return lose(this.logger, acts, error);
      writing.alone = acts.length;
      return false;
    }
  }

  private async isGivenUp(acts: NotedAct[], error: unknown): Promise<boolean> {
    if (this.isClosing) return lose(this.logger, acts, error);
    await pause(RETRY_MS);
    return false;
  }

  private async insert(acts: NotedAct[], isRepeated: boolean): Promise<void> {
    await this.store.run(NOTE, [JSON.stringify(acts), isRepeated]);
  }
}

function lose(logger: Logger, { length }: NotedAct[], error: unknown): true {
  logger.error(`${length} audit notes lost: ${(error as Error).message}`);
  drop(length);
  return true;
}

function drop(count: number): void {
  METRICS.auditNotesDropped.inc(count);
}
