import type pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { Lookout } from './lookout.js';
import { NoPrimary, wordsOf, type Report } from './no-primary.js';
import { nameOf, type PostgresAddress, type ServerAddress } from './postgres-address.js';
import { choosePrimary, isForeign, isOutdated, isSame, primaryIn, type FoundPrimary } from './primary-choice.js';
import type { Standing } from './server-standing.js';

/** One look at all servers: whoever has not answered by then is silent, and may have answered by the next. */
const LOOK_MS = 500;
/** How long what was seen is good enough for the next who asks. */
const FRESH_MS = 100;
/** Between two looks of a node that watches. */
export const WATCH_PAUSE_MS = 500;
/** After this every node that reaches the new primary has left the one before: a pause, a look under way, and one more. */
export const LEAVING_MS = 2_000;

/** A connection that can be told to end. */
export interface Leaving {
  breakOff(): void;
  once(event: 'end', gone: () => void): unknown;
}

/**
 * Which server is asked. One that is named alone is asked itself; of several it is the writable primary with the highest
 * timeline. It only ever moves forward: a primary that was deposed is never asked again, whatever it says of itself.
 */
export class Primary {
  private static readonly all = new Map<string, Primary>();
  private readonly lookouts: readonly Lookout[];
  private readonly clients = new Map<Leaving, ServerAddress>();
  private current: FoundPrimary | undefined;
  private latest: FoundPrimary | undefined;
  private seenAt = -Infinity;
  private usableAt = 0;
  private looking: Promise<void> | undefined;
  /** What each of several servers said when it was looked at last. */
  reports: readonly Report[] = [];
  /** Whether other nodes might still ask another server when this process found its first primary. */
  mayOthersLag = false;
  /** Told when another server became the primary. */
  onMove: (line: string) => void = () => {};

  private constructor({ servers }: PostgresAddress, config: pg.ClientConfig) {
    this.lookouts = servers.map((server) => new Lookout(server, config));
  }

  /** One for an address in a process: what one connection found out holds for all. `config` is for the connections that look. */
  static of(address: PostgresAddress, config: pg.ClientConfig): Primary {
    const key = JSON.stringify([address.url, address.servers]);
    const primary = Primary.all.get(key) ?? new Primary(address, config);
    Primary.all.set(key, primary);
    return primary;
  }

  get isOneOfSeveral(): boolean {
    return this.lookouts.length > 0;
  }

  /** Where to connect; undefined where only one server is named. Throws NoPrimary. */
  async find(): Promise<ServerAddress | undefined> {
    if (!this.isOneOfSeveral) return undefined;
    if (!this.current && performance.now() - this.seenAt > FRESH_MS) await this.look();
    const isOpen = this.reports.some(({ standing, error }) => !standing && !error);
    if (!this.current && isOpen) await this.look();
    if (!this.current) throw new NoPrimary(this.reports);
    if (performance.now() < this.usableAt)
      throw new NoPrimary(this.reports, 'a new primary, to which other nodes may not have moved yet');
    return this.current.server;
  }

  /** Asks all servers, and moves to the primary. Never throws; resolves within half a second. */
  look(): Promise<void> {
    return (this.looking ??= this.lookOnce().finally(() => (this.looking = undefined)));
  }

  /** Why there is no primary, or undefined where there is one. */
  get fault(): NoPrimary | undefined {
    return this.current ? undefined : new NoPrimary(this.reports);
  }

  /** In words, where another server than the one that is asked calls itself a primary too; undefined where none does. */
  get rivalry(): string | undefined {
    const rivals = this.reports
      .flatMap(primaryIn)
      .filter(({ server }) => !this.current || !isSame(server, this.current.server));
    return rivals.length > 0 ? this.reports.map(wordsOf).join('; ') : undefined;
  }

  /** It could not be connected to: the next who asks looks again. */
  doubt(server: ServerAddress): void {
    if (!this.current || !isSame(server, this.current.server)) return;
    this.current = undefined;
    this.seenAt = -Infinity;
  }

  /** Lets a new connection in by what its server says. Throws NoPrimary where that must not be asked. */
  admit(client: Leaving, server: ServerAddress, standing: Standing): void {
    const [primary] = primaryIn({ server, standing });
    if (!primary || isForeign(primary, this.latest) || isOutdated(primary, this.latest)) {
      this.doubt(server);
      throw new NoPrimary([{ server, standing }]);
    }
    // Another server behind the same address: what is connected to the one before is left.
    if (this.latest && isOutdated(this.latest, primary)) this.abandon(() => true);
    if (this.isOneOfSeveral) this.latest = primary;
    this.clients.set(client, server);
    client.once('end', () => this.clients.delete(client));
  }

  /** A server refused to write: no connection to it is trusted any more. */
  distrust(server: ServerAddress): void {
    this.doubt(server);
    this.abandon((other) => isSame(server, other));
  }

  /** Lets go of the connections that look. */
  leave(): void {
    for (const lookout of this.lookouts) lookout.leave();
  }

  private async lookOnce(): Promise<void> {
    const seen = new Map<Lookout, Report>();
    const all = this.lookouts.map(async (lookout) => void seen.set(lookout, await lookout.ask()));
    await Promise.race([Promise.all(all), pause(LOOK_MS, undefined, { ref: false })]);
    this.reports = this.lookouts.map((lookout) => seen.get(lookout) ?? { server: lookout.server });
    this.seenAt = performance.now();
    const { found, mayOthersAskAnother } = choosePrimary(this.reports, this.latest);
    this.current = found;
    if (found) this.moveTo(found, mayOthersAskAnother);
    for (const { server, standing } of this.reports)
      if (standing?.isStandby || standing?.isReadOnly) this.abandon((other) => isSame(server, other));
  }

  private moveTo(found: FoundPrimary, mayOthersAskAnother: boolean): void {
    const before = this.latest;
    this.latest = found;
    if (!before) this.mayOthersLag = mayOthersAskAnother;
    if (!before || isSame(before.server, found.server)) return;
    if (mayOthersAskAnother) this.usableAt = performance.now() + LEAVING_MS;
    this.abandon((server) => !isSame(server, found.server));
    this.onMove(
      `The primary is ${nameOf(found.server)} now, on timeline ${found.timeline}; it was ${nameOf(before.server)}`,
    );
  }

  private abandon(isLeft: (server: ServerAddress) => boolean): void {
    for (const [client, server] of this.clients) if (isLeft(server)) client.breakOff();
  }
}
