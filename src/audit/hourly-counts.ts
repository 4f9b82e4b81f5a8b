import type { Sql } from '../database/background-store.js';
import type { AuditDraft } from './audit-chain.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

const COUNT = `
  insert into statistics_hours (hour, application_id, kind, contract, reason, count)
  select hour, application_id, kind, contract, reason, count
  from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[])
       as counted (hour, application_id, kind, contract, reason, count)
  order by hour, application_id, kind, contract, reason
  on conflict (hour, application_id, kind, contract, reason) do update set count = statistics_hours.count + excluded.count`;

/** Counts logins, refused logins and endings by the hour in which they occurred: within the transaction that records them, so each once. */
export async function countByHour(run: Sql, drafts: readonly AuditDraft[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const draft of drafts) {
    const kind = kindOf(draft);
    if (!kind) continue;
    const { occurredAt, applicationId, contract } = draft;
    const key = [`${occurredAt.slice(0, 13)}:00:00Z`, applicationId ?? NOBODY, ...kind, contract ?? ''];
    const text = JSON.stringify(key);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const keys = [...counts.keys()].map((key) => JSON.parse(key) as string[]);
  const column = (index: number): string[] => keys.map((key) => key[index]!);
  await run(COUNT, [column(0), column(1), column(2), column(4), column(3), [...counts.values()]]);
}

function kindOf({ act, outcome, code, details }: AuditDraft): [kind: string, reason: string] | undefined {
  if (act === 'session.started') return ['login', ''];
  if (act === 'session.ended') return ['ending', (JSON.parse(details) as { cause?: string }).cause ?? ''];
  if (act === 'login' && outcome === 'refused') return ['refusal', code ?? ''];
  return undefined;
}
