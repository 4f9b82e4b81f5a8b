import { Injectable } from '@nestjs/common';
import { Store, type TextRow } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { userCondition, type UserFilter } from './user-filter.js';
import type { User } from './user.entity.js';

/** A user as a list shows them. */
export type FoundUser = Pick<
  User,
  'id' | 'applicationId' | 'username' | 'email' | 'displayName' | 'status' | 'roles' | 'createdAt' | 'updatedAt'
> & { readonly lastLoginAt: Date | null };

const PAGE = 1_000;
const COUNT_MS = 7_000;
/** What the store answers where a statement took too long. */
const CANCELLED = '57014';
const FROM = 'from users left join last_logins on last_logins.user_id = users.id';
const ms = (instant: string): string => `floor(extract(epoch from ${instant}) * 1000)`;

/** Finds users of an application, newest first. Changes nothing. */
@Injectable()
export class UserSearch {
  constructor(private readonly store: Store) {}

  /** At most `limit` of them; `before` is the id of the last one already seen. */
  async page(filter: UserFilter, limit: number, before?: string): Promise<FoundUser[]> {
    const values: unknown[] = [];
    const condition = userCondition(filter, values);
    const behind = before === undefined ? '' : `and users.id < $${values.push(before)}::uuid`;
    const text = `
      select users.id, users.application_id, users.username, users.email, users.display_name, users.status,
        to_json(users.roles), ${ms('users.created_at')}, ${ms('users.updated_at')}, ${ms('last_logins.at')}
      ${FROM} where ${condition} ${behind} order by users.id desc limit $${values.push(limit)}`;
    return (await this.store.run({ text }, values)).map(foundUser);
  }

  /** All of them behind an id, page by page: one that is deleted meanwhile may be missing, and none comes twice. */
  async *pages(filter: UserFilter, after?: string): AsyncGenerator<FoundUser[]> {
    for (let before = after; ;) {
      const page = await this.page(filter, PAGE, before);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      before = page.at(-1)!.id;
    }
  }

  /** When a user last logged in; null where they never did. */
  async lastLoginOf(userId: string): Promise<Date | null> {
    const text = `select ${ms('at')} from last_logins where user_id = $1`;
    const [[at] = []] = await this.store.run({ name: 'last-login-of', text }, [userId]);
    return instantOf(at);
  }

  /** How many there are about, by the planner's statistics. */
  async estimate(filter: UserFilter): Promise<number> {
    const values: unknown[] = [];
    const text = `explain (format json) select ${FROM} where ${userCondition(filter, values)}`;
    const [[json] = []] = await this.store.run({ text }, values);
    const [{ Plan: plan }] = JSON.parse(json!) as [{ Plan: { 'Plan Rows': number } }];
    return plan['Plan Rows'];
  }

  /** How many there are. Refuses OVERLOADED where counting them takes longer than seven seconds. */
  async count(filter: UserFilter): Promise<number> {
    const values: unknown[] = [];
    const text = `select count(*) ${FROM} where ${userCondition(filter, values)}`;
    try {
      return await this.store.transaction(async ({ run }) => {
        await run({ text: `select set_config('statement_timeout', $1, true)` }, [String(COUNT_MS)]);
        const [[count] = []] = await run({ text, patienceMs: COUNT_MS + 500 }, values);
        return Number(count);
      });
    } catch (error) {
      throw (error as { code?: unknown }).code === CANCELLED ? tooLong() : error;
    }
  }
}

function tooLong(): DomainError {
  return new DomainError('OVERLOADED', 'Counting took longer than seven seconds. Ask for an estimate, or for less.');
}

function instantOf(text: string | null | undefined): Date | null {
  return typeof text === 'string' ? new Date(Number(text)) : null;
}

function foundUser(row: TextRow): FoundUser {
  const [id, applicationId, username, email = null, displayName = null, status, roles, ...instants] = row;
  const [createdAt, updatedAt, lastLoginAt] = instants.map(instantOf);
  return {
    id: id!,
    applicationId: applicationId!,
    username: username!,
    email,
    displayName,
    status: status as FoundUser['status'],
    roles: JSON.parse(roles!) as string[],
    createdAt: createdAt!,
    updatedAt: updatedAt!,
    lastLoginAt: lastLoginAt ?? null,
  };
}
