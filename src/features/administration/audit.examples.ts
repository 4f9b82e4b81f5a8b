import type { AuditEntryAnswer } from './audit.dto.js';

/** Of the table, in the order in which people read it. */
export const AUDIT_COLUMNS = [
  'number',
  'occurredAt',
  'act',
  'outcome',
  'code',
  'userId',
  'sessionId',
  'keyId',
  'login',
  'targetType',
  'targetId',
  'applicationId',
  'contract',
  'address',
  'userAgent',
  'requestId',
  'details',
  'recordedAt',
  'hash',
] as const satisfies (keyof AuditEntryAnswer)[];

/** A row as exports show it. */
export const AUDIT_ENTRY: AuditEntryAnswer = {
  number: '4711',
  occurredAt: '2026-11-20T18:15:00.123456Z',
  recordedAt: '2026-11-20T18:15:00.612345Z',
  act: 'login',
  outcome: 'refused',
  code: 'CREDENTIALS_REJECTED',
  userId: null,
  sessionId: null,
  keyId: null,
  login: 'alice@example.org',
  targetType: null,
  targetId: null,
  applicationId: '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f',
  contract: 'native',
  address: '203.0.113.7',
  userAgent: 'curl/8.14.1',
  requestId: '5f0c9ad1e2b3-1',
  details: {},
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};
