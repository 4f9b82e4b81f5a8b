import { idsIn } from './session-token.js';

/** Who a request acts for: the user of a live session, as Curfew knew them when it was asked. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly sessionId: string;
  /** The tenant that the user belongs to. A service for one tenant compares it, or has a key bound to it. */
  readonly applicationId: string;
  /** Through which of Curfew's contracts the session was started: `native`, `dittofi`, … */
  readonly contract: string;
  readonly createdAt: Date;
  /** When the password was last given. */
  readonly authenticatedAt: Date;
  /** Not live any more from then on unless it is used before; it may be ended earlier at any moment. */
  readonly expiresAt: Date;
}

/** Reads one result (RFC 7662 §2.2): undefined for a dead session. Throws at whatever is neither alive nor dead. */
export function principalIn(result: unknown, token: string): Principal | undefined {
  if (!isRecord(result)) throw new TypeError('A result is no object.');
  if (result['active'] === false) return undefined;
  if (result['active'] !== true) throw new TypeError('A result is neither active nor inactive.');
  const principal: Principal = {
    userId: textOf(result, 'sub'),
    username: textOf(result, 'username'),
    roles: rolesOf(result),
    sessionId: textOf(result, 'sid'),
    applicationId: textOf(result, 'client_id'),
    contract: textOf(result, 'contract'),
    createdAt: instantOf(result, 'iat'),
    authenticatedAt: instantOf(result, 'auth_time'),
    expiresAt: instantOf(result, 'exp'),
  };
  if (`${principal.userId} ${principal.sessionId}` !== idsIn(token)) throw new TypeError('A result is about another.');
  return principal;
}

/** Whether a parsed JSON text is an object with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(result: Record<string, unknown>, name: string): string {
  const value = result[name];
  if (typeof value !== 'string') throw new TypeError(`A result has no ${name}.`);
  return value;
}

function instantOf(result: Record<string, unknown>, name: string): Date {
  const seconds = result[name];
  if (typeof seconds !== 'number') throw new TypeError(`A result has no ${name}.`);
  return new Date(seconds * 1_000);
}

function rolesOf({ roles }: Record<string, unknown>): string[] {
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string'))
    throw new TypeError('A result has no roles.');
  return roles;
}
