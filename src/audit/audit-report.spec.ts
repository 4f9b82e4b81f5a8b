import { expect, it } from 'vitest';
import { auditReportLines } from './audit-report.js';

const HEAD = { number: '9', hash: 'ab' };
const SPAN = { rows: 9, first: '2026-11-01T00:00:00.000000Z', last: '2026-11-20T00:00:00.000000Z', head: HEAD };

it('a line a finding, then what the log is', () => {
  const findings = [
    { kind: 'missing', from: '2', to: '4', detail: 'rows are gone' },
    { kind: 'altered', from: '7', to: '7', detail: 'the row is not what was hashed' },
  ] as const;

  expect(auditReportLines({ ...SPAN, findings })).toEqual([
    'numbers 2 to 4: missing: rows are gone',
    'number 7: altered: the row is not what was hashed',
    '9 rows, written from 2026-11-01T00:00:00.000000Z to 2026-11-20T00:00:00.000000Z',
    'head: number 9, hash ab',
    '2 findings',
  ]);
});

it('an empty log is whole', () => {
  const report = { rows: 0, first: null, last: null, head: { number: '0', hash: '00' }, findings: [] };

  expect(auditReportLines(report)).toEqual(['0 rows', 'head: number 0, hash 00', 'the log is whole']);
});
