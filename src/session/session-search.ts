import { Injectable } from '@nestjs/common';
import { Store, type TextRow } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import type { FoundSession } from './session-facts.js';
import { conditionOf, type SessionFilter } from './session-filter.js';
import * as sql from './session-queries.js';
import { SessionPosition } from './session-position.js';
import { IS_LIVE } from './session-statements.js';

const PAGE = 1_000;
/** So many are looked up by their index and put in order, rather than found among the newest. */
const FEW = 5_000;
/** How many users have a role, as far as that many matter. */
const HOLDERS = {
  name: 'session-role-holders',
  text: `select count(*) from (select from users where roles @> array[$1::text] limit ${FEW}) as holders`,
};
const COUNT_MS = 7_000;
/** Of more applications, what they ended and nobody swept yet counts in an estimate. */
const MOST_ENDS = 100;
/** What the store answers where a statement took too long. */
const CANCELLED = '57014';

/** Finds live sessions, of all users, newest first: by their start, and by their id where they started together. Changes nothing. */
@Injectable()
export class SessionSearch {
  constructor(private readonly store: Store) {}

  /** At most `limit` of them, behind a position. */
  async page(filter: SessionFilter, limit: number, after?: SessionPosition): Promise<FoundSession[]> {
    const asked = { filter, limit, after };
    if (!sql.isScattered(filter)) return this.read(sql.inOrder(asked));
    if (sql.namesAddresses(filter)) return this.read(sql.ofEachAddress(asked));
    if (await this.isCommon(filter, limit)) {
      const found = await this.read(sql.amongNewest(asked));
      if (found.length === limit) return found;
    }
    return this.read(sql.gathered(asked));
  }

  // Whoever just came was seen just now: that much the planner cannot know, whose statistics are older. Of a role that nobody
  // counted it assumes that many have it.
  private async isCommon({ lastSeenAfter, ...filter }: SessionFilter, limit: number): Promise<boolean> {
    if (filter.role !== undefined && (await this.holders(filter.role)) < FEW) return false;
    if (lastSeenAfter === undefined) return (await this.estimate(filter)) > FEW;
    if (Object.values(filter).every((value) => value === undefined)) return true;
    return ((await this.estimate(filter)) / (await this.estimate({}))) * sql.NEWEST > limit;
  }

  private async holders(role: string): Promise<number> {
    const [row] = await this.store.run(HOLDERS, [role]);
    return Number(row![0]);
  }

  /** All of them behind a position, page by page: one that ends meanwhile may be missing, and none comes twice. */
  async *pages(filter: SessionFilter, after?: SessionPosition): AsyncGenerator<FoundSession[]> {
    for (let position = after; ;) {
      const page = await this.page(filter, PAGE, position);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      position = SessionPosition.of(page.at(-1)!);
    }
  }

  private async read({ text, values }: sql.SessionQuery): Promise<FoundSession[]> {
    return (await this.store.run({ text }, values)).map(foundSession);
  }

  /** How many there are about, by the planner's statistics. */
  async estimate(filter: SessionFilter): Promise<number> {
    const ends = await this.store.run(sql.APPLICATION_ENDS, [filter.applicationId ?? null, MOST_ENDS]);
    const values: unknown[] = [];
    const text = `explain (format json) select from sessions
      where ${conditionOf(filter, values)} and ${sql.likelyLive(ends, filter, values)}`;
    const [[json] = []] = await this.store.run({ text }, values);
    const [{ Plan: plan }] = JSON.parse(json!) as [{ Plan: { 'Plan Rows': number } }];
    return plan['Plan Rows'];
  }

  /** How many there are. Refuses OVERLOADED where counting them takes longer than seven seconds. */
  async count(filter: SessionFilter): Promise<number> {
    const values: unknown[] = [];
    const text = `select count(*) from sessions where ${conditionOf(filter, values)} and ${IS_LIVE}`;
    try {
      return await this.store.transaction(async ({ run }) => {
        await run({ text: `select set_config('statement_timeout', $1, true)` }, [String(COUNT_MS)]);
        const [[count] = []] = await run({ text, patienceMs: COUNT_MS + 500 }, values);
        return Number(count);
      });
    } catch (error) {
      throw (error as { code?: unknown }).code === CANCELLED ? countTooLong() : error;
    }
  }
}

/** What whoever asks for a number that takes too long is told. */
export function countTooLong(): DomainError {
  return new DomainError('OVERLOADED', 'Counting took longer than seven seconds. Ask for an estimate, or for less.');
}

function foundSession(row: TextRow): FoundSession {
  const [userId, id, username, roles, applicationId, contract, createdAt, lastSeenAt, idleUntil, expiresAt] =
    row as string[];
  const [ip = null, userAgent = null, label = null] = row.slice(10);
  const whose = { userId: userId!, username: username!, roles: JSON.parse(roles!) as string[] };
  const instants = { createdAt: createdAt!, lastSeenAt: lastSeenAt!, idleUntil: idleUntil!, expiresAt: expiresAt! };
  return { id: id!, ...whose, applicationId: applicationId!, contract: contract!, ...instants, ip, userAgent, label };
}
