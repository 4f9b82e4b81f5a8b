import { setTimeout as pause } from 'node:timers/promises';
import type { Door, Tenant, WireClient } from './wires.js';

/** A session of one wire, and who asks about it. */
export interface RacedSession {
  client: WireClient;
  token: string;
}

/** One look at a session. Milliseconds of one monotonic clock: before the first byte was sent, after the last was read. */
interface Reading {
  beganAt: number;
  endedAt: number;
  isLive: boolean;
}

/** A session's logout, answered as a success, and every look at it. */
interface Race {
  contract: string;
  logout: { beganAt: number; answeredAt: number };
  readings: Reading[];
}

const PACE_MS = 30;
const BEFORE_MS = 50;
const AFTER_MS = 60;

/**
 * Logouts that race checks. A session is a one-way latch: a look that began after its logout was answered and finds it
 * alive saw a ghost, and one that ended before the logout began and finds it dead lost a session.
 */
export class LogoutRaces {
  private readonly races: Race[] = [];

  /** `random` answers from 0 to 1. */
  constructor(
    private readonly doors: Door[],
    private readonly tenant: Tenant,
    private readonly random: () => number,
  ) {}

  get checks(): number {
    return this.readings().length;
  }

  /** Looks at ended sessions that found one alive. */
  ghosts(): string[] {
    return this.readings()
      .filter(({ isLive, lateMs }) => isLive && lateMs > 0)
      .map(({ contract, lateMs }) => `${contract}: 200 to a check begun ${lateMs.toFixed(2)} ms after the logout`);
  }

  /** Looks at sessions that nobody had ended yet and that found none. */
  losses(): string[] {
    return this.races.flatMap(({ contract, logout, readings }) =>
      readings
        .filter(({ isLive, endedAt }) => !isLive && endedAt < logout.beganAt)
        .map(({ endedAt }) => `${contract}: no session ${(logout.beganAt - endedAt).toFixed(2)} ms before the logout`),
    );
  }

  /** How many looks of a contract began within so many milliseconds after the logout was answered. */
  closeBehind(contract: string, ms: number): number {
    return this.readings().filter((one) => one.contract === contract && one.lateMs > 0 && one.lateMs <= ms).length;
  }

  /** Looks at the session through all doors, from before its logout until well after it. */
  async race({ client, token }: RacedSession): Promise<void> {
    const looks: Promise<Reading | undefined>[] = [];
    const look = (door: Door): void => {
      const reading = this.look(client, door, token);
      reading.catch(() => {}); // Thrown below, where all are awaited.
      looks.push(reading);
    };
    const over = new AbortController();
    // No look waits for the one before: who waits begins none while an answer is held back, and sees no ghost in it.
    const watch = async (door: Door): Promise<void> => {
      for (; !over.signal.aborted; await pause(this.random() * PACE_MS)) look(door);
    };
    const watching = this.doors.map(watch);
    await pause(this.random() * BEFORE_MS);
    const logout = await this.logOut(client, token);
    this.doors.forEach(look);
    await pause(AFTER_MS);
    over.abort();
    await Promise.all(watching);
    const readings = (await Promise.all(looks)).filter((reading) => reading !== undefined);
    if (logout) this.races.push({ contract: client.contract, logout, readings });
  }

  /** Undefined where the store was too late: such an answer says nothing about the session. */
  private async look(client: WireClient, door: Door, token: string): Promise<Reading | undefined> {
    const beganAt = performance.now();
    const answer = await client.ask(door, this.tenant, token);
    const endedAt = performance.now();
    return answer.statusCode >= 500 ? undefined : { beganAt, endedAt, isLive: client.isLive(answer) };
  }

  /** Undefined where the store was too late: such a logout may have happened or not. */
  private async logOut(client: WireClient, token: string): Promise<Race['logout'] | undefined> {
    const door = this.doors[Math.floor(this.random() * this.doors.length)]!;
    const beganAt = performance.now();
    const answer = await client.logOut(door, this.tenant, token);
    const answeredAt = performance.now();
    if (answer.statusCode >= 500) return undefined;
    if (answer.statusCode >= 400) throw new Error(`${client.contract} logout: ${answer.statusCode} ${answer.body}`);
    return { beganAt, answeredAt };
  }

  private readings() {
    return this.races.flatMap(({ contract, logout, readings }) =>
      readings.map((reading) => ({ ...reading, contract, lateMs: reading.beganAt - logout.answeredAt })),
    );
  }
}
