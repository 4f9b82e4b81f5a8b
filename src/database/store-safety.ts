/** What of a server's settings decides whether what it acknowledges lasts. */
export interface Safety {
  readonly version: string;
  readonly encoding: string;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly standbys: string;
  readonly messages: string;
  readonly isStandby: boolean;
}

/** Asks for all of it; the columns are in the order of `safetyOf`. */
export const SAFETY = `
  select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
    current_setting('full_page_writes') as "fullPageWrites", current_setting('synchronous_commit') as "synchronousCommit",
    current_setting('synchronous_standby_names') as standbys, current_setting('client_min_messages') as messages,
    pg_is_in_recovery() as "isStandby"`;

/** A row of SAFETY, as text. */
export function safetyOf(row: readonly (string | null)[]): Safety {
  const [version, encoding, fsync, fullPageWrites, synchronousCommit, standbys, messages, isStandby] = row as string[];
  return {
    version: version!,
    encoding: encoding!,
    fsync: fsync!,
    fullPageWrites: fullPageWrites!,
    synchronousCommit: synchronousCommit!,
    standbys: standbys!,
    messages: messages!,
    isStandby: isStandby === 't',
  };
}

/** Why this server must not keep sessions, and what helps; undefined where it may. */
export function faultOf(found: Safety): string | undefined {
  if (Number(found.version) < 150_000) return 'is older than 15; use 15 or newer';
  if (found.encoding !== 'UTF8') return `has the encoding ${found.encoding}; create the database with UTF8`;
  if (found.isStandby) return 'is a standby in recovery; name the primary';
  if (found.fsync !== 'on') return 'has fsync off and could forget a logout in a crash; set fsync = on';
  if (found.fullPageWrites !== 'on')
    return 'has full_page_writes off and could lose rows in a crash; set full_page_writes = on';
  if (found.synchronousCommit === 'off')
    return 'has synchronous_commit off and could forget a logout in a crash; set synchronous_commit = on';
  if (found.synchronousCommit === 'local' && found.standbys !== '')
    return 'has synchronous_commit local with standbys and could forget a logout in a failover; set synchronous_commit = on';
  // A commit that was not replicated is told by a warning, and by nothing else.
  if (/^(error|fatal|panic)$/.test(found.messages))
    return `has client_min_messages ${found.messages} and would not tell that a logout missed its standby; set client_min_messages = warning`;
  return undefined;
}
