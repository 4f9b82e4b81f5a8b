import type { PastSessionAnswer } from './history.dto.js';

/** A session that has ended, as exports show it. */
export const PAST_SESSION: PastSessionAnswer = {
  id: '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f',
  userId: '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80',
  username: 'alice@example.org',
  applicationId: '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f',
  contract: 'native',
  browser: 'Chrome 156',
  system: 'Linux',
  address: '203.0.113.7',
  label: 'My laptop',
  createdAt: '2026-11-20T14:00:00.000Z',
  lastSeenAt: '2026-11-20T14:12:00.000Z',
  endedAt: '2026-11-20T14:30:00.000Z',
  cause: 'admin_filter',
  reason: 'Logins from a leaked list',
  endedByUserId: '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f81',
  endedByKeyId: null,
};

/** Of the table, in the order in which people read it. */
export const HISTORY_COLUMNS = Object.keys(PAST_SESSION) as (keyof PastSessionAnswer)[];
