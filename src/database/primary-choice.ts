import type { Report } from './no-primary.js';
import type { ServerAddress } from './postgres-address.js';

/** A primary as it was found: where, of which cluster, after how many promotions. */
export interface FoundPrimary {
  readonly server: ServerAddress;
  readonly system: string | null;
  readonly timeline: number | null;
}

/** Which server is to be asked, and whether other nodes may still ask another. */
export interface Choice {
  readonly found: FoundPrimary | undefined;
  readonly mayOthersAskAnother: boolean;
}

/** Nothing listens there. */
const REFUSED = 'ECONNREFUSED';

/**
 * The primary with the highest timeline, never one older than the latest that this process has asked, nor one of another
 * cluster. Of two on one timeline nobody knows which is right: the one that was asked stays, or else there is none.
 */
export function choosePrimary(reports: readonly Report[], latest: FoundPrimary | undefined): Choice {
  const primaries = reports.flatMap(primaryIn);
  const allowed = primaries.filter((primary) => !isOutdated(primary, latest) && !isForeign(primary, latest));
  const highest = Math.max(...allowed.map(({ timeline }) => timeline ?? 0));
  const best = allowed.filter(({ timeline }) => (timeline ?? 0) === highest);
  const found =
    best.find(({ server }) => latest && isSame(server, latest.server)) ?? (best.length === 1 ? best[0] : undefined);
  return { found, mayOthersAskAnother: found !== undefined && mayAnotherServe(reports, found, latest) };
}

/** Whether a primary of this timeline was deposed by the latest one. */
export function isOutdated({ timeline }: Pick<FoundPrimary, 'timeline'>, latest: FoundPrimary | undefined): boolean {
  return timeline !== null && timeline < (latest?.timeline ?? 0);
}

/** Whether it belongs to another cluster than the latest one. */
export function isForeign({ system }: Pick<FoundPrimary, 'system'>, latest: FoundPrimary | undefined): boolean {
  return latest !== undefined && system !== latest.system;
}

/** The same place; one server may have several names. */
export function isSame(one: ServerAddress, other: ServerAddress): boolean {
  return one.host === other.host && one.port === other.port;
}

/** The writable primary that a report is about, if it is one. */
export function primaryIn({ server, standing }: Report): FoundPrimary[] {
  if (!standing || standing.isStandby || standing.isReadOnly) return [];
  return [{ server, system: standing.system, timeline: standing.timeline }];
}

// A server that is silent here may answer other nodes. Who remembers no primary cannot know which one was deposed: any of the
// others, unless nobody was ever promoted.
function mayAnotherServe(reports: readonly Report[], found: FoundPrimary, latest: FoundPrimary | undefined): boolean {
  const others = reports.filter(({ server }) => !isSame(server, found.server));
  if (!latest) return (found.timeline ?? 1) > 1 && others.some((report) => !servesNobody(report));
  if (isSame(found.server, latest.server)) return false;
  const before = others.find(({ server }) => isSame(server, latest.server));
  return before === undefined || !servesNobody(before);
}

// The proof that no node is answered there as by a primary. 57P03 is none: a server that starts up says so, and so does one in a
// smart shutdown, which goes on answering whoever is connected; what else it says may be in any language.
function servesNobody({ standing, error }: Report): boolean {
  return standing?.isStandby === true || error?.code === REFUSED;
}
