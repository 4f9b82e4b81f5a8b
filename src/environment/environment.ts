import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { distance } from './spelling.js';
import {
  addresses,
  durationMs,
  listOf,
  oneOf,
  origin,
  page,
  port,
  postgresUrl,
  text,
  uuid,
  type Setting,
} from './setting.js';

/** The wires that are built; `CONTRACTS` switches each on or off. */
const CONTRACTS = ['dittofi', 'backendless', 'rested', 'elvis'] as const;
export type ContractName = (typeof CONTRACTS)[number];

const SETTINGS = {
  PORT: port('3000'),
  HOST: text('a host name or address to listen on', /^[\w.:-]{1,253}$/, '127.0.0.1'),
  DATABASE_URL: postgresUrl(),
  DATA_DIR: text('a folder', /\S/, '.data'),
  BASE_URL: origin(),
  ADMIN_EMAIL: text('an e-mail address', /^[^\s@]{1,64}@[^\s@]{1,189}$/, 'admin@localhost'),
  ADMIN_PASSWORD: text('8 to 1,024 characters', /^.{8,1024}$/su),
  APPLICATION_ID: uuid(),
  APPLICATION_KEY: text('8 to 128 letters, digits, dots, hyphens or underscores', /^[\w.-]{8,128}$/),
  SESSION_LIFETIME: durationMs('24h'),
  SESSION_IDLE: durationMs('1h'),
  EVENT_RETENTION: durationMs('30d'),
  AUDIT_RETENTION: durationMs('400d'),
  CONTRACTS: listOf(CONTRACTS, CONTRACTS.join(',')),
  TRUST_PROXY: addresses(),
  LOGIN_PAGE: page(),
  PASSWORD_PAGE: page(),
  ERASE_DELETED_USERS: oneOf(['on', 'off'], 'on'),
  WEBHOOK_ALLOWED_ADDRESSES: addresses(),
  SIGNING_KEY_FILE: text('the path of a file', /\S/),
  MIGRATE: oneOf(['on', 'off'], 'on'),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  LOG_FORMAT: oneOf(['json', 'pretty']),
  NODE_ENV: text('a word such as production', /^\w+$/, 'development'),
} satisfies Record<string, Setting<unknown>>;

type Value<Name extends keyof typeof SETTINGS> = NonNullable<ReturnType<(typeof SETTINGS)[Name]['read']>>;
type Unset =
  | 'DATABASE_URL'
  | 'ADMIN_PASSWORD'
  | 'APPLICATION_ID'
  | 'APPLICATION_KEY'
  | 'SIGNING_KEY_FILE'
  | 'LOGIN_PAGE'
  | 'PASSWORD_PAGE';

/** Every setting, read and checked once. Durations are milliseconds; `BASE_URL` is an origin. */
export type Environment = { readonly [Name in Exclude<keyof typeof SETTINGS, Unset>]: Value<Name> } & {
  readonly [Name in Unset]: Value<Name> | undefined;
} & { readonly isSecureContext: boolean };

/** A setting that cannot be used: one line that names it, its fault and what is allowed. Never shows the value of a secret. */
export class SettingError extends Error {}

/** Reads the settings from the process and from a `.env` file beside it; the process wins. Throws SettingError. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env, file = resolve('.env')): Environment {
  const written = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  refuseUnknown(Object.keys(written), Object.keys(variables));
  return complete({ ...written, ...variables });
}

function refuseUnknown(written: string[], present: string[]): void {
  const names = Object.keys(SETTINGS);
  const nearest = (name: string): string | undefined =>
    names.find((known) => known.length > 4 && distance(name, known) <= 2);
  for (const name of [...written, ...present.filter(nearest)]) {
    if (name in SETTINGS) continue;
    const hint = nearest(name);
    throw new SettingError(
      `${name}: unknown setting${hint ? `; did you mean ${hint}?` : `; allowed: ${names.join(', ')}`}`,
    );
  }
}

function complete(variables: NodeJS.ProcessEnv): Environment {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = variables[name] || setting.fallback;
    if (given === undefined) continue;
    values[name] = setting.read(given);
    if (values[name] === undefined) throw new SettingError(`${name}: ${quoted(name, given)} is not ${setting.allowed}`);
  }
  values['LOG_FORMAT'] ??= process.stdout.isTTY ? 'pretty' : 'json';
  return withPages(withOrigin(withLimits(values as unknown as Environment, Boolean(variables['SESSION_IDLE']))));
}

/** An idle limit never outlasts the lifetime: the default gives way, a value that someone chose is refused. */
function withLimits(values: Environment, isIdleChosen: boolean): Environment {
  if (values.SESSION_IDLE <= values.SESSION_LIFETIME) return values;
  if (isIdleChosen) throw new SettingError('SESSION_IDLE: longer than SESSION_LIFETIME; it must be at most as long');
  return { ...values, SESSION_IDLE: values.SESSION_LIFETIME };
}

/** Secure cookies work over https, and on the loopback, which browsers trust; elsewhere plain http is for development alone. */
function withOrigin(values: Environment): Environment {
  const host = ['0.0.0.0', '::'].includes(values.HOST)
    ? 'localhost'
    : values.HOST.includes(':')
      ? `[${values.HOST}]`
      : values.HOST;
  const base = new URL(values.BASE_URL ?? `http://${host}:${values.PORT}`);
  const isSecureContext = base.protocol === 'https:' || isLoopback(base);
  if (!isSecureContext && values.NODE_ENV === 'production') {
    throw new SettingError(`BASE_URL: ${base.origin} is plain http; in production it must be an https origin`);
  }
  return { ...values, BASE_URL: base.origin, isSecureContext };
}

/** People type passwords there: plain http is for development on this machine. */
function withPages(values: Environment): Environment {
  for (const name of ['LOGIN_PAGE', 'PASSWORD_PAGE'] as const) {
    const address = values[name];
    if (address === undefined || address.startsWith('https:')) continue;
    if (isLoopback(new URL(address)) && values.NODE_ENV !== 'production') continue;
    throw new SettingError(`${name}: ${address} is plain http; it must be https, or in development on this machine`);
  }
  return values;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function quoted(name: string, value: string): string {
  return /PASSWORD|KEY$|DATABASE_URL/.test(name) ? 'the value given' : JSON.stringify(value.slice(0, 80));
}
