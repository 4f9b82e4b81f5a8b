import { Injectable } from '@nestjs/common';
import { SharedStatement } from '../database/shared-statement.js';
import { CHECK_LANES, statementByKey, Store, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { arrayOf, LIVE_COLUMNS, liveSession, type LiveSession } from '../session/session-checks.js';
import { LIVES } from '../session/session-limits.js';
import { SessionService } from '../session/session.service.js';
import type { SessionToken } from '../session/session-token.js';
import type { CallingService } from './calling-service.js';
import type { KeySecret } from './key-secret.js';
import { KEY_COLUMNS, KEY_IS_LIVE, keyOf, type KnownService } from './key-columns.js';
import { ServiceKeyUses } from './service-key-uses.js';

/** What a service asks with one request: whether its key is live, and whose these tokens are. */
interface Question {
  readonly secret: KeySecret;
  readonly tokens: readonly (SessionToken | undefined)[];
}

/** Who asks, and in the order of the tokens the sessions that are live, of whichever application. */
export interface ServiceAnswer {
  readonly service: CallingService;
  readonly sessions: readonly (LiveSession | undefined)[];
}

// Key and tokens in one look, judged as the plain check judges. The key stands beside the first token of its question alone.
const ASK = statementByKey(
  'service-ask',
  (join) => `
    select asked.place, users.username is not null and applications.id is not null, ${LIVE_COLUMNS}, ${KEY_COLUMNS}
    from unnest($1::uuid[], $2::uuid[], $3::uuid[]) with ordinality as asked (key_id, user_id, id, place)
    left ${join('service_keys', `service_keys.id = asked.key_id and ${KEY_IS_LIVE}`)}
    left ${join('sessions', 'sessions.user_id = asked.user_id and sessions.id = asked.id')}
    left ${join('users', `users.id = sessions.user_id and users.status = 'active'`)}
    left ${join(
      'applications',
      `applications.id = sessions.application_id and applications.status = 'active' and ${LIVES}`,
    )}`,
);
const SESSION_FROM = 2;
const KEY_FROM = SESSION_FROM + 12;
const ROWS_OF_A_STATEMENT = 500;

/** Gathers what services ask at the same moment into one statement, by the rule of all checks: each rides only in one sent after it arrived. */
@Injectable()
export class ServiceKeyChecks {
  private readonly few: SharedStatement<Question, ServiceAnswer | undefined>;
  private readonly many: SharedStatement<Question, ServiceAnswer | undefined>;

  constructor(
    private readonly store: Store,
    private readonly sessions: SessionService,
    private readonly uses: ServiceKeyUses,
  ) {
    const sharing = { inFlight: CHECK_LANES, size: ROWS_OF_A_STATEMENT, patienceMs: 1_500 };
    const run = (questions: Question[]): Promise<(ServiceAnswer | undefined)[]> => this.askAll(questions);
    const onDeparture = (size: number): void => METRICS.checkBatch.observe(size);
    this.few = new SharedStatement(run, sharing, onDeparture);
    // Many tokens are a statement of their own, one at a time: a lane is left for those who ask about one.
    this.many = new SharedStatement(run, { ...sharing, inFlight: 1, size: 1 });
  }

  /** Undefined where the key is not live, or its secret another. The sessions are judged, and noted as seen. */
  async ask(question: Question): Promise<ServiceAnswer | undefined> {
    return (question.tokens.length > 1 ? this.many : this.few).ask(question);
  }

  private async askAll(questions: Question[]): Promise<(ServiceAnswer | undefined)[]> {
    const asked = questions.flatMap(({ secret, tokens }) =>
      tokens.length > 1
        ? tokens.map((token, place) => ({ secret: place === 0 ? secret : undefined, token }))
        : [{ secret, token: tokens[0] }],
    );
    const rows = await this.store.check(ASK, [
      arrayOf(asked.map(({ secret }) => secret?.keyId ?? 'NULL')),
      arrayOf(asked.map(({ token }) => token?.userId ?? 'NULL')),
      arrayOf(asked.map(({ token }) => token?.sessionId ?? 'NULL')),
    ]);
    const inPlace: TextRow[] = [];
    for (const row of rows) inPlace[Number(row[0]) - 1] = row;
    let from = 0;
    return questions.map((question) => {
      const its = inPlace.slice(from, (from += Math.max(1, question.tokens.length)));
      return this.answerOf(question, its);
    });
  }

  private answerOf({ secret, tokens }: Question, rows: TextRow[]): ServiceAnswer | undefined {
    const service = keyOf(secret, rows[0]!, KEY_FROM);
    if (!service) return undefined;
    this.note(service);
    const sessions = tokens.map((token, place) => {
      const row = rows[place]!;
      const session = token && row[1] === 't' ? liveSession(token, row, SESSION_FROM) : undefined;
      if (!session || !token!.matches(session.secretHash)) return undefined;
      if (isOf(service, session)) this.sessions.noteSeen(session, token!);
      return session;
    });
    return { service, sessions };
  }

  private note({ keyId, isNoteDue }: KnownService): void {
    if (isNoteDue) this.uses.note(keyId);
  }
}

/** Whether a service may ask about this session at all. */
export function isOf({ applicationId }: CallingService, session: Pick<LiveSession, 'applicationId'>): boolean {
  return applicationId === null || applicationId === session.applicationId;
}
