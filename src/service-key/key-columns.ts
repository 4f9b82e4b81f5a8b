import type { TextRow } from '../database/store.js';
import { uuidOf } from '../session/session-token.js';
import type { CallingService } from './calling-service.js';
import type { KeySecret } from './key-secret.js';
import type { Scope } from './scope.js';

/** What a statement selects to know a key; `keyOf` reads it. A use is noted once a minute. */
export const KEY_COLUMNS = `
  encode(service_keys.secret_hash, 'hex'),
  case when service_keys.previous_until > now() then encode(service_keys.previous_secret_hash, 'hex') end,
  service_keys.name, to_json(service_keys.scopes), service_keys.application_id,
  coalesce(service_keys.last_used_at < now() - interval '1 minute', true)`;
const KEY_COLUMN_COUNT = 6;

/** Judged by the database's clock. A key dies with its application, and sleeps while that one is disabled. */
export const KEY_IS_LIVE = `
  (service_keys.expires_at is null or service_keys.expires_at > now())
  and (service_keys.application_id is null or exists (
    select from applications where applications.id = service_keys.application_id and applications.status = 'active'))`;

/** A service, and whether it is time to note that its key is in use. */
export interface KnownService extends CallingService {
  readonly isNoteDue: boolean;
}

/** Reads KEY_COLUMNS, which begin at `from`; undefined where no row was found, or another secret is stored. */
export function keyOf(secret: KeySecret, row: TextRow, from: number): KnownService | undefined {
  const [stored, previous, name, scopes, applicationId, isNoteDue] = row.slice(from, from + KEY_COLUMN_COUNT);
  if (!stored || !(secret.matches(stored) || (previous && secret.matches(previous)))) return undefined;
  return {
    keyId: uuidOf(secret.keyId),
    name: name!,
    scopes: JSON.parse(scopes!) as Scope[],
    applicationId: applicationId ?? null,
    isNoteDue: isNoteDue === 't',
  };
}
