import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { hash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { Store, type Statement } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { BoundedQueue } from '../user/bounded-queue.js';
import { identityName } from '../user/identity-name.js';
import { arrayOf } from '../session/session-checks.js';

/** Failed attempts allowed in a window: by name and address together, by address, and by name from addresses not known. */
export const LOGIN_BUDGETS = { windowMinutes: 15, pair: 10, address: 300, name: 100, knownDays: 30 } as const;

/** Who is trying: the application and identity as typed, and the client's address. */
export interface LoginAttempt {
  applicationId: string;
  login: string;
  address: string;
}

const TAKE: Statement = {
  name: 'login-attempts-take',
  text: `
    insert into login_attempts as attempts (key, count, until)
    select decode(key, 'hex'), 1, now() + interval '${LOGIN_BUDGETS.windowMinutes} minutes' from unnest($1::text[]) as asked (key) order by key
    on conflict (key) do update set
      count = case when attempts.until <= now() then 1 else attempts.count + 1 end,
      until = case when attempts.until <= now() then excluded.until else attempts.until end
    returning encode(key, 'hex'), count, ceil(extract(epoch from until - now())),
      exists (select from login_attempts as known where known.key = decode($2, 'hex') and known.until > now())`,
};

// Locked in the order of their keys, as taking does.
const RETURN = `
    with spent as materialized (
      select key from login_attempts
      where key in (select decode(asked.key, 'hex') from unnest($1::text[]) as asked (key)) order by key for update
    ), returned as (
      update login_attempts set count = greatest(count - 1, 0) from spent where login_attempts.key = spent.key
    )`;

const GIVE_BACK: Statement = { name: 'login-attempts-give-back', text: `${RETURN} select` };

const GIVE_BACK_AND_KNOW: Statement = {
  name: 'login-attempts-give-back-and-know',
  text: `${RETURN}
    insert into login_attempts (key, count, until)
    values (decode($2, 'hex'), 0, now() + interval '${LOGIN_BUDGETS.knownDays} days')
    on conflict (key) do update set until = excluded.until`,
};

const FORGET: Statement = {
  name: 'login-attempts-forget',
  text: `
    delete from login_attempts where key in (
      select key from login_attempts where until < now() order by until limit $1 for update skip locked
    ) returning key`,
};
const FORGET_MS = 600_000;
const FORGET_BATCH = 1_000;

/**
 * Slows guessing without locking anyone out: whoever guesses spends the budget of the name at their own address, and
 * of their address. Others' failures close a name only to addresses from which its owner never logged in.
 */
@Injectable()
export class LoginLimits implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LoginLimits.name);
  private timer: NodeJS.Timeout | undefined;
  private readonly turns = new Map<string, BoundedQueue>();

  constructor(private readonly store: Store) {}

  /**
   * Runs `compare` when it is this attempt's turn: one of a name at an address at a time on this node, or many right
   * ones at once would look like guesses. Refuses OVERLOADED when too many wait.
   */
  async inTurn<T>(attempt: LoginAttempt, compare: () => Promise<T>): Promise<T> {
    const { pair } = keysOf(attempt);
    const turn = this.turns.get(pair) ?? new BoundedQueue(1);
    this.turns.set(pair, turn);
    try {
      return await turn.run(compare);
    } finally {
      if (turn.isIdle) this.turns.delete(pair);
    }
  }

  /** Spends one attempt before the password is compared. Refuses LOGIN_LIMITED with the seconds to wait, and spends nothing then. */
  async take(attempt: LoginAttempt): Promise<void> {
    const { pair, address, name, known } = keysOf(attempt);
    const rows = await this.store.run(TAKE, [arrayOf([pair, address, name]), known]);
    const budgetOf = (key: string | null | undefined): number =>
      key === pair ? LOGIN_BUDGETS.pair : key === address ? LOGIN_BUDGETS.address : LOGIN_BUDGETS.name;
    const spent = rows.find(
      ([key, count, , isKnown]) => Number(count) > budgetOf(key) && !(key === name && isKnown === 't'),
    );
    if (!spent) return;
    await this.store.run(GIVE_BACK, [arrayOf([pair, address, name])]);
    throw new DomainError('LOGIN_LIMITED', 'Too many attempts. Wait before the next one.', {
      retryAfterSeconds: Number(spent[2]),
    });
  }

  /** A success costs nothing, and makes this address known for the name. */
  async giveBack(attempt: LoginAttempt): Promise<void> {
    const { pair, address, name, known } = keysOf(attempt);
    await this.store.run(GIVE_BACK_AND_KNOW, [arrayOf([pair, address, name]), known]);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.forget(), FORGET_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async forget(): Promise<void> {
    try {
      let count = FORGET_BATCH;
      while (count === FORGET_BATCH) count = (await this.store.run(FORGET, [FORGET_BATCH])).length;
    } catch (error) {
      this.logger.warn(`attempts not forgotten: ${(error as Error).message}`);
    }
  }
}

// Hashed: names and addresses of strangers are not kept.
function keysOf({
  applicationId,
  login,
  address,
}: LoginAttempt): Record<'pair' | 'address' | 'name' | 'known', string> {
  const network = networkOf(address);
  const name = `${applicationId} ${identityName(login) ?? login}`;
  const key = (...parts: string[]): string => hash('sha256', parts.join('\n'), 'hex');
  return {
    pair: key('pair', name, network),
    address: key('address', network),
    name: key('name', name),
    known: key('known', name, network),
  };
}

/** An IPv4 address, or the /64 of an IPv6 one: a household has 2^64 addresses to rotate through. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':') : parsed.toString();
}
