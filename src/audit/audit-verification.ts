import type { Sql } from '../database/background-store.js';
import { SELECT_ENTRIES, type ChainedEntry } from './audit-chain.js';
import { AuditWalk, type AuditFinding, type Link } from './audit-walk.js';

/** Rows that are read at a time. */
const PAGE = 2_000;
const START: Link = { number: 0n, hash: '0'.repeat(64) };
const BEGINNING = "select number, encode(hash, 'hex') as hash from audit_beginnings order by number desc limit 1";
const HEAD = "select number, encode(hash, 'hex') as hash from audit_heads";
const PRUNED = `
  select exists (
    select from audit_log where act = 'audit.pruned' and details->>'number' = $1 and details->>'hash' = $2
  ) as "isSaid"`;

interface KnownLink {
  readonly number: string;
  readonly hash: string;
}

/** How a walk through the audit log is told about, and what it is held against. */
export interface VerificationTerms {
  /** A hash that was kept elsewhere, in hexadecimal: one row of the log must have it. */
  readonly head?: string | undefined;
  /** Hears how many rows were read so far. */
  readonly tell?: (rows: number) => void;
}

/** What a walk through the whole log has found. */
export interface AuditReport {
  readonly rows: number;
  /** When the first and the last of them were written, RFC 3339; null where there is none. */
  readonly first: string | null;
  readonly last: string | null;
  readonly head: KnownLink;
  readonly findings: readonly AuditFinding[];
}

/** Walks the audit log in its order, recomputes every hash, and names what was tampered with. It changes nothing. Throws what the store throws. */
export async function verifyAudit(run: Sql, terms: VerificationTerms): Promise<AuditReport> {
  for (;;) {
    const [beginning] = await run<KnownLink>(BEGINNING);
    const report = await walked(run, beginning, terms);
    const [now] = await run<KnownLink>(BEGINNING);
    // A month that was dropped meanwhile is no gap: the walk begins anew behind it.
    if (now?.number === beginning?.number) return report;
  }
}

async function walked(
  run: Sql,
  beginning: KnownLink | undefined,
  { head: kept, tell = () => {} }: VerificationTerms,
): Promise<AuditReport> {
  const promised = await headOf(run);
  const start = beginning ? linkOf(beginning) : START;
  const walk = new AuditWalk(start);
  let [rows, first, last, isKeptThere] = [0, null as string | null, null as string | null, start.hash === kept];
  for await (const entry of entriesOf(run)) {
    walk.take(entry);
    [rows, first, last] = [rows + 1, first ?? entry.recordedAt, entry.recordedAt];
    if (entry.hash === kept) isKeptThere = true;
    if (entry.number === promised.number && entry.hash !== promised.hash)
      walk.find('head', BigInt(entry.number), BigInt(entry.number), 'the row is not the one with which the log ended');
    if (rows % PAGE === 0) tell(rows);
  }
  if (beginning) await judgeBeginning(run, beginning, walk);
  await judgeEnd(run, linkOf(promised), walk);
  if (kept !== undefined && !isKeptThere)
    walk.find('head', 0n, walk.end.number, 'no row has the hash that was kept elsewhere');
  return { rows, first, last, head: promised, findings: walk.finish() };
}

// In pages, each by itself: the log may be long, and is written meanwhile.
async function* entriesOf(run: Sql): AsyncGenerator<ChainedEntry> {
  let [number, recordedAt] = ['-1', '-infinity'];
  for (;;) {
    const page = await run<ChainedEntry>(
      `${SELECT_ENTRIES} where (number, recorded_at) > ($1, $2) order by audit_log.number, audit_log.recorded_at limit ${PAGE}`,
      [number, recordedAt],
    );
    yield* page;
    if (page.length < PAGE) return;
    ({ number, recordedAt } = page.at(-1)!);
  }
}

async function judgeBeginning(run: Sql, { number, hash }: KnownLink, walk: AuditWalk): Promise<void> {
  const [said] = await run<{ isSaid: boolean }>(PRUNED, [number, hash]);
  if (!said!.isSaid)
    walk.find('beginning', 1n, BigInt(number), 'rows are gone, and the log does not say that they were dropped');
}

// Read again: what was appended during the walk is no tampering.
async function judgeEnd(run: Sql, promised: Link, walk: AuditWalk): Promise<void> {
  const { end } = walk;
  const now = linkOf(await headOf(run));
  if (end.number < promised.number)
    walk.find('missing', end.number + 1n, promised.number, 'the end of the log is gone');
  if (end.number > now.number)
    walk.find('foreign', now.number + 1n, end.number, 'appended by somebody else than the recorder');
}

// Where even that is gone, everything that is there was appended by somebody else.
async function headOf(run: Sql): Promise<KnownLink> {
  const [head] = await run<KnownLink>(HEAD);
  return head ?? { number: '0', hash: START.hash };
}

function linkOf({ number, hash }: KnownLink): Link {
  return { number: BigInt(number), hash };
}
