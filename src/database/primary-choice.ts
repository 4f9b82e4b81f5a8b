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

/** Nobody is served there: nothing listens, or it starts up or stops. */
const GONE = new Set(['ECONNREFUSED', '57P03']);

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
  return { found, mayOthersAskAnother: found !== undefined && mayAnotherServe(reports, primaries, found, latest) };
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

// A server that is silent here may answer other nodes. Without a latest one only a primary that was seen counts: a start
// need not wait for every standby whose machine is switched off.
function mayAnotherServe(
  reports: readonly Report[],
  primaries: readonly FoundPrimary[],
  found: FoundPrimary,
  latest: FoundPrimary | undefined,
): boolean {
  if (!latest) return primaries.length > 1;
  if (isSame(found.server, latest.server)) return false;
  const before = reports.find(({ server }) => isSame(server, latest.server));
  return !before?.standing?.isStandby && !GONE.has(before?.error?.code ?? '');
}
