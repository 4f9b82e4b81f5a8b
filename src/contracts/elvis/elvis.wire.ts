import { ApiProperty } from '@nestjs/swagger';
import type { StartedSession } from '../../session/session-facts.js';
import type { KnownUser } from '../../user/user.service.js';

/** Clients show it and decide nothing by it. */
const SERVER_VERSION = '6.0.1.8';

/** What the login calls answer, as the document shows it. */
export const LOGGED_IN = { loginSuccess: true, serverVersion: SERVER_VERSION, csrfToken: 'q1w2e3r4t5z6u7i8o9p0aA' };
export const API_LOGGED_IN = {
  loginSuccess: true,
  loginFaultMessage: null,
  serverVersion: SERVER_VERSION,
  authToken: 'cfs_…',
};

/** Who someone is: never the password. */
export class ElvisProfile {
  /** @example 'alice@example.org' */
  username!: string;
  /** @example 'Alice' */
  fullName!: string;
  /** @example 'alice@example.org' */
  email!: string | null;
  /** @example 'default' */
  userZone!: string;
  /** @example ['ROLE_USER'] */
  authorities!: string[];
  /** @example [] */
  groups!: string[];

  static of({ username, displayName, email, roles }: KnownUser): ElvisProfile {
    return {
      username,
      fullName: displayName ?? username,
      email,
      userZone: 'default',
      authorities: ['ROLE_USER', ...roles.map((role) => `ROLE_${role.toUpperCase()}`)],
      groups: [],
    };
  }
}

/** What login is given, in the query or in the body. */
export class ElvisLogin {
  /** Base64 of `user:password` in UTF-8; it comes before the pair. @example 'YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==' */
  cred?: string;
  /** @example 'alice' */
  username?: string;
  /** @example 'correct horse battery staple' */
  password?: string;
  /** `true`: the answer holds the profile. @example 'true' */
  returnProfile?: string;
  /** Where a login form leads on, relative to the root of the server. @example '/welcome' */
  nextUrl?: string;
  /** Where it leads after a failure. @example '/again' */
  failUrl?: string;
}

/** What the API login is given, in the query or in the body. */
export class ElvisApiLogin {
  /** Base64 of `user:password` in UTF-8; it comes before the pair. @example 'YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==' */
  cred?: string;
  /** @example 'alice' */
  username?: string;
  /** @example 'correct horse battery staple' */
  password?: string;
  /** Not looked at. @example 'press' */
  clientId?: string;
}

/** Logged in with a cookie. */
export class ElvisLoginAnswer {
  /** @example true */
  loginSuccess!: true;
  /** @example '6.0.1.8' */
  serverVersion!: string;
  /** For the header `X-CSRF-TOKEN` of a logout. @example 'q1w2e3r4t5z6u7i8o9p0aA' */
  csrfToken!: string;
  /** With `returnProfile=true`. */
  userProfile?: ElvisProfile;
  /** By GET alone, where it is open: the token. @example 'cfs_…' */
  sessionId?: string;

  static of({ csrfToken }: StartedSession, more: Partial<ElvisLoginAnswer> = {}): ElvisLoginAnswer {
    return { loginSuccess: true, serverVersion: SERVER_VERSION, csrfToken: csrfToken!, ...more };
  }
}

/** Logged in with a bearer token. */
export class ElvisApiLoginAnswer {
  /** @example true */
  loginSuccess!: true;
  @ApiProperty({ type: String, nullable: true, example: null }) loginFaultMessage!: null;
  /** @example '6.0.1.8' */
  serverVersion!: string;
  /** @example 'cfs_…' */
  authToken!: string;

  static of({ token }: StartedSession): ElvisApiLoginAnswer {
    return { loginSuccess: true, loginFaultMessage: null, serverVersion: SERVER_VERSION, authToken: token };
  }
}

/** Not logged in: wrong, unknown and missing credentials alike. */
export class ElvisLoginFault {
  /** @example false */
  loginSuccess!: false;
  /** @example 'The credentials were not accepted.' */
  loginFaultMessage!: string;
}

export class ElvisLogoutAnswer {
  /** @example true */
  logoutSuccess!: true;
}

export class ElvisPing {
  /** @example true */
  success!: true;
}

/** A refusal on this wire. */
export class ElvisRefusal {
  /** The number that a status would have. @example 401 */
  errorcode!: number;
  /** @example 'Not logged in' */
  message!: string;
}
