import { EmbeddedPostgres } from './src/database/embedded-postgres.js';
import { isBehindPooler } from './src/database/pooler.js';
import { createDataSource, migrationOptions } from './src/database/postgres.options.js';
import { readEnvironment } from './src/environment/environment.js';
import { ApplicationKey } from './src/application/application-key.entity.js';
import { ApplicationEvent } from './src/application/application-event.entity.js';
import { ApplicationHost } from './src/application/application-host.entity.js';
import { Application } from './src/application/application.entity.js';
import { AuditBeginning } from './src/audit/audit-beginning.entity.js';
import { AuditEntry } from './src/audit/audit-entry.entity.js';
import { AuditHead } from './src/audit/audit-head.entity.js';
import { AuditNoteRow } from './src/audit/audit-note.entity.js';
import { StatisticsHour } from './src/audit/statistics-hour.entity.js';
import { LoginAttempts } from './src/auth/login-attempt.entity.js';
import { EventLogState } from './src/event/event-log-state.entity.js';
import { JobRow } from './src/job/job.entity.js';
import { StoredRecord } from './src/record/stored-record.entity.js';
import { ServiceKey } from './src/service-key/service-key.entity.js';
import { SessionEvent } from './src/session/session-event.entity.js';
import { Session } from './src/session/session.entity.js';
import { Identity } from './src/user/identity.entity.js';
import { User } from './src/user/user.entity.js';
import { WebhookDelivery } from './src/webhook/webhook-delivery.entity.js';
import { WebhookEndpoint } from './src/webhook/webhook-endpoint.entity.js';
import { WebhookRelayRow } from './src/webhook/webhook-relay.entity.js';
import { MIGRATIONS } from './migrations/index.js';

/** Every table that has a class; the generated-migration check compares the two. */
const ENTITIES = [
  Application,
  ApplicationKey,
  ApplicationHost,
  ApplicationEvent,
  User,
  Identity,
  Session,
  SessionEvent,
  EventLogState,
  LoginAttempts,
  StoredRecord,
  ServiceKey,
  JobRow,
  WebhookEndpoint,
  WebhookDelivery,
  WebhookRelayRow,
  StatisticsHour,
  AuditNoteRow,
  AuditEntry,
  AuditHead,
  AuditBeginning,
];

const { DATABASE_URL, DATA_DIR } = readEnvironment();
// A migration may take longer than a pooler lets it.
if (DATABASE_URL !== undefined && (await isBehindPooler(DATABASE_URL))) {
  process.stderr.write('DATABASE_URL: a pooler; for migrations name PostgreSQL itself\n');
  process.exit(1);
}
const embedded = DATABASE_URL === undefined ? await EmbeddedPostgres.start(DATA_DIR) : undefined;

/** The DataSource of `npm run migrate`: DATABASE_URL, or the embedded database of DATA_DIR, which it starts and stops. */
const dataSource = createDataSource(
  migrationOptions(DATABASE_URL ?? embedded!.url, { entities: ENTITIES, migrations: MIGRATIONS }),
);

const disconnect = dataSource.destroy.bind(dataSource);
dataSource.destroy = async () => {
  await disconnect();
  await embedded?.stop();
};

export default dataSource;
