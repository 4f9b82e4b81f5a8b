import { DomainError } from '../../errors/domain.error.js';
import { Refuses, type Refusal } from '../../errors/refuses.decorator.js';
import { BackendlessRefusal } from './backendless-refusal.js';

const TOO_LONG = new BackendlessRefusal(8000, 'The value of password is too long');
const MALFORMED = new BackendlessRefusal(3040, 'The e-mail is malformed');
const ID_GIVEN = new BackendlessRefusal(3039, 'The property id is not allowed');
const NO_TEXT = new BackendlessRefusal(3038, 'The value of name is no text');
const WEAK = new DomainError('VALIDATION_FAILED', 'The password must have at least 8 characters.', {
  faults: [{ field: 'password', message: 'must have at least 8 characters' }],
});

/** What every route may refuse on this wire, and what this one refuses beside that. */
export function RefusesHere(...refusals: Refusal[]): MethodDecorator {
  return Refuses('APPLICATION_INVALID', 'APPLICATION_UNKNOWN', ...refusals);
}

/** Everything for which a login may be refused. */
export function RefusesLogin(): MethodDecorator {
  return RefusesHere(
    'BODY_UNREADABLE',
    new BackendlessRefusal(3038, 'Login and password are both needed, as text'),
    new BackendlessRefusal(3006, 'Login and password cannot be empty'),
    TOO_LONG,
    'CREDENTIALS_REJECTED',
    new BackendlessRefusal(2014, 'A login by objectId needs the key of server code'),
    new BackendlessRefusal(1000, 'There is no user with this objectId'),
    'LOGIN_LOCKED',
    'USER_DISABLED',
    new DomainError('SESSION_LIMIT_REACHED', 'The first login wins, and this user is logged in.', { limit: 1 }),
    'SESSION_LIMIT_REACHED',
    'LOGIN_LIMITED',
  );
}

/** The same for a registration; the last ones are about the guest whom it names. */
export function RefusesRegistration(): MethodDecorator {
  return RefusesHere(
    'BODY_UNREADABLE',
    new BackendlessRefusal(3011, 'The password is missing'),
    WEAK,
    new BackendlessRefusal(3013, 'The identity is missing: email, login or username'),
    MALFORMED,
    ID_GIVEN,
    NO_TEXT,
    TOO_LONG,
    'PROPERTY_MISSING',
    'REGISTRATION_CLOSED',
    'IDENTITY_TAKEN',
    'LOGIN_LIMITED',
    new BackendlessRefusal(3029, 'Only the guest can register under this objectId: send the user-token'),
    new BackendlessRefusal(1000, 'There is no user with this objectId'),
    'SESSION_UNKNOWN',
    'USER_DISABLED',
  );
}

/** The same for a change of the caller's own user. */
export function RefusesUpdate(): MethodDecorator {
  return RefusesHere(
    'BODY_UNREADABLE',
    new BackendlessRefusal(3030, 'No user can have this objectId'),
    new BackendlessRefusal(3045, 'The email cannot be empty'),
    'PROPERTY_MISSING',
    MALFORMED,
    ID_GIVEN,
    NO_TEXT,
    WEAK,
    TOO_LONG,
    new BackendlessRefusal(3029, 'This is the record of another user'),
    'IDENTITY_TAKEN',
    'USER_DISABLED',
  );
}

/** The same for the question whether a password is right. */
export function RefusesVerification(): MethodDecorator {
  const missing = new BackendlessRefusal(3038, 'The password is missing');
  return RefusesHere('BODY_UNREADABLE', missing, TOO_LONG, 'LOGIN_LIMITED', 'USER_DISABLED');
}

/** A recovery is refused where the application tells who is known: always, for nothing can be sent. */
export function RefusesRecovery(): MethodDecorator {
  return RefusesHere(
    new BackendlessRefusal(3020, 'There is no user with this identity'),
    new BackendlessRefusal(5050, 'The message could not be delivered: this server sends no mail'),
    'LOGIN_LIMITED',
  );
}
