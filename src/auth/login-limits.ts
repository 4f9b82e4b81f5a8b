import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { hash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { BoundedQueue } from '../user/bounded-queue.js';
import { identityName } from '../user/identity-name.js';
import { arrayOf } from '../session/session-checks.js';
import * as sql from './login-limits-statements.js';

/** Who is trying: the application and identity as typed, and the client's address. */
export interface LoginAttempt {
  applicationId: string;
  login: string;
  address: string;
}

const FORGET_MS = 600_000;
const FORGET_BATCH = 1_000;

/** After how many failures in a row a name is locked at every address, and for how many seconds; an application may want it. */
export interface FailureLock {
  after: number;
  seconds: number;
}

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

  /**
   * Spends one attempt before the password is compared. Refuses LOGIN_LIMITED, and LOGIN_LOCKED where the application
   * locks names, with the seconds to wait; and spends nothing then.
   */
  async take(attempt: LoginAttempt, lock?: FailureLock): Promise<void> {
    const { pair, address, name, known, failures } = keysOf(attempt);
    const rows = await this.store.run(sql.TAKE, [arrayOf([pair, address, name]), known]);
    const budgetOf = (key: string | null | undefined): number =>
      key === pair ? sql.LOGIN_BUDGETS.pair : key === address ? sql.LOGIN_BUDGETS.address : sql.LOGIN_BUDGETS.name;
    const spent = rows.find(
      ([key, count, , isKnown]) => Number(count) > budgetOf(key) && !(key === name && isKnown === 't'),
    );
    const [locked] = !spent && lock ? await this.store.run(sql.TAKE_LOCK, [failures, lock.after, lock.seconds]) : [];
    if (!spent && locked?.[0] !== 't') return;
    await this.store.run(sql.GIVE_BACK, [arrayOf([pair, address, name]), null]);
    if (spent) {
      throw new DomainError('LOGIN_LIMITED', 'Too many attempts. Wait before the next one.', {
        retryAfterSeconds: Number(spent[2]),
      });
    }
    throw new DomainError('LOGIN_LOCKED', 'Too many failed logins in a row. Wait, or ask an administrator.', {
      retryAfterSeconds: Number(locked![1]),
    });
  }

  /** A success costs nothing, ends a row of failures, and makes this address known for the name. */
  async giveBack(attempt: LoginAttempt, lock?: FailureLock): Promise<void> {
    const { pair, address, name, known, failures } = keysOf(attempt);
    if (lock) await this.store.run(sql.UNLOCK, [failures]);
    await this.store.run(sql.GIVE_BACK, [arrayOf([pair, address, name, known]), known]);
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
      while (count === FORGET_BATCH) count = (await this.store.run(sql.FORGET, [FORGET_BATCH])).length;
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
}: LoginAttempt): Record<'pair' | 'address' | 'name' | 'known' | 'failures', string> {
  const network = networkOf(address);
  const name = `${applicationId} ${identityName(login) ?? login}`;
  const key = (...parts: string[]): string => hash('sha256', parts.join('\n'), 'hex');
  return {
    pair: key('pair', name, network),
    address: key('address', network),
    name: key('name', name),
    known: key('known', name, network),
    failures: key('failures', name),
  };
}

/** An IPv4 address, or the /64 of an IPv6 one: a household has 2^64 addresses to rotate through. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':') : parsed.toString();
}
