/** What the command line is told beside its arguments. The key is a secret: it stands in no argument, which others could read. */
export interface CommandLineEnvironment {
  /** The server to talk to. */
  readonly url?: string;
  /** A service key of that server. */
  readonly key?: string;
  /** The token of an administrator, for `conform`. */
  readonly token?: string;
  /** The name and password with which `conform` may log in. */
  readonly hasPassword: boolean;
  /** Nobody wants colours (https://no-color.org). */
  readonly isPlain: boolean;
  /** Started through npm or npx, whose shell passes no SIGTERM on. */
  readonly isBelowNpm: boolean;
}

/** Reads `CURFEW_URL`, `CURFEW_KEY`, `CURFEW_TOKEN`, `ADMIN_PASSWORD` and `NO_COLOR`; what is empty counts as absent. */
export function readCommandLine(variables: NodeJS.ProcessEnv = process.env): CommandLineEnvironment {
  const { CURFEW_URL, CURFEW_KEY, CURFEW_TOKEN, ADMIN_PASSWORD, NO_COLOR, TERM, npm_lifecycle_event } = variables;
  return {
    ...(CURFEW_URL && { url: CURFEW_URL }),
    ...(CURFEW_KEY && { key: CURFEW_KEY }),
    ...(CURFEW_TOKEN && { token: CURFEW_TOKEN }),
    hasPassword: Boolean(ADMIN_PASSWORD),
    isPlain: Boolean(NO_COLOR) || TERM === 'dumb',
    isBelowNpm: Boolean(npm_lifecycle_event),
  };
}
