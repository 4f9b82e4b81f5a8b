/** How a service reaches Curfew, and how much it trusts old answers. */
export interface CurfewClientOptions {
  /**
   * Where Curfew is: `https://sessions.example.org`, with a path where a proxy puts it under one.
   * Plain http shows the service key and every token to whoever carries the packets: on one machine alone.
   */
  url: string;
  /** `cfk_…` with the scope `introspect`; `revoke` for `end`, `events` for `events`. */
  serviceKey: string;
  /** Within how many milliseconds a question is answered or refused as CurfewUnavailable; 2,000 by default. */
  timeoutMs?: number;
  /**
   * For how many milliseconds an answer "alive" may be given again without asking; 0 by default: every check asks.
   * What it gives away: a session that was logged out, disabled or ended in any other way stays alive **here** for
   * up to so long, and this service alone is to blame for it. Never beyond the session's own end, never for "dead".
   */
  acceptLogoutDelayMs?: number;
  /** Hears, at most once a minute, that Curfew refuses the key or is not there; a warning of the process by default. */
  log?: (message: string) => void;
}

/** The same, checked and complete. */
export interface ClientTerms extends Required<CurfewClientOptions> {
  /** Without a slash at its end. */
  url: string;
}

const KEY_SHAPE = /^cfk_[A-Za-z0-9_-]{64}$/;
const MOST_MS = 60_000;

/** Throws a TypeError that names the option and never its value: a service that cannot ask must not start. */
export function termsOf(options: CurfewClientOptions): ClientTerms {
  const { timeoutMs = 2_000, acceptLogoutDelayMs = 0, log = warn } = options;
  if (!KEY_SHAPE.test(options.serviceKey)) throw new TypeError('serviceKey: not a service key (cfk_…).');
  if (!isWhole(timeoutMs, 1)) throw new TypeError(`timeoutMs: a whole number from 1 to ${MOST_MS}.`);
  if (!isWhole(acceptLogoutDelayMs, 0)) throw new TypeError(`acceptLogoutDelayMs: a whole number up to ${MOST_MS}.`);
  return { url: originOf(options.url), serviceKey: options.serviceKey, timeoutMs, acceptLogoutDelayMs, log };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!url || !isPlain || !/^https?:$/.test(url.protocol))
    throw new TypeError('url: an http or https address without credentials, query and fragment.');
  return url.href.replace(/\/+$/, '');
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= MOST_MS;
}

function warn(message: string): void {
  process.emitWarning(message, 'CurfewMisconfigured');
}
