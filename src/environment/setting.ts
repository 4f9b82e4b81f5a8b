import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import { PostgresAddress } from '../database/postgres-address.js';

/** One setting: how its text becomes a value, and in words what is allowed. `read` answers undefined for a bad text. */
export interface Setting<T> {
  read(text: string): T | undefined;
  allowed: string;
  fallback?: string;
}

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_DURATION_MS = 400 * 86_400_000;

/** Text of a given shape. */
export function text(allowed: string, pattern: RegExp, fallback?: string): Setting<string> {
  return {
    read: (value) => (pattern.test(value) ? value : undefined),
    allowed,
    ...(fallback !== undefined && { fallback }),
  };
}

/** One word of a few. */
export function oneOf<T extends string>(words: readonly T[], fallback?: T): Setting<T> {
  return {
    read: (value) => words.find((word) => word === value),
    allowed: `one of ${words.join(', ')}`,
    ...(fallback && { fallback }),
  };
}

/** Words separated by commas, each at most once; `none` is the empty list. */
export function listOf<T extends string>(words: readonly T[], fallback: string): Setting<T[]> {
  const read = (value: string): T[] | undefined => {
    if (value === 'none') return [];
    const given = value.split(',').map((word) => word.trim());
    const known = words.filter((word) => given.includes(word));
    return known.length === given.length ? known : undefined;
  };
  return { read, allowed: `none, or any of ${words.join(', ')}, separated by commas`, fallback };
}

/** A port to listen on. */
export function port(fallback: string): Setting<number> {
  return {
    read: (value) => (/^\d{1,5}$/.test(value) && +value >= 1 && +value <= 65_535 ? +value : undefined),
    allowed: 'a port from 1 to 65535',
    fallback,
  };
}

/** Milliseconds from `30s`, `15m`, `24h`, `30d`. */
export function durationMs(fallback: string): Setting<number> {
  const read = (value: string): number | undefined => {
    const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
    const ms = count && unit ? +count * UNIT_MS[unit]! : 0;
    return ms >= 1_000 && ms <= MAX_DURATION_MS ? ms : undefined;
  };
  return { read, allowed: 'a duration from 1s to 400d, such as 30m, 24h or 30d', fallback };
}

/** An origin: scheme, host and port, nothing behind. */
export function origin(): Setting<string> {
  const read = (value: string): string | undefined => {
    if (!/^https?:\/\/[^/?#@\s]+\/?$/i.test(value) || !URL.canParse(value)) return undefined;
    return new URL(value).origin;
  };
  return { read, allowed: 'an origin such as https://sessions.example.org, without path' };
}

/** The address of a page, for browsers. */
export function page(): Setting<string> {
  const read = (value: string): string | undefined => {
    if (!/^https?:\/\/[^/?#@\s]+(?:[/?][\u0021-\u007e]*)?$/i.test(value) || !URL.canParse(value)) return undefined;
    const { href, hash } = new URL(value);
    return hash === '' ? href : undefined;
  };
  return { read, allowed: 'the address of a page such as https://www.example.org/login' };
}

/** The address of a PostgreSQL, or of several of which one is the primary. */
export function postgresUrl(): Setting<string> {
  return {
    read: (value) => PostgresAddress.parse(value) && value,
    allowed:
      'a PostgreSQL address such as postgres://user:password@host:5432/database, ' +
      'with one host or several (host1:5432,host2:5432) whose primary is asked',
  };
}

/** Addresses and CIDR ranges. Never a hop count, never everyone. */
export function addresses(): Setting<string[]> {
  // `isIP` beside ipaddr, which takes the number 1 for 0.0.0.1.
  const isRange = (value: string): boolean => {
    const isCidr = value.includes('/');
    if (isIP(value.split('/')[0]!) === 0) return false;
    return !isCidr || (ipaddr.isValidCIDR(value) && !value.endsWith('/0'));
  };
  const read = (value: string): string[] | undefined => {
    const given = value === 'none' ? [] : value.split(',').map((range) => range.trim());
    return given.every(isRange) ? given : undefined;
  };
  return {
    read,
    allowed: 'none, or addresses and CIDR ranges separated by commas, such as 10.0.0.0/8',
    fallback: 'none',
  };
}

/** An id, in lower case. */
export function uuid(): Setting<string> {
  const pattern = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
  return { read: (value) => (pattern.test(value) ? value.toLowerCase() : undefined), allowed: 'a UUID' };
}
