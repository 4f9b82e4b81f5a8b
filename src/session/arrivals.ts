import { Injectable } from '@nestjs/common';
import type { ApplicationName, Endpoint, KnownApplication, WireSettings } from '../application/application-facts.js';
import { foldedKey, hashedKey, KEY_SHAPE, type KeyKind } from '../application/application-keys.js';
import { SharedStatement } from '../database/shared-statement.js';
import { CHECK_LANES, statementByKey, Store, type TextRow } from '../database/store.js';
import { METRICS } from '../metrics/metrics.js';
import { USER_COLUMNS } from './arrived-user.js';
import { arrayOf, LIVE_COLUMNS, liveSession, type LiveSession } from './session-checks.js';
import { LIVES } from './session-limits.js';
import type { SessionToken } from './session-token.js';

/** What one statement answered about a request of a wire: its application, and the session of its token there. */
export interface Arrival {
  readonly application: KnownApplication | undefined;
  readonly session: LiveSession | undefined;
  /** Whoever the token proves, as the same statement saw them: USER_COLUMNS, for `arrivedUser`. */
  readonly userRow: TextRow | undefined;
  /** The token that was asked about, where it had the form of one. */
  readonly token: SessionToken | undefined;
}

interface Question {
  name: ApplicationName;
  token: SessionToken | undefined;
}

// Application and session in one look, judged as the plain check judges: a session of another application is none here.
const ARRIVE = statementByKey(
  'session-arrive',
  (join) => `
    select asked.place, applications.id, application_keys.kind, to_json(applications.allowed_origins), applications.requires_origin,
           applications.endpoints -> asked.endpoint, applications.wires, ${LIVE_COLUMNS},
           ${USER_COLUMNS}
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
      as asked (user_id, session_id, application_id, key, hashed_key, host, endpoint, place)
    left join application_keys on application_keys.key in (asked.key, asked.hashed_key)
    left join application_hosts on application_hosts.host = asked.host
    join applications on applications.status = 'active'
      and applications.id = case
        when asked.key is not null then application_keys.application_id
        else coalesce(application_hosts.application_id, (select id from applications order by created_at, id limit 1)) end
      and (asked.application_id is null or asked.application_id = applications.id)
    left ${join(
      'sessions',
      `sessions.user_id = asked.user_id and sessions.id = asked.session_id
      and sessions.application_id = applications.id
      and ${LIVES}`,
    )}
    left ${join('users', `users.id = sessions.user_id and users.status = 'active'`)}`,
);
const SESSION_FROM = 7;
const USERNAME = SESSION_FROM + 1;
const USER_FROM = SESSION_FROM + 12;
const HOST_SHAPE = /^[\w.:[\]-]{1,253}$/;
const ENDPOINT_SHAPE = /^[\w/-]{1,254}$/;

/** Gathers waiting arrivals into one statement, by the same rule as checks: each rides only in one sent after it arrived. */
@Injectable()
export class Arrivals {
  private readonly statement: SharedStatement<Question, Arrival>;

  constructor(private readonly store: Store) {
    const sharing = { inFlight: CHECK_LANES, size: 500, patienceMs: 1_500 };
    this.statement = new SharedStatement(
      (questions) => this.askAll(questions),
      sharing,
      (size) => METRICS.checkBatch.observe(size),
    );
  }

  /** What can be no key costs no question. */
  ask(name: ApplicationName, token: SessionToken | undefined): Promise<Arrival> {
    if (name.key !== undefined && !KEY_SHAPE.test(name.key)) return Promise.resolve({ ...NOBODY, token });
    return this.statement.ask({ name, token });
  }

  private async askAll(questions: Question[]): Promise<Arrival[]> {
    const names = questions.map(({ name }) => name);
    const keys = names.map(({ key }) => (key === undefined ? undefined : foldedKey(key)));
    const rows = await this.store.check(ARRIVE, [
      arrayOf(questions.map(({ token }) => token?.userId ?? 'NULL')),
      arrayOf(questions.map(({ token }) => token?.sessionId ?? 'NULL')),
      arrayOf(names.map(({ id }) => id ?? 'NULL')),
      textArrayOf(keys),
      textArrayOf(names.map(({ key }) => (key === undefined ? undefined : hashedKey(key)))),
      textArrayOf(names.map(({ host, key }) => (key === undefined && HOST_SHAPE.test(host) ? host : undefined))),
      textArrayOf(
        names.map(({ endpoint }) => (endpoint !== undefined && ENDPOINT_SHAPE.test(endpoint) ? endpoint : undefined)),
      ),
    ]);
    const arrivals = questions.map(({ token }): Arrival => ({ ...NOBODY, token }));
    for (const row of rows) {
      const place = Number(row[0]) - 1;
      const { token } = questions[place]!;
      const session = token && row[USERNAME] !== null ? liveSession(token, row, SESSION_FROM) : undefined;
      arrivals[place] = {
        application: knownApplication(row),
        session,
        userRow: session && row.slice(USER_FROM),
        token,
      };
    }
    return arrivals;
  }
}

const NOBODY: Arrival = { application: undefined, session: undefined, userRow: undefined, token: undefined };

/** What stands in it was held against a shape without quotes and backslashes; the quotes keep the word null a text. */
function textArrayOf(texts: (string | undefined)[]): string {
  return `{${texts.map((text) => (text === undefined ? 'NULL' : `"${text}"`)).join(',')}}`;
}

const NO_ORIGINS: readonly string[] = [];
const NO_SETTINGS: WireSettings = {};

function knownApplication(row: TextRow): KnownApplication {
  const [, id, keyKind, allowedOrigins, requiresOrigin, endpoint, wires] = row;
  return {
    id: id!,
    keyKind: (keyKind ?? null) as KeyKind | null,
    allowedOrigins: allowedOrigins === '[]' ? NO_ORIGINS : (JSON.parse(allowedOrigins!) as string[]),
    requiresOrigin: requiresOrigin === 't',
    endpoint: endpoint ? (JSON.parse(endpoint) as Endpoint) : null,
    wires: wires === '{}' ? NO_SETTINGS : (JSON.parse(wires!) as WireSettings),
  };
}
