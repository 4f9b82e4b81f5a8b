import type { AuditReport } from './audit-verification.js';
import type { AuditFinding } from './audit-walk.js';

const WORDS: Record<AuditFinding['kind'], string> = {
  missing: 'missing',
  altered: 'altered',
  out_of_order: 'out of order',
  foreign: 'not of this log',
  head: 'another end than promised',
  beginning: 'another beginning than promised',
};

/** What a verification has found, in lines for people: each finding, then what the log is. */
export function auditReportLines({ rows, first, last, head, findings }: AuditReport): string[] {
  const lines = findings.map(({ kind, from, to, detail }) => `${placeOf(from, to)}: ${WORDS[kind]}: ${detail}`);
  const span = first === null ? '' : `, written from ${first} to ${last}`;
  return [
    ...lines,
    `${rows} rows${span}`,
    `head: number ${head.number}, hash ${head.hash}`,
    findings.length === 0 ? 'the log is whole' : counted(findings.length),
  ];
}

function placeOf(from: string, to: string): string {
  return from === to ? `number ${from}` : `numbers ${from} to ${to}`;
}

function counted(findings: number): string {
  return findings === 1 ? '1 finding' : `${findings} findings`;
}
