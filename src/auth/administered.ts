import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../application/application.service.js';
import { ADMINISTRATOR_ROLES, type Administrator } from './administrator.js';
import { DomainError } from '../errors/domain.error.js';
import { ServiceKeyService } from '../service-key/service-key.service.js';
import { scopeMissing } from './required-scope.guard.js';

/**
 * Which applications an administrator may look after: those of the first one all of them, the others their own. A service
 * key looks after the application that it is bound to, or after all.
 */
@Injectable()
export class Administered {
  constructor(
    private readonly applications: ApplicationService,
    private readonly keys: ServiceKeyService,
  ) {}

  /** The application asked for; left out, the administrator's own. Refuses FORBIDDEN for another's, NOT_FOUND for none. */
  async application(administrator: Administrator, asked?: string): Promise<string> {
    const own = ownOf(administrator);
    const wanted = asked ?? own ?? (await this.applications.findHome())?.id;
    if (wanted !== undefined && wanted === own) return own;
    if (!(await this.isOverAll(administrator))) throw notTheirs();
    if (wanted === undefined || !(await this.applications.exists(wanted)))
      throw new DomainError('NOT_FOUND', 'No such application.');
    return wanted;
  }

  /** The application asked for, as above; null, every one, for those who administer all. Refuses FORBIDDEN and NOT_FOUND. */
  async applicationOrAll(administrator: Administrator, asked: string | null | undefined): Promise<string | null> {
    if (asked !== null) return this.application(administrator, asked);
    await this.all(administrator);
    return null;
  }

  /** The one application to which an administrator is held; undefined where it is every one. */
  async bounds(administrator: Administrator): Promise<string | undefined> {
    return (await this.isOverAll(administrator)) ? undefined : ownOf(administrator)!;
  }

  /** Refuses FORBIDDEN to whoever is held to one application. */
  async all(administrator: Administrator): Promise<void> {
    if (!(await this.isOverAll(administrator))) throw notTheirs();
  }

  /** Refuses FORBIDDEN where administrators would shut out everyone, themselves first. */
  another(administrator: Administrator, asked: string): void {
    if (asked === ownOf(administrator)) throw new DomainError('FORBIDDEN', 'You would shut yourself out.');
  }

  /**
   * Refuses a service that would make someone who administers: SCOPE_MISSING without the scope `admin`, and FORBIDDEN to a
   * key that is bound to the first application, whose administrators look after all, and to one that they would outlive.
   */
  async grant(administrator: Administrator, applicationId: string, roles: readonly string[] = []): Promise<void> {
    if ('person' in administrator || !administers(roles)) return;
    const { scopes, applicationId: bound } = administrator.service;
    if (!scopes.includes('admin')) throw scopeMissing('admin');
    if (bound !== null && (await this.applications.findHome())?.id === applicationId) throw notTheirs();
    await this.lasting(administrator);
  }

  /** Refuses FORBIDDEN to a service whose key expires: what it would make opens doors by itself, and has no end. */
  async lasting(administrator: Administrator): Promise<void> {
    if ('person' in administrator) return;
    const { expiresAt } = await this.keys.get(administrator.service.keyId);
    if (expiresAt !== null) throw expires();
  }

  /** Refuses SCOPE_MISSING to a service that would touch somebody who administers without the scope `admin`. */
  over(administrator: Administrator, { roles }: { readonly roles: readonly string[] }): void {
    if ('person' in administrator || !administers(roles)) return;
    if (!administrator.service.scopes.includes('admin')) throw scopeMissing('admin');
  }

  private async isOverAll(administrator: Administrator): Promise<boolean> {
    if ('service' in administrator) return administrator.service.applicationId === null;
    return (await this.applications.findHome())?.id === administrator.person.applicationId;
  }
}

function administers(roles: readonly string[]): boolean {
  return roles.some((role) => ADMINISTRATOR_ROLES.has(role));
}

function ownOf(administrator: Administrator): string | null {
  return 'person' in administrator ? administrator.person.applicationId : administrator.service.applicationId;
}

function notTheirs(): DomainError {
  return new DomainError('FORBIDDEN', 'This is for those who administer all applications.');
}

/** What a key is told that would make what outlives it. */
export function expires(): DomainError {
  return new DomainError('FORBIDDEN', 'This service key expires, and what it would make does not.');
}
