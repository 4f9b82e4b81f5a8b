import { SURFACE_KEY } from './surfaces.js';

/** Catalogue group L: credentials that are refused, though nothing is wrong with their form. */
export interface LoginRow {
  title: string;
  login: string;
  password: string;
}

export const OWNER = 'owner@example.test';
/** Longer than the 72 bytes at which bcrypt would stop to look. */
export const SECRET =
  'Correct horse battery staple, and a good many words more until byte seventy-three lies well behind us';
export const DISABLED = 'disabled@example.test';
/** Came with a bcrypt, which knows no more than 72 bytes of a password, and a password of just so many. */
export const LONGWORDS = 'longwords@example.test';
export const MOST = 'x1'.repeat(36);

const changedAt = (place: number): string => `${SECRET.slice(0, place)}#${SECRET.slice(place + 1)}`;

export const REJECTED: LoginRow[] = [
  { title: 'bad L1 unknown user', login: 'nobody@example.test', password: SECRET },
  { title: 'bad L2 wrong password', login: OWNER, password: 'not the password at all' },
  { title: 'bad L2 another byte 73', login: OWNER, password: changedAt(72) },
  { title: 'bad L2 cut off after byte 72', login: OWNER, password: SECRET.slice(0, 72) },
  { title: 'bad L2 another last byte', login: OWNER, password: changedAt(SECRET.length - 1) },
  { title: 'bad L3 disabled user with the right password', login: DISABLED, password: SECRET },
  { title: 'bad L6 73 bytes of which an imported bcrypt knows the first 72', login: LONGWORDS, password: `${MOST}y` },
  { title: 'bad L7 a NUL and more behind the password', login: OWNER, password: `${SECRET}\0more` },
  { title: 'bad L7 a NUL in front of the password', login: OWNER, password: `\0${SECRET}` },
  { title: 'bad L7 a NUL behind the name', login: `${OWNER}\0`, password: SECRET },
  { title: 'bad L8 a compatible letter in the password', login: OWNER, password: SECRET.replace('C', 'Ｃ') },
  { title: 'bad L13 a name with CRLF', login: `${OWNER}\r\nSet-Cookie: a=b`, password: SECRET },
  { title: 'bad L13 a name with ESC', login: `\u001b[31m${OWNER}`, password: SECRET },
  { title: 'bad L13 a name with U+202E', login: `\u202e${OWNER}`, password: SECRET },
  { title: 'bad L14 a space behind the name', login: `${OWNER} `, password: SECRET },
  { title: 'bad L14 a space behind the password', login: OWNER, password: `${SECRET} ` },
  { title: 'bad L14 the password in another case', login: OWNER, password: SECRET.toUpperCase() },
  { title: 'bad L14 SQL as the name', login: `' or 1=1--`, password: SECRET },
  { title: 'bad L14 a wildcard as the name', login: 'owner@%', password: SECRET },
];

/** Refused by their form, before anything is hashed. */
export const UNFIT: { title: string; login: unknown; password: unknown; status: 400 | 413 }[] = [
  { title: 'bad L4 a password of 1 MiB', login: OWNER, password: 'x'.repeat(1_048_576), status: 413 },
  { title: 'bad L5 a password of 1,025 bytes', login: OWNER, password: 'x'.repeat(1_025), status: 400 },
  {
    title: 'bad L5 a password of 1,025 bytes in 513 letters',
    login: OWNER,
    password: `x${'é'.repeat(512)}`,
    status: 400,
  },
  { title: 'bad L5 an empty password', login: OWNER, password: '', status: 400 },
  { title: 'bad L15 a name of 10 KiB', login: 'x'.repeat(10_240), password: SECRET, status: 400 },
  { title: 'bad L15 an empty name', login: '', password: SECRET, status: 400 },
  { title: 'bad L16 {"$ne":null} as the password', login: OWNER, password: { $ne: null }, status: 400 },
  { title: 'bad L16 {"$ne":null} as the name', login: { $ne: null }, password: SECRET, status: 400 },
  { title: 'bad L16 a list of names', login: [OWNER], password: SECRET, status: 400 },
];

/** Where people log in. */
export interface LoginWire {
  name: string;
  url: string;
  field: 'login' | 'username';
  /** The one answer for every failure. */
  refusal: object;
  /** Its clients tell a disabled user from a wrong password, once the password was right. */
  tellsDisabled?: true;
  /** A NUL is refused by its form, in any text. */
  refusesNul?: true;
  /** What it answers where the store does not, beside 503. */
  storeAway?: 500;
  /** A failed login is a 200 whose body says so, whatever was wrong with it. */
  isAlways200?: true;
}

export const LOGINS: LoginWire[] = [
  { name: 'native', url: '/api/v1/auth/login', field: 'login', refusal: { status: 401, code: 'CREDENTIALS_REJECTED' } },
  {
    name: 'Dittofi',
    url: '/v1/login',
    field: 'username',
    refusal: { error: { code: 'unauthorized', message: 'invalid login credentials' } },
  },
  {
    name: 'Backendless',
    url: '/api/users/login',
    field: 'login',
    refusal: { code: 3003, errorData: {} },
    tellsDisabled: true,
    storeAway: 500,
  },
  {
    name: 'Rested',
    url: `/api/1/ce/examples/auth?key=${SURFACE_KEY}&login=true`,
    field: 'username',
    refusal: { error: { status: 401 } },
    refusesNul: true,
  },
  {
    name: 'Elvis',
    url: '/services/login',
    field: 'username',
    refusal: { loginSuccess: false, loginFaultMessage: 'The credentials were not accepted.' },
    tellsDisabled: true,
    isAlways200: true,
  },
];
