import { instantOf } from '../../session/instant.js';
import type { ListedSession } from '../../session/session-facts.js';
import { clientWords } from '../../session/user-agent.js';

export class OwnSession {
  /** Safe to show: it opens nothing. @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** True for the session that asks. @example true */
  isCurrent!: boolean;
  /** @example 'My laptop' */
  label!: string | null;
  /** Who issued the token: `native`, or the name of a wire. @example 'native' */
  contract!: string;
  /** @example 'Chrome 156' */
  browser!: string | null;
  /** @example 'Linux' */
  system!: string | null;
  /** @example '203.0.113.7' */
  address!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** Up to a minute behind. @example '2026-11-20T18:12:00.000Z' */
  lastSeenAt!: string;
  /** Dead from here on unless it is used before. @example '2026-11-20T19:12:00.000Z' */
  idleUntil!: string;
  /** Dead from here on in any case. @example '2026-11-21T18:00:00.000Z' */
  expiresAt!: string;

  static of(session: ListedSession, currentId: string): OwnSession {
    const { id, label, contract, ip } = session;
    return {
      id,
      isCurrent: id === currentId,
      label,
      contract,
      ...clientWords(session.userAgent),
      address: ip,
      createdAt: instantOf(session.createdAt),
      lastSeenAt: instantOf(session.lastSeenAt),
      idleUntil: instantOf(session.idleUntil),
      expiresAt: instantOf(session.expiresAt),
    };
  }
}

export class OwnSessions {
  sessions!: OwnSession[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}
