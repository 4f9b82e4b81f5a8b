import { roleMissing } from '../../auth/administrator.guard.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Principal } from '../../session/principal.js';
import type { ForwardAuthQuery } from './forward-auth.dto.js';

/** Refuses FORBIDDEN whoever is logged in and lacks what the proxy asks for. */
export function refuseUnfit({ roles, applicationId }: Principal, { role, application }: ForwardAuthQuery): void {
  if (application !== undefined && applicationId !== application) throw otherApplication();
  if (role !== undefined && !roles.includes(role)) throw roleMissing(role);
}

/** What a user of another application is told. */
export function otherApplication(): DomainError {
  return new DomainError('FORBIDDEN', 'This is for the users of another application.');
}
