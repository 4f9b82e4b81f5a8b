import { Injectable } from '@nestjs/common';
import { Store, type Run } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { END_APPLICATION, END_EVERYONE } from './application-endings.js';
import { counted } from './counted-endings.js';
import { columnsOf, settingOf, type Deed } from './deed.js';
import * as sql from './filtered-endings.js';
import type { FilteredSessions, FoundSession, SessionPlace } from './filtered-endings.js';
import type { EndedSession } from './session-facts.js';
import { arrayOf } from './session-checks.js';
import type { SessionFilter } from './session-filter.js';

/** One of those that a filter means. Instants are database text. */
export interface SampleSession {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly applicationId: string;
  readonly contract: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** How many sessions a filter means. */
export interface FilteredCount {
  readonly count: number;
  readonly users: number;
  readonly includesOwnSession: boolean;
}

/** What administrators do to the sessions of others: each names who did it, and why. */
@Injectable()
export class SessionDeeds {
  constructor(private readonly store: Store) {}

  /** Logs everyone of an application out. Answers up to which instant, as database text; the rows go later. Refuses NOT_FOUND. */
  async endApplication(id: string, { reason, by }: Deed, run: Run = this.store.run): Promise<string> {
    const [row] = await run(END_APPLICATION, [reason, ...columnsOf(by), id]);
    if (!row) throw new DomainError('NOT_FOUND', 'No such application.');
    return row[1]!;
  }

  /** The same for every application at once: one instant for all of them. */
  async endEveryone({ reason, by }: Deed): Promise<{ endedAt: string; applications: number }> {
    const rows = await this.store.run(END_EVERYONE, [reason, ...columnsOf(by)]);
    const endedAt = rows
      .map(([, at]) => at!)
      .toSorted()
      .at(-1)!;
    return { endedAt, applications: rows.length };
  }

  /** What a filter means at the instant of this transaction, for as long as it takes to end it. */
  async pin(filter: SessionFilter, run: Run): Promise<FilteredSessions> {
    const { idleForMs, ...others } = filter;
    const [[now, seenBefore]] = (await run(sql.PIN, [filter.lastSeenBefore ?? null, idleForMs ?? null])) as [string[]];
    const isIdle = idleForMs !== undefined;
    return { filter: isIdle ? { ...others, lastSeenBefore: seenBefore! } : others, startedBy: now! };
  }

  /** Counts without holding anything; `own` is the session of whoever asks. May take many seconds in a large table. */
  async count(meant: FilteredSessions, own: string | null, run: Run): Promise<FilteredCount> {
    await run(sql.ALLOW_SEARCH, []);
    const values: unknown[] = [];
    const [[count, users, isOwn]] = (await run(sql.countOf(meant, own, values), values)) as [string[]];
    return { count: Number(count), users: Number(users), includesOwnSession: isOwn === 't' };
  }

  /** The newest of them, for people's eyes. */
  async sample(meant: FilteredSessions, limit: number, run: Run): Promise<SampleSession[]> {
    const values: unknown[] = [];
    const rows = await run(sql.sampleOf(meant, limit, values), values);
    return rows.map((row) => {
      const [id, userId, username, applicationId, contract, createdAt, lastSeenAt, ip, userAgent] = row as string[];
      return {
        id: id!,
        userId: userId!,
        username: username!,
        applicationId: applicationId!,
        contract: contract!,
        createdAt: createdAt!,
        lastSeenAt: lastSeenAt!,
        ip: ip!,
        userAgent: userAgent!,
      };
    });
  }

  /** The newest of them that are behind a place, at most so many; nothing is held yet, and the transaction gets no id by it. */
  async find(meant: FilteredSessions, behind: SessionPlace | null, limit: number, run: Run): Promise<FoundSession[]> {
    await run(sql.ALLOW_SEARCH, []);
    const values: unknown[] = [];
    const rows = await run(sql.keysOf(meant, behind, limit, values), values);
    return rows.map(([userId, sessionId, startedAt]) => ({
      userId: userId!,
      sessionId: sessionId!,
      place: { startedAt: startedAt!, id: sessionId! },
    }));
  }

  /** Ends those of the found ones that are still meant, atomically against logins, rotations and whoever else ends them. Answers how many. */
  async end(found: EndedSession[], meant: FilteredSessions, deed: Deed, run: Run): Promise<number> {
    if (found.length === 0) return 0;
    const userIds = arrayOf(found.map(({ userId }) => userId));
    await run(sql.HOLD_BY_KEY, []);
    await run(sql.LOCK_OWNERS, [userIds]);
    const values: unknown[] = [userIds, arrayOf(found.map(({ sessionId }) => sessionId)), settingOf(deed)];
    return counted('admin_filter', run, run(sql.endingOf(meant, values), values));
  }
}
