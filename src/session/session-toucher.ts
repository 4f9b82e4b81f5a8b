import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Store, type Statement } from '../database/store.js';
import { arrayOf, type LiveSession } from './session-checks.js';
import { IS_LIVE } from './session-statements.js';
import type { SessionToken } from './session-token.js';

const FLUSH_MS = 500;

// Never an insert, and nothing dead is moved: touching revives no session (P4). A row that someone is ending is skipped.
const TOUCH: Statement = {
  name: 'session-touch',
  text: `
    with seen as materialized (
      select sessions.user_id, sessions.id, now() + (sessions.idle_until - sessions.last_seen_at) as idle_until
      from unnest($1::uuid[], $2::uuid[]) as asked (user_id, id)
      join sessions on sessions.user_id = asked.user_id and sessions.id = asked.id
      where ${IS_LIVE}
      order by sessions.user_id, sessions.id
      for no key update of sessions skip locked
    )
    update sessions set last_seen_at = now(), idle_until = seen.idle_until
    from seen where sessions.user_id = seen.user_id and sessions.id = seen.id`,
};

/** Gathers touches into one update. No request waits for it; what is gathered is written at shutdown. */
@Injectable()
export class SessionToucher implements OnModuleDestroy {
  private readonly logger = new Logger(SessionToucher.name);
  private due = new Map<string, SessionToken>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: Store) {}

  touchIfDue(session: LiveSession, token: SessionToken): void {
    if (!session.isTouchDue) return;
    this.due.set(token.sessionId, token);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** A touch that cannot be written is no harm: the next check finds it due again. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const tokens = [...this.due.values()];
    this.due = new Map();
    if (tokens.length === 0) return;
    const values = [arrayOf(tokens.map((token) => token.userId)), arrayOf(tokens.map((token) => token.sessionId))];
    await this.store
      .run(TOUCH, values)
      .catch((error: Error) => this.logger.warn(`${tokens.length} touches not written: ${error.message}`));
  }

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }
}
