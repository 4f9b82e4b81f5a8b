import { CreateApplications1792000000001 } from './1792000000001-create-applications.js';
import { CreateUsers1792000000002 } from './1792000000002-create-users.js';
import { CreateIdentities1792000000003 } from './1792000000003-create-identities.js';
import { CreateSessions1792000000004 } from './1792000000004-create-sessions.js';
import { CreateSessionEvents1792000000005 } from './1792000000005-create-session-events.js';
import { CreateLoginAttempts1792000000006 } from './1792000000006-create-login-attempts.js';

/** In the order in which they were released; one already released is never edited. */
export const MIGRATIONS = [
  CreateApplications1792000000001,
  CreateUsers1792000000002,
  CreateIdentities1792000000003,
  CreateSessions1792000000004,
  CreateSessionEvents1792000000005,
  CreateLoginAttempts1792000000006,
];
