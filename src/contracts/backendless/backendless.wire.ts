import { ApiProperty } from '@nestjs/swagger';
import { instantOf } from '../../session/instant.js';
import type { KnownUser } from '../../user/user.service.js';
import { isOwn } from './backendless-properties.js';

const FOUNDERS_PASSWORD = 'the password that the first start printed';

/** What Swagger UI fills in for a login. */
export const BACKENDLESS_LOGINS = {
  login: { summary: 'By name and password', value: { login: 'admin@localhost', password: FOUNDERS_PASSWORD } },
  objectId: {
    summary: 'By objectId, with the key of server code',
    value: { objectId: '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80' },
  },
};

export const OBJECT_ID = {
  name: 'objectId',
  description: 'The id of a user, in any case.',
  example: '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80',
};

export class BackendlessLogin {
  /** The identity of the user. @example 'alice@example.org' */
  login?: string;
  /** @example 'correct horse battery staple' */
  password?: string;
  /** In place of both, with the key of server code alone. @example '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80' */
  objectId?: string;
}

export class BackendlessPassword {
  /** @example 'correct horse battery staple' */
  password!: string;
}

/** Any further property is kept with the user. */
export class BackendlessRegistration {
  /** The identity; `login` or `username` stand in where there is no e-mail. @example 'alice@example.org' */
  email?: string;
  /** @example 'correct horse battery staple' */
  password!: string;
  /** @example 'Alice' */
  name?: string | null;
  /** The language of a browser. @example 'en' */
  blUserLocale?: string | null;
}

/** What is left out stays. */
export class BackendlessUpdate {
  /** @example 'Alice Liddell' */
  name?: string | null;
  /** A new one ends the other sessions of the user. @example 'eleven grey herons at dawn' */
  password?: string;
}

/** A user: flat, with every property that the application keeps, and never the password. */
export class BackendlessUser {
  /** @example '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80' */
  objectId!: string;
  /** @example '019AA3F2-7C1E-7D3A-9B1F-2F4C5D6E7F80' */
  ownerId!: string;
  /** @example 'Users' */
  ___class!: string;
  /** @example 'alice@example.org' */
  email!: string | null;
  /** @example 'Alice' */
  name!: string | null;
  /** Milliseconds. @example 1763575200000 */
  created!: number;
  @ApiProperty({ type: 'integer', nullable: true, example: 1_763_661_500_000, description: 'Milliseconds.' })
  updated!: number | null;
  /** @example 'ENABLED' */
  userStatus!: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 1_763_661_600_000, description: 'Milliseconds.' })
  lastLogin!: number | null;
  /** @example 'BACKENDLESS' */
  socialAccount!: string;
  /** @example 'en' */
  blUserLocale!: string | null;

  /** `lastLogin` is an instant as the database wrote it. */
  static of(user: KnownUser, lastLogin?: string): BackendlessUser {
    const { id, username, email, displayName, createdAt, updatedAt, properties } = user;
    const objectId = id.toUpperCase();
    const [created, updated] = [createdAt.getTime(), updatedAt.getTime()];
    return {
      blUserLocale: null,
      ...Object.fromEntries(Object.entries(properties).filter(([name]) => !isOwn(name))),
      ...(!user.isGuest && username !== email && { login: username, username }),
      objectId,
      ownerId: objectId,
      ___class: 'Users',
      email,
      name: displayName,
      created,
      updated: updated === created ? null : updated,
      userStatus: statusOf(user),
      lastLogin: lastLogin === undefined ? null : Date.parse(instantOf(lastLogin)),
      socialAccount: 'BACKENDLESS',
    };
  }
}

export class BackendlessLoggedIn extends BackendlessUser {
  /** For the header `user-token`. @example 'cfs_GZqj8nweezqbHy9MXW5_gBmao_KNL35LjCo6W2x9jp8…' */
  'user-token'!: string;
}

export class BackendlessValidity {
  /** @example true */
  valid!: boolean;
}

/** What the SDKs ask for when they start. */
export class BackendlessInfo {
  /** Empty: there is no real-time server. @example '' */
  rtURL!: string;
  /** @example '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F80' */
  appId!: string;
  /** The key as it was sent; null where the host named the application. @example 'B1946AC9-2492-4D23-8F5B-0C6A1E1B5D0F' */
  apiKey!: string | null;
  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] }) loggers!: never[];
}

/** A refusal on this wire. */
export class BackendlessFault {
  /** A number, as the SDKs compare it. @example 3064 */
  code!: number;
  /** @example 'Not existing user token - cfs_…. Relogin user to update your user token' */
  message!: string;
  @ApiProperty({ type: 'object', additionalProperties: false, example: {} }) errorData!: object;
}

function statusOf({ status, isGuest }: KnownUser): string {
  if (status === 'disabled') return 'DISABLED';
  return isGuest ? 'GUEST' : 'ENABLED';
}
