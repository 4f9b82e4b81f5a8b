import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { freshKey } from './application/application-keys.js';
import { ApplicationRegister } from './application/application-register.js';
import { ApplicationService } from './application/application.service.js';
import { SettingError, type Environment } from './environment/environment.js';
import { DomainError } from './errors/domain.error.js';
import { refuseWeakPassword } from './user/password-rules.js';
import { UserRegister } from './user/user-register.js';
import { UserService } from './user/user.service.js';

/** What the founding made and nobody else knows: to be shown once, and never again. */
export interface Secrets {
  applicationId?: string;
  applicationKey?: string;
  adminPassword?: string;
}

/** The same as lines for people; empty where nothing was generated. */
export function toldOnce({ ADMIN_EMAIL }: Environment, secrets: Secrets): string {
  const { adminPassword, applicationId, applicationKey } = secrets;
  const lines = [];
  if (adminPassword) lines.push(`  Administrator   ${ADMIN_EMAIL}`, `  Password        ${adminPassword}`);
  if (applicationId) lines.push(`  Application id  ${applicationId}`);
  if (applicationKey) lines.push(`  Client key      ${applicationKey}`);
  return lines.length > 0 ? `\nShown once, and never again:\n${lines.join('\n')}\n` : '';
}

// Something to try on the wire that has endpoints. Nothing here is open to strangers.
const FIRST_ENDPOINTS = {
  'examples/auth': { kind: 'authentication' },
  'examples/notes': { kind: 'records', isSecure: true },
} as const;

const FOUNDING_LOCK = 5_518_203;

/** The first application and the first administrator, each only where there is none. Answers what was generated. */
export async function found(app: INestApplicationContext, environment: Environment): Promise<Secrets> {
  const dataSource = app.get<DataSource>(getDataSourceToken());
  return dataSource.transaction(async (manager) => {
    await manager.query('select pg_advisory_xact_lock($1)', [FOUNDING_LOCK]);
    if (environment.ADMIN_PASSWORD !== undefined) await refuseWeak(environment.ADMIN_PASSWORD, environment.ADMIN_EMAIL);
    const application = await foundApplication(app, environment);
    return { ...application.secrets, ...(await foundAdministrator(app, application.id, environment)) };
  });
}

async function foundApplication(
  app: INestApplicationContext,
  { APPLICATION_ID, APPLICATION_KEY }: Environment,
): Promise<{ id: string; secrets: Secrets }> {
  const existing = await app.get(ApplicationService).findHome();
  if (existing) {
    if (APPLICATION_ID === undefined || APPLICATION_ID === existing.id) return { id: existing.id, secrets: {} };
    throw new SettingError(
      `APPLICATION_ID: the first application is ${existing.id} already; leave the setting out, or give it this value`,
    );
  }
  const key = APPLICATION_KEY ?? freshKey();
  const { id } = await app.get(ApplicationRegister).create({
    name: 'First application',
    keys: [{ kind: 'client', key }],
    endpoints: FIRST_ENDPOINTS,
    ...(APPLICATION_ID !== undefined && { id: APPLICATION_ID }),
  });
  return {
    id,
    secrets: {
      ...(APPLICATION_ID === undefined && { applicationId: id }),
      ...(APPLICATION_KEY === undefined && { applicationKey: key }),
    },
  };
}

async function foundAdministrator(
  app: INestApplicationContext,
  applicationId: string,
  { ADMIN_EMAIL, ADMIN_PASSWORD }: Environment,
): Promise<Secrets> {
  if (await app.get(UserService).hasRole(applicationId, 'admin')) return {};
  const password = ADMIN_PASSWORD ?? randomBytes(18).toString('base64url');
  try {
    await app.get(UserRegister).register(applicationId, { username: ADMIN_EMAIL, password, roles: ['admin'] });
  } catch (refusal) {
    if (refusal instanceof DomainError && refusal.code === 'IDENTITY_TAKEN')
      throw new SettingError(`ADMIN_EMAIL: ${ADMIN_EMAIL} belongs to a user without the role admin; choose another`);
    throw refusal;
  }
  return ADMIN_PASSWORD === undefined ? { adminPassword: password } : {};
}

// Before anything is made: what is generated is shown once, and a start that stops half-way would have shown nothing.
async function refuseWeak(password: string, name: string): Promise<void> {
  await refuseWeakPassword(password, [name]).catch((refusal: Error) => {
    throw new SettingError(`ADMIN_PASSWORD: ${refusal.message}`);
  });
}
