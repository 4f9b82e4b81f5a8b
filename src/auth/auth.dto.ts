import { IsIn, IsString, IsUUID, Length } from 'class-validator';
import { InLowerCase } from '../http/in-lower-case.decorator.js';
import type { Principal } from '../session/principal.js';
import { instantOf } from '../session/instant.js';
import type { StartedSession } from '../session/session-facts.js';
import type { KnownUser } from '../user/user.service.js';
import { LOGOUT_SCOPES, type LogoutScope } from './auth.service.js';
import { IsPrintable, MaxUtf8Bytes } from './body-rules.js';
import { IfGiven, IfSet } from '../http/field-presence.js';

const TRANSPORTS = ['bearer', 'cookie'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export class LoginBody {
  /**
   * User name or e-mail, in any case.
   * @example 'admin@localhost'
   */
  @Length(1, 254) @IsString() login!: string;
  /**
   * At most 1,024 bytes; compared exactly.
   * @example 'correct horse battery staple'
   */
  @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() password!: string;
  /**
   * A name for this session, shown in the user's list of sessions.
   * @example 'My laptop'
   */
  @IfSet() @Length(1, 100) @IsPrintable() @IsString() label?: string | null;
  /**
   * How the token travels: in the answer, for `Authorization: Bearer`, or as an HttpOnly cookie for browsers.
   * @example 'bearer'
   */
  @IfGiven() @IsIn(TRANSPORTS) transport?: Transport;
  /**
   * Whose user it is; left out, the application of the host that is asked.
   * @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'
   */
  @IfGiven()
  @InLowerCase()
  @IsUUID()
  applicationId?: string;
}

export class LogoutBody {
  /**
   * Which sessions end: this one, the user's others, or all of them.
   * @example 'this'
   */
  @IfGiven() @IsIn(LOGOUT_SCOPES) scope?: LogoutScope;
}

export class PasswordBody {
  /**
   * The password as it is now.
   * @example 'correct horse battery staple'
   */
  @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() currentPassword!: string;
  /**
   * At least 8 characters, and none of the most common ones. No other rules of composition.
   * @example 'seven silent owls at midnight'
   */
  @Length(1, 1024) @MaxUtf8Bytes(1024) @IsString() newPassword!: string;
}

/** Who is logged in. */
export class SessionUser {
  /** @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  id!: string;
  /** @example 'admin@localhost' */
  username!: string;
  /** @example ['admin'] */
  roles!: string[];
}

/** Which session it is, and how long it may live. */
export class SessionFacts {
  /** Safe to show and to log: it opens nothing. @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  contract!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** When credentials were last accepted. @example '2026-11-20T18:00:00.000Z' */
  authenticatedAt!: string;
  /** Dead from here on unless it is used before. @example '2026-11-20T19:00:00.000Z' */
  idleUntil!: string;
  /** Dead from here on in any case. @example '2026-11-21T18:00:00.000Z' */
  expiresAt!: string;
}

export class SessionAnswer {
  user!: SessionUser;
  session!: SessionFacts;

  static of(principal: Principal): SessionAnswer {
    const { userId, username, roles, sessionId, applicationId, contract } = principal;
    const instants = {
      createdAt: instantOf(principal.createdAt),
      authenticatedAt: instantOf(principal.authenticatedAt),
      idleUntil: instantOf(principal.idleUntil),
      expiresAt: instantOf(principal.expiresAt),
    };
    return {
      user: { id: userId, username, roles: [...roles] },
      session: { id: sessionId, applicationId, contract, ...instants },
    };
  }
}

export class TokenAnswer {
  /**
   * Shown once, here. Absent where the token travels as a cookie.
   * @example 'cfs_AZqj8nwefTqbHy9MXW5_gAGao_KNL35LjCo6W2x9jp8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
   */
  token?: string;
}

export class LoginAnswer extends TokenAnswer {
  user!: SessionUser;
  session!: SessionFacts;

  static of(user: KnownUser, started: StartedSession, contract: string, token: TokenAnswer): LoginAnswer {
    const createdAt = instantOf(started.createdAt);
    const limits = { idleUntil: instantOf(started.idleUntil), expiresAt: instantOf(started.expiresAt) };
    return {
      ...('token' in token && { token: token.token }),
      user: { id: user.id, username: user.username, roles: user.roles },
      session: {
        id: started.id,
        applicationId: started.applicationId,
        contract,
        createdAt,
        authenticatedAt: createdAt,
        ...limits,
      },
    };
  }
}
