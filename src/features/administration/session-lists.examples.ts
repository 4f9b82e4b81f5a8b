import type { FoundSessionAnswer } from './session-lists.dto.js';

/** A session as exports show it. */
export const FOUND_SESSION: FoundSessionAnswer = {
  id: '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f',
  userId: '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80',
  username: 'alice@example.org',
  roles: ['editor'],
  applicationId: '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f',
  contract: 'native',
  browser: 'Chrome 156',
  system: 'Linux',
  address: '203.0.113.7',
  label: 'My laptop',
  createdAt: '2026-11-20T18:00:00.000Z',
  lastSeenAt: '2026-11-20T18:12:00.000Z',
  idleUntil: '2026-11-20T19:12:00.000Z',
  expiresAt: '2026-11-21T18:00:00.000Z',
};
