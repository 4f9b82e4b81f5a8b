import type pg from 'pg';
import { auditReportLines } from '../audit/audit-report.js';
import { verifyAudit, type VerificationTerms } from '../audit/audit-verification.js';
import type { Sql } from '../database/background-store.js';
import { connectionOptions } from '../database/postgres.options.js';
import { PrimaryClient } from '../database/primary-client.js';
import { CommandFailure, EXIT, interrupted } from './command-failure.js';
import type { Answer, Work } from './leaf.js';
import { openOwnDatabase } from './own-database.js';

type Asking = Work<{ head?: string }>;

/** Walks the whole log on a connection of its own that reads and never writes. Throws CommandFailure where it cannot. */
export async function verifyOwnAudit(work: Asking): Promise<Answer> {
  const database = await openOwnDatabase('refuse');
  const client = new PrimaryClient(connectionOptions(database.url, { applicationName: 'curfew audit' }));
  try {
    await client.connect();
    return await walk(client, work);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if ((error as { code?: string }).code === '42P01')
      throw new CommandFailure('This database has no audit log: run `curfew migrate` first.');
    throw new CommandFailure(`The audit log cannot be read: ${(error as Error).message}`);
  } finally {
    await client.end().catch(() => {});
    await database.leave();
  }
}

async function walk(client: pg.Client, { options, terminal, signal }: Asking): Promise<Answer> {
  await client.query('set default_transaction_read_only = on');
  const sql: Sql = async (text, values) => {
    if (signal.aborted) throw interrupted('Interrupted: nothing was proved.');
    return (await client.query(text, values)).rows as never;
  };
  const { rows } = await client.query<{ number: string }>('select number from audit_heads');
  const bar = terminal.progress('rows', Number(rows[0]?.number ?? 0));
  try {
    const terms: VerificationTerms = { head: options.head, tell: (count) => bar.reach(count) };
    const report = await verifyAudit(sql, terms);
    bar.end();
    const exitCode = report.findings.length > 0 ? EXIT.failed : EXIT.done;
    return { json: report, text: `${auditReportLines(report).join('\n')}\n`, exitCode };
  } finally {
    bar.end();
  }
}
