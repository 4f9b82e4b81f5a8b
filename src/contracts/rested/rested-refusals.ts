import { DomainError } from '../../errors/domain.error.js';
import type { Refusal } from '../../errors/refuses.decorator.js';

const WRONG_MASTER = new DomainError('FORBIDDEN', 'The master key is not one of this application.');
const NOT_OWNER = new DomainError('FORBIDDEN', 'Only the owner reads, changes or deletes a user.');
const BAD_ID = new DomainError('VALIDATION_FAILED', 'uniqueId: must be 32 hexadecimal digits');
const BAD_EXPRESSION = new DomainError('VALIDATION_FAILED', 'jsonata: must be an expression of at most 2048 bytes');
const CHANGED_MEANWHILE = new DomainError(
  'PASSWORD_REJECTED',
  'The password was changed meanwhile. Nothing was changed now.',
);

/** What every operation may be refused with before it begins. */
export const REFUSED_ANYWHERE: Refusal[] = [
  'APPLICATION_UNKNOWN',
  'ENDPOINT_UNKNOWN',
  'REQUEST_INVALID',
  'KEY_MISSING',
  'ORIGIN_REFUSED',
  WRONG_MASTER,
];

export const REFUSED_POST: Refusal[] = [
  'CREDENTIALS_REJECTED',
  'SESSION_UNKNOWN',
  'REGISTRATION_CLOSED',
  'IDENTITY_TAKEN',
  'PROPERTY_MISSING',
  'SESSION_LIMIT_REACHED',
  'LOGIN_LIMITED',
  'LOGIN_LOCKED',
  'BODY_UNREADABLE',
  'VALIDATION_FAILED',
];

export const REFUSED_GET: Refusal[] = ['SESSION_UNKNOWN', NOT_OWNER, 'NOT_FOUND', BAD_ID, BAD_EXPRESSION];

export const REFUSED_PUT: Refusal[] = [
  'SESSION_UNKNOWN',
  NOT_OWNER,
  'NOT_FOUND',
  'IDENTITY_TAKEN',
  'PROPERTY_MISSING',
  CHANGED_MEANWHILE,
  'BODY_UNREADABLE',
  'VALIDATION_FAILED',
  BAD_ID,
];

export const REFUSED_DELETE: Refusal[] = ['SESSION_UNKNOWN', NOT_OWNER, 'NOT_FOUND', BAD_ID];
