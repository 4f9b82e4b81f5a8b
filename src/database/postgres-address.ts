/** Where one PostgreSQL listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const SHAPE =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?:(?<user>[^/?#\s]*)@)?(?<servers>[^/?#\s]*)(?<path>[^?#\s]*)(?:\?(?<query>[^#\s]*))?$/;
const SERVER = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i;
const DEFAULT_PORT = '5432';
/** libpq's words for the one server that a session server may ask. */
const PRIMARY_ALONE = new Set([undefined, 'read-write', 'primary']);

/**
 * The address of a database: one server or, as libpq writes it, several of which one is the primary
 * (`postgres://user@a:5432,b:5433/curfew?target_session_attrs=read-write`).
 * https://www.postgresql.org/docs/current/libpq-connect.html, "Specifying Multiple Hosts"
 */
export class PostgresAddress {
  private constructor(
    /** For the driver, which knows one server alone: the first. */
    readonly url: string,
    /** All of them where there are several, in their order; none where there is one, which the driver reads by itself. */
    readonly servers: readonly ServerAddress[],
  ) {}

  /** Undefined where the text is no such address, or asks for another server than the primary. */
  static parse(text: string): PostgresAddress | undefined {
    const parts = SHAPE.exec(text)?.groups;
    if (!parts) return undefined;
    const query = new URLSearchParams(parts['query']);
    if (!PRIMARY_ALONE.has(query.get('target_session_attrs') ?? undefined)) return undefined;
    query.delete('target_session_attrs');
    const servers = serversIn(query.get('host') ?? parts['servers']!, query.get('port'));
    const authority = servers?.length ? partOf(servers[0]!) : parts['servers']!;
    if (servers?.length) for (const name of ['host', 'port']) query.delete(name);
    const user = parts['user'] === undefined ? '' : `${parts['user']}@`;
    const search = query.size > 0 ? `?${query.toString()}` : '';
    const url = `${parts['scheme']}${user}${authority}${parts['path']}${search}`;
    return servers && URL.canParse(url) ? new PostgresAddress(url, servers) : undefined;
  }
}

/** A server in words, for operators. */
export function nameOf({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Empty where only one is named; undefined where a list is none. */
function serversIn(list: string, ports: string | null): ServerAddress[] | undefined {
  if (!list.includes(',')) return [];
  const given = ports?.split(',') ?? [];
  const servers = list.split(',').map((text, place) => serverIn(text, given[place] ?? given[0]));
  if (given.length > 1 && given.length !== servers.length) return undefined;
  return servers.every((server) => server !== undefined) ? servers : undefined;
}

function serverIn(text: string, givenPort = DEFAULT_PORT): ServerAddress | undefined {
  const { v6, name, port = givenPort } = SERVER.exec(text)?.groups ?? {};
  if (!/^\d{1,5}$/.test(port) || +port < 1 || +port > 65_535) return undefined;
  const host = v6 ?? (name === undefined ? undefined : decoded(name));
  return host === undefined ? undefined : { host, port: +port };
}

/** Undefined where its escapes are none. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function partOf({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : encodeURIComponent(host)}:${port}`;
}
