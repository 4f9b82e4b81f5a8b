import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Application } from '../application/application.entity.js';
import { ApplicationService } from '../application/application.service.js';
import { DomainError } from '../errors/domain.error.js';
import type { SessionClient } from '../session/session-facts.js';
import { UserRegister, type NewUser } from '../user/user-register.js';
import type { KnownUser } from '../user/user.service.js';
import { CredentialService } from './credential.service.js';

/** Lets people in who register themselves, as far as their application wants that. Starts no session. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly users: UserRegister,
    private readonly credentials: CredentialService,
  ) {}

  /**
   * Properties that the application did not declare are dropped where it wants that. `guestId` makes a full user of a guest.
   * Refuses REGISTRATION_CLOSED, PROPERTY_MISSING with the names, LOGIN_LIMITED, and as `UserService.register` does.
   */
  async register(
    applicationId: string,
    newUser: Omit<NewUser, 'roles' | 'id'>,
    client: Pick<SessionClient, 'ip'>,
    guestId?: string,
  ): Promise<KnownUser> {
    const application = await this.applications.getActive(applicationId);
    if (!application.isRegistrationOpen) throw closed('This application does not let people register themselves.');
    const properties = keptProperties(application, newUser.properties);
    refuseMissing(application, { ...newUser, name: newUser.displayName, ...properties });
    await this.credentials.admitRegistration(applicationId, newUser.username ?? newUser.email ?? '', client);
    const complete = { ...newUser, properties };
    return guestId === undefined
      ? this.users.register(applicationId, complete)
      : this.users.registerAsGuest(applicationId, guestId, complete);
  }

  /** A user without credentials. Refuses REGISTRATION_CLOSED where the application has no guests. */
  async registerGuest(applicationId: string, client: Pick<SessionClient, 'ip'>): Promise<KnownUser> {
    const { isGuestAllowed } = await this.applications.getActive(applicationId);
    if (!isGuestAllowed) throw closed('This application has no guests.');
    await this.credentials.admitRegistration(applicationId, `guest ${randomUUID()}`, client);
    return this.users.registerGuest(applicationId);
  }
}

/** What an application keeps of a user's properties: all of them, or those that it declared. */
export function keptProperties(
  { hasDynamicProperties, propertyNames, requiredProperties }: Application,
  properties: Record<string, unknown> = {},
): Record<string, unknown> {
  if (hasDynamicProperties) return properties;
  const declared = new Set([...propertyNames, ...requiredProperties]);
  return Object.fromEntries(Object.entries(properties).filter(([name]) => declared.has(name)));
}

function refuseMissing({ requiredProperties }: Application, given: Record<string, unknown>): void {
  const missing = requiredProperties.filter((name) => given[name] === undefined || given[name] === null);
  refuseAny(missing);
}

function refuseAny(missing: string[]): void {
  if (missing.length === 0) return;
  throw new DomainError('PROPERTY_MISSING', `Required: ${missing.join(', ')}.`, {
    faults: missing.map((field) => ({ field, message: 'is required' })),
  });
}

/** Refuses PROPERTY_MISSING where a change would empty what the application requires. */
export function refuseEmptied({ requiredProperties }: Application, changes: Record<string, unknown>): void {
  refuseAny(requiredProperties.filter((name) => changes[name] === null || changes[name] === ''));
}

function closed(message: string): DomainError {
  return new DomainError('REGISTRATION_CLOSED', message);
}
