import type { CallingService } from '../service-key/calling-service.js';
import type { EndedBy, Principal } from '../session/principal.js';

/** Roles of people who administer: `admin` may do everything; which routes are open to the others, each route says. */
export type AdministratorRole = 'admin' | 'auditor' | 'support';

/** Who administers: a person by their session, or a service by its key. */
export type Administrator = { readonly person: Principal } | { readonly service: CallingService };

/** The roles that open administration, wholly or in part. Whoever gives one makes an administrator. */
export const ADMINISTRATOR_ROLES: ReadonlySet<string> = new Set<AdministratorRole>(['admin', 'auditor', 'support']);

/** Who did it, as events and records name them. */
export function actorOf(administrator: Administrator): EndedBy {
  if ('service' in administrator) return { keyId: administrator.service.keyId };
  const { userId, sessionId } = administrator.person;
  return { userId, sessionId };
}
