import type { CallingService } from '../../service-key/calling-service.js';
import { isOf } from '../../service-key/service-key-checks.js';
import { instantOf } from '../../session/instant.js';
import type { Principal } from '../../session/principal.js';

/** What is said of a token (RFC 7662 §2.2). Of one that is not live, or not the caller’s to ask about, `active` alone. */
export class Introspection {
  /** Whether the token opens a session, as of this answer. @example true */
  active!: boolean;
  /** The user’s id. @example '019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80' */
  sub?: string;
  /** The application whose user it is. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  client_id?: string;
  /** @example 'alice@example.org' */
  username?: string;
  /** The session’s id: safe to keep and to log. @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  sid?: string;
  /** When the session started, in seconds since 1970. @example 1795197600 */
  iat?: number;
  /** Not live any more from then on unless it is used before; it may end earlier. @example 1795201200 */
  exp?: number;
  /** When credentials were last accepted. @example 1795197600 */
  auth_time?: number;
  /** This server. @example 'https://sessions.example.org' */
  iss?: string;
  /** The application, too. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  aud?: string;
  /** @example 'Bearer' */
  token_type?: 'Bearer';
  /** @example ['editor'] */
  roles?: string[];
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  contract?: string;
}

export class IntrospectionsAnswer {
  /** One for each token, in their order. */
  results!: Introspection[];
}

/** Nobody learns more of a dead token, or of another application’s, than that it is not active. */
const INACTIVE: Introspection = { active: false };

/** `exp` never lies behind the session’s real end as it stands now: fractions of a second are cut off. */
export function introspectionOf(
  session: Principal | undefined,
  service: CallingService,
  issuer: string,
): Introspection {
  if (!session || !isOf(service, session)) return INACTIVE;
  const { userId, applicationId, username, sessionId, roles, contract } = session;
  return {
    active: true,
    sub: userId,
    client_id: applicationId,
    username,
    sid: sessionId,
    iat: secondsOf(session.createdAt),
    exp: secondsOf(session.idleUntil),
    auth_time: secondsOf(session.authenticatedAt),
    iss: issuer,
    aud: applicationId,
    token_type: 'Bearer',
    roles: [...roles],
    contract,
  };
}

function secondsOf(instant: string): number {
  return Math.floor(Date.parse(instantOf(instant)) / 1_000);
}
