import type { Sql } from '../../database/background-store.js';
import { counted } from '../table.js';
import { bad, odd, well, type Finding } from './finding.js';

const MANY_DEAD = 10_000;

/** What the tables hold: rows that wait for vacuum or the sweeper, deliveries that nobody got, old keys, quiet administrators. */
export async function checkTables(sql: Sql): Promise<Finding[]> {
  return [
    await deadRowsOf(sql),
    await sweeperOf(sql),
    await webhooksOf(sql),
    ...(await keysOf(sql)),
    ...(await administratorsOf(sql)),
  ];
}

async function deadRowsOf(sql: Sql): Promise<Finding> {
  const [row] = await sql<{ live: number; dead: number }>(
    `select n_live_tup::int as live, n_dead_tup::int as dead from pg_stat_user_tables
     where relid = to_regclass('sessions')`,
  );
  const { live, dead } = row!;
  const detail = `sessions: some ${live.toLocaleString('en-US')} rows, ${dead.toLocaleString('en-US')} dead ones`;
  if (dead < MANY_DEAD + live / 2) return well('bloat', detail);
  return odd('bloat', detail, 'vacuum (analyze) sessions; and see whether something holds vacuum back.');
}

async function sweeperOf(sql: Sql): Promise<Finding> {
  const [row] = await sql<{ lag: number }>(
    `select coalesce(extract(epoch from now() - min(expires_at)), 0)::float8 as lag from sessions where expires_at <= now()`,
  );
  const minutes = Math.floor(row!.lag / 60);
  if (minutes < 15) return well('sweeper', 'expired sessions are swept');
  const detail = `The oldest expired session is ${counted(minutes, 'minute')} past its end, and still has its row.`;
  return odd('sweeper', detail, 'Is a node running? Its log says what keeps the sweeper.');
}

async function webhooksOf(sql: Sql): Promise<Finding> {
  const [row] = await sql<{ dead: number; given: number }>(
    `select (select count(*)::int from webhook_deliveries where status = 'dead') as dead,
            (select count(*)::int from webhook_endpoints where status = 'disabled' and disabled_by = 'receiver') as given`,
  );
  const { dead, given } = row!;
  if (dead + given === 0) return well('webhooks', 'no dead delivery');
  const detail = `${counted(dead, 'dead delivery').replace(/ys$/, 'ies')}, ${counted(given, 'endpoint')} that answered 410`;
  return odd(
    'webhooks',
    detail,
    'See GET /api/v1/admin/webhooks/{id}/deliveries?status=dead, mend the receiver, replay.',
  );
}

async function keysOf(sql: Sql): Promise<Finding[]> {
  const [row] = await sql<{ lasting: number; unused: number; expired: number }>(
    `select count(*) filter (where expires_at is null)::int as lasting,
            count(*) filter (where expires_at <= now())::int as expired,
            count(*) filter (where coalesce(last_used_at, created_at) < now() - interval '90 days')::int as unused
     from service_keys`,
  );
  const { lasting, unused, expired } = row!;
  const findings: Finding[] = [];
  if (lasting > 0)
    findings.push(
      odd('keys', `${counted(lasting, 'service key')} without an end`, 'Give keys an end: keys create --expires 90d.'),
    );
  if (unused > 0)
    findings.push(
      odd(
        'keys',
        `${counted(unused, 'service key')} unused for 90 days`,
        'End them: curfew keys list, curfew keys end.',
      ),
    );
  if (expired > 0)
    findings.push(
      odd('keys', `${counted(expired, 'expired service key')} still listed`, 'They open nothing; end them.'),
    );
  return findings.length > 0 ? findings : [well('keys', 'every service key has an end and is used')];
}

async function administratorsOf(sql: Sql): Promise<Finding[]> {
  const [known] = await sql<{ isKnown: boolean }>(`select to_regclass('last_logins') is not null as "isKnown"`);
  // Without a table of last logins it is known of those alone who are in.
  const login = known!.isKnown
    ? '(select at from last_logins where user_id = users.id)'
    : '(select max(created_at) from sessions where user_id = users.id)';
  const [row] = await sql<{ count: number; quiet: number }>(
    `select count(*)::int as count,
            count(*) filter (where coalesce(${login}, created_at) < now() - interval '90 days')::int as quiet
     from users where status = 'active' and 'admin' = any(roles)
       and application_id = (select id from applications order by created_at, id limit 1)`,
  );
  const { count, quiet } = row!;
  if (count === 0)
    return [bad('administrators', 'Nobody administers the first application.', 'curfew users add … --role admin')];
  const findings = [well('administrators', counted(count, 'administrator'))];
  if (quiet > 0)
    findings.push(
      odd(
        'administrators',
        `${counted(quiet, 'administrator')} without a login for 90 days`,
        'Disable who has left: curfew users disable.',
      ),
    );
  return findings;
}
