/** How an act ended. `failed` was answered with an error of ours and may have been done; over `unknown` the node died. */
export const OUTCOMES = ['ok', 'refused', 'failed', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is known of an act: who did what, to what, from where. No field holds a secret, and no text a line break. */
export interface ActFacts {
  readonly act: string;
  /** Why it was refused, or why it failed. */
  readonly code: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly keyId: string | null;
  /** The name with which someone tried to log in. */
  readonly login: string | null;
  readonly targetType: string | null;
  readonly targetId: string | null;
  readonly applicationId: string | null;
  readonly contract: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

/** An act as a request notes it. `outcome` is null where it is noted before it is done. */
export interface NotedAct extends ActFacts {
  readonly id: string;
  readonly outcome: Outcome | null;
  readonly details: object;
}

/** The facts beside the columns that hold them: one list for inbox and log. */
export const FACTS: readonly (readonly [fact: keyof ActFacts, column: string, type: string])[] = [
  ['act', 'act', 'text'],
  ['code', 'code', 'text'],
  ['userId', 'user_id', 'uuid'],
  ['sessionId', 'session_id', 'uuid'],
  ['keyId', 'key_id', 'uuid'],
  ['login', 'login', 'text'],
  ['targetType', 'target_type', 'text'],
  ['targetId', 'target_id', 'text'],
  ['applicationId', 'application_id', 'uuid'],
  ['contract', 'contract', 'text'],
  ['address', 'address', 'inet'],
  ['userAgent', 'user_agent', 'text'],
  ['requestId', 'request_id', 'text'],
];

/** `act, code, user_id, …` */
export const FACT_COLUMNS = FACTS.map(([, column]) => column).join(', ');
/** The same of a record set that was made of JSON: `given.act, given.code, given."userId", …` */
export const GIVEN_FACTS = FACTS.map(([fact]) => `given."${fact}"`).join(', ');
/** The same as the record set declares them. */
export const DECLARED_FACTS = FACTS.map(([fact, , type]) => `"${fact}" ${type}`).join(', ');
/** The same as they are read: text that says the same whoever reads it. */
export const SELECTED_FACTS = FACTS.map(([fact, column, type]) =>
  type === 'inet' ? `host(${column}) as "${fact}"` : `${column} as "${fact}"`,
).join(', ');
