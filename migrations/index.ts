import { CreateApplications1792000000001 } from './1792000000001-create-applications.js';
import { CreateUsers1792000000002 } from './1792000000002-create-users.js';
import { CreateIdentities1792000000003 } from './1792000000003-create-identities.js';
import { CreateSessions1792000000004 } from './1792000000004-create-sessions.js';
import { CreateSessionEvents1792000000005 } from './1792000000005-create-session-events.js';
import { CreateLoginAttempts1792000000006 } from './1792000000006-create-login-attempts.js';
import { ExtendApplications1792000000007 } from './1792000000007-extend-applications.js';
import { CreateApplicationHosts1792000000008 } from './1792000000008-create-application-hosts.js';
import { ExtendUsers1792000000009 } from './1792000000009-extend-users.js';
import { CreateRecords1792000000010 } from './1792000000010-create-records.js';
import { CreateApplicationEvents1792000000011 } from './1792000000011-create-application-events.js';
import { EndSessionsWithTheirApplication1792000000012 } from './1792000000012-end-sessions-with-their-application.js';
import { CreateServiceKeys1792000000013 } from './1792000000013-create-service-keys.js';
import { ExtendEvents1792000000014 } from './1792000000014-extend-events.js';
import { CreateEventLogs1792000000015 } from './1792000000015-create-event-logs.js';
import { CreateWebhooks1792000000016 } from './1792000000016-create-webhooks.js';
import { CreateWebhookQueue1792000000017 } from './1792000000017-create-webhook-queue.js';
import { AllowAuditors1792000000018 } from './1792000000018-allow-auditors.js';
import { DescribeSessions1792000000019 } from './1792000000019-describe-sessions.js';
import { IndexHistory1792000000020 } from './1792000000020-index-history.js';
import { NameWhoEndedSessions1792000000021 } from './1792000000021-name-who-ended-sessions.js';
import { CreateJobs1792000000022 } from './1792000000022-create-jobs.js';
import { CreateLastLogins1792000000023 } from './1792000000023-create-last-logins.js';
import { CreateUserLinks1792000000024 } from './1792000000024-create-user-links.js';
import { CreateAuditLog1792000000025 } from './1792000000025-create-audit-log.js';
import { CreateStatisticsHours1792000000026 } from './1792000000026-create-statistics-hours.js';
import { KeepLimitsAsIntervals1792000000027 } from './1792000000027-keep-limits-as-intervals.js';
import { WriteEndingsTogether1792000000028 } from './1792000000028-write-endings-together.js';
import { KeepLoosenedLimits1792000000029 } from './1792000000029-keep-loosened-limits.js';
import { EndSessionsAheadOfTheClock1792000000030 } from './1792000000030-end-sessions-ahead-of-the-clock.js';
import { FindLastLoginsByKey1792000000031 } from './1792000000031-find-last-logins-by-key.js';

/** In the order in which they were released; one already released is never edited. */
export const MIGRATIONS = [
  CreateApplications1792000000001,
  CreateUsers1792000000002,
  CreateIdentities1792000000003,
  CreateSessions1792000000004,
  CreateSessionEvents1792000000005,
  CreateLoginAttempts1792000000006,
  ExtendApplications1792000000007,
  CreateApplicationHosts1792000000008,
  ExtendUsers1792000000009,
  CreateRecords1792000000010,
  CreateApplicationEvents1792000000011,
  EndSessionsWithTheirApplication1792000000012,
  CreateServiceKeys1792000000013,
  ExtendEvents1792000000014,
  CreateEventLogs1792000000015,
  CreateWebhooks1792000000016,
  CreateWebhookQueue1792000000017,
  AllowAuditors1792000000018,
  DescribeSessions1792000000019,
  IndexHistory1792000000020,
  NameWhoEndedSessions1792000000021,
  CreateJobs1792000000022,
  CreateLastLogins1792000000023,
  CreateUserLinks1792000000024,
  CreateAuditLog1792000000025,
  CreateStatisticsHours1792000000026,
  KeepLimitsAsIntervals1792000000027,
  WriteEndingsTogether1792000000028,
  KeepLoosenedLimits1792000000029,
  EndSessionsAheadOfTheClock1792000000030,
  FindLastLoginsByKey1792000000031,
];
