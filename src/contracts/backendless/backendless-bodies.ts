import type { OwnChanges } from '../../auth/own-user.service.js';
import type { NewUser } from '../../user/user-register.js';
import type { KnownUser } from '../../user/user.service.js';
import type { Members } from './backendless-body.pipe.js';
import { BackendlessRefusal } from './backendless-refusal.js';
import { idOf } from './backendless.address.js';
import { keptBeside, mergedProperties, refuseUnfit, textOf } from './backendless-properties.js';
import { EMAIL_SHAPE } from '../../user/email-shape.js';

/** What a login offers: a name and a password, or the id of a user for whom a server vouches. */
export type Offer = { userId: string } | { login: string; password: string };

const IDENTITIES = ['email', 'login', 'username'] as const;
const MAX_IDENTITY = 254;
const MAX_PASSWORD_BYTES = 1_024;

/** Refuses 3038 for what is missing, 3006 for what is empty, 8000 for what is too long, and 2014 for an id without a server's key. */
export function offerOf({ login, password, objectId }: Members, isServer: boolean): Offer {
  if (objectId !== undefined && login === undefined && password === undefined) {
    if (!isServer) throw new BackendlessRefusal(2014, 'A login by objectId needs the key of server code');
    return { userId: userIdIn(objectId) };
  }
  const name = typeof login === 'number' ? String(login) : login;
  if (typeof name !== 'string' || typeof password !== 'string')
    throw new BackendlessRefusal(3038, 'Login and password are both needed, as text');
  if (name === '' || password === '') throw new BackendlessRefusal(3006, 'Login and password cannot be empty');
  refuseLong('login', name.length > MAX_IDENTITY);
  refuseLong('password', Buffer.byteLength(password) > MAX_PASSWORD_BYTES);
  return { login: name, password };
}

/** Who registers; and the guest who becomes that user, where one is named. The first of three properties is the identity. */
export function registrationOf(body: Members): { newUser: NewUser; guestId: string | undefined } {
  refuseUnfit(body);
  const password = passwordIn(body, 3011);
  const identity = IDENTITIES.find((name) => body[name] !== undefined && body[name] !== null);
  if (password === undefined) throw new BackendlessRefusal(3011, 'The password is missing');
  if (identity === undefined) throw new BackendlessRefusal(3013, 'The identity is missing: email, login or username');
  const name = identityIn(body, identity, 3013);
  const newUser: NewUser = {
    ...(identity === 'email' ? { email: name } : { username: name }),
    password,
    displayName: textOf(body['name'], 'name') ?? null,
    properties: keptBeside(body, identity === 'email' ? ['email'] : ['login', 'username', 'email']),
  };
  const { objectId } = body;
  if (objectId === undefined || objectId === null) return { newUser, guestId: undefined };
  return { newUser, guestId: userIdIn(objectId) };
}

/** What an update changes; what it leaves out stays. The property that is the identity renames, the others are kept as they come. */
export function updateOf(body: Members): { changesOf: (user: KnownUser) => OwnChanges; password: string | undefined } {
  refuseUnfit(body);
  const password = passwordIn(body, 3045);
  const displayName = textOf(body['name'], 'name');
  const changesOf = (user: KnownUser): OwnChanges => {
    const isByEmail = user.username === user.email;
    const names = IDENTITIES.filter((name) => (name === 'email') === isByEmail && name in body);
    // A client that sends the whole user changes one of the two names, and sends the other as it was.
    const identity = names.find((name) => body[name] !== user.username);
    const renamed = identity === undefined ? undefined : identityIn(body, identity, 3045);
    const email = isByEmail || !('email' in body) ? user.email : secondEmailIn(body);
    const given = keptBeside(body, isByEmail ? ['email'] : ['login', 'username', 'email']);
    return {
      ...(renamed !== undefined && { username: renamed, ...(isByEmail && { email: renamed }) }),
      ...(!isByEmail && email !== user.email && { email }),
      ...(displayName !== undefined && { displayName }),
      ...(Object.keys(given).length > 0 && { properties: mergedProperties(user.properties, given) }),
    };
  };
  return { changesOf, password };
}

/** The id of a user, named by an objectId. Refuses 1000 for what can be none. */
export function userIdIn(objectId: unknown): string {
  const id = idOf(objectId);
  if (id === undefined) throw new BackendlessRefusal(1000, 'There is no user with this objectId');
  return id;
}

/** Refuses 3038 for what is no text. */
export function passwordToVerify({ password }: Members): string {
  if (typeof password !== 'string' || password === '') throw new BackendlessRefusal(3038, 'The password is missing');
  refuseLong('password', Buffer.byteLength(password) > MAX_PASSWORD_BYTES);
  return password;
}

function passwordIn({ password }: Members, missing: 3011 | 3045): string | undefined {
  if (password === undefined) return undefined;
  if (typeof password !== 'string' || password === '')
    throw new BackendlessRefusal(missing, 'The password cannot be empty');
  refuseLong('password', Buffer.byteLength(password) > MAX_PASSWORD_BYTES);
  return password;
}

function identityIn(body: Members, identity: (typeof IDENTITIES)[number], missing: 3013 | 3045): string {
  const given = body[identity];
  const name = typeof given === 'number' ? String(given) : given;
  if (typeof name !== 'string' || name === '') throw new BackendlessRefusal(missing, `The ${identity} cannot be empty`);
  refuseLong(identity, name.length > MAX_IDENTITY);
  if (identity === 'email' && !EMAIL_SHAPE.test(name)) throw new BackendlessRefusal(3040, 'The e-mail is malformed');
  return name;
}

/** The e-mail of a user who has another identity: it may go. */
function secondEmailIn(body: Members): string | null {
  return body['email'] === null ? null : identityIn(body, 'email', 3045);
}

function refuseLong(name: string, isLong: boolean): void {
  if (isLong) throw new BackendlessRefusal(8000, `The value of ${name} is too long`);
}
